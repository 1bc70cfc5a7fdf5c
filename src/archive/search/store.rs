//! The only file that queries and writes what is searched of archive files: an FTS5 table of pairs on SQLite, an array of them under
//! a GIN index on PostgreSQL. What is searched can be deleted.

use super::{Needle, distinct, words};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use entity::{ArchiveFileId, archive_file, archive_text, case};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Statement};

/// Files in whose text the needle stands.
pub fn holds(backend: DbBackend, needle: &Needle) -> SimpleExpr {
    let Needle(needle) = needle;
    let found = match backend {
        DbBackend::Sqlite => {
            let phrase = format!("\"{}\"", words(needle));
            let found = "serial IN (SELECT rowid FROM archive_text_pairs WHERE archive_text_pairs MATCH ?)";
            Expr::cust_with_values(found, [phrase])
        }
        _ => {
            let pairs: sea_orm::Value = distinct(needle).into();
            // The index finds who has all the pairs; then they must stand in this order.
            Expr::cust_with_values("pairs @> $1 AND strpos(folded, $2) > 0", [pairs, needle.as_str().into()])
        }
    };
    let files = archive_text::Entity::find().select_only().column(archive_text::Column::ArchiveFileId).filter(found);
    archive_file::Column::Id.in_subquery(files.into_query())
}

/// Writes what is searched of a file.
pub async fn write(tx: &Tx, file: ArchiveFileId, folded: &str) -> Result<()> {
    let (db, backend) = (tx.db(), tx.db().get_database_backend());
    if backend == DbBackend::Sqlite {
        let row = archive_text::ActiveModel {
            archive_file_id: Set(file),
            folded: Set(folded.to_owned()),
            ..Default::default()
        };
        let row = archive_text::Entity::insert(row).exec_with_returning(db).await?;
        return index(tx, "INSERT INTO archive_text_pairs(rowid, pairs) VALUES (?, ?)", &row).await;
    }
    let insert = "INSERT INTO archive_texts (archive_file_id, folded, pairs) VALUES ($1, $2, $3)";
    let values = [sea_orm::Value::from(file.0), folded.into(), distinct(folded).into()];
    db.execute_raw(Statement::from_sql_and_values(backend, insert, values)).await?;
    Ok(())
}

/// Adds to what is searched of a file.
pub async fn append(tx: &Tx, file: ArchiveFileId, folded: &str) -> Result<()> {
    let before = of(tx, file).await?.map(|row| row.folded).unwrap_or_default();
    forget(tx, file).await?;
    write(tx, file, &format!("{before}\n{folded}")).await
}

/// Forgets what is searched of a file: no piece of it stays in the index.
pub async fn forget(tx: &Tx, file: ArchiveFileId) -> Result<()> {
    let Some(row) = of(tx, file).await? else { return Ok(()) };
    if tx.db().get_database_backend() == DbBackend::Sqlite {
        let delete = "INSERT INTO archive_text_pairs(archive_text_pairs, rowid, pairs) VALUES ('delete', ?, ?)";
        index(tx, delete, &row).await?;
    }
    archive_text::Entity::delete_by_id(row.serial).exec(tx.db()).await?;
    Ok(())
}

async fn of(tx: &Tx, file: ArchiveFileId) -> Result<Option<archive_text::Model>> {
    let query = archive_text::Entity::find().filter(archive_text::Column::ArchiveFileId.eq(file));
    Ok(query.lock_exclusive().one(tx.db()).await?)
}

/// Tells the index of SQLite, which takes the whole text to insert and to delete it.
async fn index(tx: &Tx, statement: &str, row: &archive_text::Model) -> Result<()> {
    let values = [row.serial.into(), words(&row.folded).into()];
    let told = tx.db().execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, statement, values)).await;
    told.map(drop).map_err(Failure::from)
}

/// Files that have nothing to be searched yet, at most so many; not those that were disposed of.
pub async fn not_indexed<C: ConnectionTrait>(db: &C, most: u64) -> Result<Vec<archive_file::Model>> {
    let indexed = archive_text::Entity::find().select_only().column(archive_text::Column::ArchiveFileId).into_query();
    let query = archive_file::Entity::find().filter(archive_file::Column::Id.not_in_subquery(indexed));
    let disposed_of = case::Entity::find().select_only().column(case::Column::Id);
    let disposed_of = disposed_of.filter(case::Column::DisposedAt.is_not_null()).into_query();
    let query = query.filter(archive_file::Column::CaseId.not_in_subquery(disposed_of));
    Ok(query.limit(most).all(db).await?)
}
