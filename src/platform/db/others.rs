//! The other servers of the same PostgreSQL database: each says when it has committed something.
//!
//! Said after the commit and on a connection of its own: within the transaction, `NOTIFY` takes a lock that all writers of
//! the database would queue for. A word that is lost costs time and nothing else, since everybody also looks by themselves.

use super::Database;
use crate::platform::access::Actor;
use crate::platform::error::Result;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

const CHANNEL: &str = "redress_changes";

/// What this server hears of the others.
#[derive(Debug)]
pub struct Others {
    heard: Arc<Notify>,
    ear: Option<JoinHandle<()>>,
}

impl Others {
    /// Begins to listen; on SQLite there are no others.
    pub fn listen(db: &Database) -> Self {
        let heard = Arc::new(Notify::new());
        let ear = match db.read.get_database_backend() {
            DbBackend::Postgres => Some(tokio::spawn(hear(db.clone(), Arc::clone(&heard)))),
            _ => None,
        };
        Self { heard, ear }
    }

    /// Returns when one of them, or this server itself, said something.
    pub async fn heard(&self) {
        self.heard.notified().await;
    }

    /// Tells them of a change: the table, the last key, and how far the audit log was announced.
    pub async fn tell(&self, db: &Database, word: &str) -> Result<()> {
        if self.ear.is_some() {
            let text = "SELECT pg_notify($1, $2)";
            let values = [CHANNEL.into(), word.into()];
            let actor = Actor::system("announcing");
            db.read(&actor).query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, text, values)).await?;
        }
        Ok(())
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        if let Some(ear) = &self.ear {
            ear.abort();
        }
    }
}

/// Listens on a connection of its own; one that is lost is made again.
async fn hear(db: Database, heard: Arc<Notify>) {
    loop {
        match listener(&db).await {
            Ok(mut listener) => {
                // What was said while nobody listened.
                heard.notify_one();
                while listener.recv().await.is_ok() {
                    heard.notify_one();
                }
                tracing::warn!("the connection that hears of other servers was lost");
            }
            Err(error) => tracing::warn!(%error, "other servers cannot be heard"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn listener(db: &Database) -> sea_orm::sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(db.read.get_postgres_connection_pool()).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
