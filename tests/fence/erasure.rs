//! Every column that can hold text says what becomes of it when a case is disposed of.

use crate::support::{Backend, TestDatabase, config_for};
use redress::app::ERASURES;
use redress::platform::db::migrate;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use std::collections::BTreeSet;

#[test]
fn every_text_column_is_erased_or_kept_for_a_reason() {
    let database = TestDatabase::create(Backend::Sqlite).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let columns = runtime.block_on(async {
        migrate::up(&config_for(&database.url).database).await.unwrap();
        let db = Database::connect(&database.url).await.unwrap();
        let question =
            "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'seaql_migrations'
            AND (lower(c.type) = 'text' OR lower(c.type) LIKE 'json%')";
        let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, question)).await.unwrap();
        let column = |row: sea_orm::QueryResult| {
            (row.try_get::<String>("", "table_name").unwrap(), row.try_get::<String>("", "column_name").unwrap())
        };
        rows.into_iter().map(column).collect::<BTreeSet<_>>()
    });
    assert!(columns.len() > 100, "{columns:?}");
    let mut declared = BTreeSet::new();
    for erasure in ERASURES {
        for erased in erasure.erased {
            declared.extend(erased.columns.iter().map(|(column, _)| (erased.table.to_owned(), (*column).to_owned())));
        }
        for kept in erasure.kept {
            declared.extend(kept.columns.iter().map(|column| (kept.table.to_owned(), (*column).to_owned())));
        }
    }
    let forgotten: Vec<_> = columns.difference(&declared).collect();
    assert!(forgotten.is_empty(), "say in the slice's erasure.rs what becomes of them: {forgotten:#?}");
    let unknown: Vec<_> = declared.difference(&columns).collect();
    assert!(unknown.is_empty(), "there are no such columns: {unknown:#?}");
}
