//! What goes when a case is disposed of, and what stays: declared by each slice for its own tables, column by column. A text
//! column of the schema that nobody declared fails a test (`tests/fence/erasure.rs`).

use super::Tx;
use crate::platform::error::Result;
use entity::CaseId;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, Query, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::Value;
use uuid::Uuid;

/// How the value of a column goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    Null,
    /// An empty text.
    Empty,
    /// Every text within a JSON value is emptied, but those under these names: codes, keys, times and hashes. What is not
    /// named goes, so that a new field is not forgotten.
    TextsBut(&'static [&'static str]),
}

/// Columns whose values go.
#[derive(Debug)]
pub struct Erased {
    pub table: &'static str,
    /// Which rows belong to the case; `?` stands for its key.
    pub rows: &'static str,
    pub columns: &'static [(&'static str, Blank)],
}

/// Rows that go.
#[derive(Debug)]
pub struct Removed {
    pub table: &'static str,
    pub rows: &'static str,
}

/// Columns with text that stay, and why.
#[derive(Debug)]
pub struct Kept {
    pub table: &'static str,
    pub columns: &'static [&'static str],
    pub because: &'static str,
}

/// What a slice declares of its tables.
#[derive(Debug)]
pub struct Erasure {
    pub erased: &'static [Erased],
    pub removed: &'static [Removed],
    pub kept: &'static [Kept],
}

/// Rows that carry the key of the case.
pub const OF_CASE: &str = "case_id = ?";
/// A code, key, hash or name that the system gave.
pub const CODES: &str = "codes, states, numbers and hashes that say nothing about a person";

/// Erases what was written of a case. Its `disposed_at` stands already: the database lets facts be changed for no other case.
pub async fn erase(tx: &Tx, erasures: &[&Erasure], case: CaseId) -> Result<()> {
    let backend = tx.db().get_database_backend();
    for erasure in erasures {
        for Removed { table, rows } in erasure.removed {
            let mut delete = Query::delete();
            delete.from_table(Alias::new(*table)).and_where(belongs(backend, rows, case));
            tx.db().execute(&delete).await?;
        }
        for Erased { table, rows, columns } in erasure.erased {
            let mut update = Query::update();
            update.table(Alias::new(*table)).and_where(belongs(backend, rows, case));
            let mut any = false;
            for (column, blank) in *columns {
                let value = match blank {
                    Blank::Null => Expr::cust("NULL"),
                    Blank::Empty => Expr::val(""),
                    Blank::TextsBut(kept) => {
                        empty_texts(tx, (table, column), belongs(backend, rows, case), kept).await?;
                        continue;
                    }
                };
                update.value(Alias::new(*column), value);
                any = true;
            }
            if any {
                tx.db().execute(&update).await?;
            }
        }
    }
    Ok(())
}

fn belongs(backend: DbBackend, rows: &str, case: CaseId) -> SimpleExpr {
    let key: Uuid = case.into();
    let times = rows.matches('?').count();
    let sql = match backend {
        DbBackend::Postgres => rows.replace('?', "$1"),
        _ => rows.to_owned(),
    };
    let values = if backend == DbBackend::Postgres { vec![key] } else { vec![key; times] };
    Expr::cust_with_values(sql, values)
}

async fn empty_texts(tx: &Tx, (table, column): (&str, &str), rows: SimpleExpr, kept: &[&str]) -> Result<()> {
    let name = |text: &str| Alias::new(text).into_iden();
    let mut select = Query::select();
    select.columns([name("id"), name(column)]).from(name(table)).and_where(rows);
    for row in tx.db().query_all(&select).await? {
        let id: Uuid = row.try_get("", "id")?;
        let Some(mut value) = row.try_get::<Option<Value>>("", column)? else { continue };
        empty(&mut value, kept);
        let mut update = Query::update();
        update.table(name(table)).value(name(column), value).and_where(Expr::col(name("id")).eq(id));
        tx.db().execute(&update).await?;
    }
    Ok(())
}

fn empty(value: &mut Value, kept: &[&str]) {
    match value {
        Value::String(text) => text.clear(),
        Value::Array(values) => values.iter_mut().for_each(|value| empty(value, kept)),
        Value::Object(fields) => {
            fields
                .iter_mut()
                .filter(|(name, _)| !kept.contains(&name.as_str()))
                .for_each(|(_, value)| empty(value, kept));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_go_whatever_they_are_called_and_figures_stay() {
        let mut value =
            json!({ "of": "CONTACT", "reached": true, "content": "李秀英", "new": ["a", { "means": "PHONE" }] });
        empty(&mut value, &["of", "means"]);
        assert_eq!(
            value,
            json!({ "of": "CONTACT", "reached": true, "content": "", "new": ["", { "means": "PHONE" }] })
        );
    }
}
