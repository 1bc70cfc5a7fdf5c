//! `column = ANY(keys)` with one text for any number of keys, so that prepared statements are found again.

use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, DbBackend};
use serde_json::json;
use uuid::Uuid;

pub fn any_of<C: ColumnTrait, K: Into<Uuid> + Copy>(backend: DbBackend, column: C, keys: &[K]) -> SimpleExpr {
    let keys: Vec<Uuid> = keys.iter().map(|key| (*key).into()).collect();
    let column = Expr::col(column.as_column_ref());
    match backend {
        DbBackend::Sqlite => {
            let hex: Vec<_> = keys.iter().map(|key| key.simple().to_string()).collect();
            let listed = Expr::cust_with_values("(SELECT unhex(value) FROM json_each(?))", [json!(hex).to_string()]);
            column.binary(sea_orm::sea_query::BinOper::In, listed)
        }
        _ => column.eq(PgFunc::any(keys)),
    }
}
