//! Child rows as JSON inside the parent's statement: a hot read is one round trip on both databases.

use crate::platform::error::Result;
use sea_orm::sea_query::{Alias, Expr, Query, SimpleExpr, SubQueryStatement};
use sea_orm::{ColumnTrait, ColumnType, DbBackend, EntityTrait, IdenStatic, QuerySelect, QueryTrait, Select};
use serde::de::DeserializeOwned;
use std::fmt::Write;

/// The rows that a query finds, as the text of one JSON array of objects with these columns. The query is built as if it were run on
/// its own, order and limit included; its filter ties it to the parent.
pub fn rows<E: EntityTrait>(backend: DbBackend, query: Select<E>, columns: &[E::Column]) -> SimpleExpr {
    let inner = query.select_only().columns(columns.iter().copied()).into_query();
    let aggregate = match backend {
        DbBackend::Sqlite => format!("json_group_array({})", sqlite_object::<E>(columns)),
        _ => r#"coalesce(json_agg("child"), '[]'::json)::text"#.to_owned(),
    };
    let outer = Query::select().expr(Expr::cust(aggregate)).from_subquery(inner, Alias::new("child")).take();
    SimpleExpr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(outer)))
}

/// `json_object('column', value, …)`, each value as JSON: SQLite keeps keys as blobs, booleans as numbers, JSON as text.
fn sqlite_object<E: EntityTrait>(columns: &[E::Column]) -> String {
    let mut object = "json_object(".to_owned();
    for (position, column) in columns.iter().enumerate() {
        let name = column.as_str();
        let separator = if position == 0 { "" } else { ", " };
        let value = match column.def().get_column_type() {
            ColumnType::Uuid => format!(r#"lower(hex("child"."{name}"))"#),
            ColumnType::Boolean => format!(r#"json(iif("child"."{name}", 'true', 'false'))"#),
            ColumnType::Json | ColumnType::JsonBinary => format!(r#"json("child"."{name}")"#),
            _ => format!(r#""child"."{name}""#),
        };
        let value = match column.def().get_column_type() {
            ColumnType::Uuid => format!(r#"iif("child"."{name}" IS NULL, NULL, {value})"#),
            _ => value,
        };
        let _ = write!(object, "{separator}'{name}', {value}");
    }
    object.push(')');
    object
}

/// The rows of such an array; none where the parent's statement did not ask for them.
pub fn decode<T: DeserializeOwned>(array: Option<String>) -> Result<Option<Vec<T>>> {
    Ok(array.as_deref().map(serde_json::from_str).transpose()?)
}
