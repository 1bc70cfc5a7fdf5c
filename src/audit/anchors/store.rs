//! Heads in another database: a table that its owner makes, and in which we may look up and insert.
//!
//! `CREATE TABLE redress_tree_heads (size BIGINT PRIMARY KEY, head TEXT NOT NULL)`

use super::ANOTHER;
use crate::audit::head::TreeHead;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbErr};
use secrecy::{ExposeSecret, SecretString};

const TABLE: &str = "redress_tree_heads";

pub async fn keep(url: &SecretString, head: &TreeHead) -> Result<(), String> {
    let line = head.line().map_err(|failure| failure.summary())?;
    let size = i64::try_from(head.size).map_err(|_| "more events than a table can number".to_owned())?;
    let kept = write(url, size, &line).await.map_err(|error| error.to_string())?;
    if kept.as_deref() == Some(&*line) { Ok(()) } else { Err(ANOTHER.to_owned()) }
}

/// Inserts the head, and gives what is there afterwards.
async fn write(url: &SecretString, size: i64, line: &str) -> Result<Option<String>, DbErr> {
    let mut options = ConnectOptions::new(url.expose_secret());
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["size", "head"])
        .values_panic([size.into(), line.into()])
        .on_conflict(OnConflict::column("size").do_nothing().to_owned())
        .take();
    let look_up = Query::select().column("head").from(TABLE).and_where(Expr::col("size").eq(size)).take();
    db.execute(&insert).await?;
    let kept = db.query_one(&look_up).await?.map(|row| row.try_get("", "head")).transpose()?;
    db.close().await?;
    Ok(kept)
}
