//! How the pools of each database are set up.

use crate::platform::error::{Failure, Result};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, DatabaseConnection};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The database section of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite:///path/to/redress.db` or `postgres://user:password@host/database`; it may hold a password.
    pub url: SecretString,
    /// PostgreSQL: the role that owns the tables, for migrations alone; without one, the role of `url` does.
    pub owner_url: Option<SecretString>,
    /// Connections of one worker that only read.
    pub read_connections: u32,
    /// Connections of one worker that write; SQLite uses one, since it has one writer.
    pub write_connections: u32,
    pub acquire_timeout_seconds: u64,
    pub statement_timeout_seconds: u64,
    pub lock_timeout_seconds: u64,
    pub idle_in_transaction_timeout_seconds: u64,
}

impl DatabaseConfig {
    pub fn is_sqlite(&self) -> bool {
        self.url.expose_secret().starts_with("sqlite:")
    }

    fn check(&self) -> Result<()> {
        let url = self.url.expose_secret();
        let understood = match url.split_once(':') {
            Some(("sqlite", _)) => SqliteConnectOptions::from_str(url).is_ok(),
            Some(("postgres" | "postgresql", _)) => PgConnectOptions::from_str(url).is_ok(),
            _ => false,
        };
        if understood {
            return Ok(());
        }
        // Without the URL itself, and without what the parser says of it: it holds a password.
        let message = "The database URL is not one of sqlite:… or postgres://user:password@host/database. Characters such as / @ : in a password are written as %2F %40 %3A.";
        Err(Failure::bad_input("database.url", message))
    }

    fn options(&self, connections: u32) -> ConnectOptions {
        let mut options = ConnectOptions::new(self.url.expose_secret());
        options
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(self.acquire_timeout_seconds))
            .test_before_acquire_if_idle_for(Duration::from_secs(5))
            .record_stmt_in_spans(false)
            .sqlx_logging(false);
        options
    }
}

/// What the workers of a server know together of the statements they send: how many, for tests that bound them, and whether
/// one failed for want of space.
#[derive(Clone, Debug, Default)]
pub struct Statements {
    sent: Arc<AtomicU64>,
    disk_full_at: Arc<Mutex<Option<Instant>>>,
}

impl Statements {
    pub fn count(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// One failed just now for want of space.
    pub(super) fn disk_is_full(&self) {
        *self.disk_full_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether one failed for want of space a moment ago. Some space does not show that there is enough: time does.
    pub(super) fn was_disk_full(&self) -> bool {
        let at = *self.disk_full_at.lock().unwrap_or_else(PoisonError::into_inner);
        at.is_some_and(|at| at.elapsed() < Duration::from_secs(5))
    }

    fn counted(&self, mut pool: DatabaseConnection) -> DatabaseConnection {
        let counter = Arc::clone(&self.sent);
        pool.set_metric_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        pool
    }
}

/// A pool that writes to a database that is there.
pub async fn writer(config: &DatabaseConfig, statements: &Statements) -> Result<DatabaseConnection> {
    open(config, Purpose::Write, statements).await
}

/// The same for migrations, as the role that owns the tables: an SQLite file that is not there is made.
pub async fn maker(config: &DatabaseConfig) -> Result<DatabaseConnection> {
    let url = config.owner_url.as_ref().unwrap_or(&config.url).clone();
    open(&DatabaseConfig { url, ..config.clone() }, Purpose::Make, &Statements::default()).await
}

/// A pool that the database itself keeps from writing.
pub async fn reader(config: &DatabaseConfig, statements: &Statements) -> Result<DatabaseConnection> {
    open(config, Purpose::Read, statements).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Read,
    Write,
    Make,
}

async fn open(config: &DatabaseConfig, purpose: Purpose, statements: &Statements) -> Result<DatabaseConnection> {
    config.check()?;
    let read_only = purpose == Purpose::Read;
    let connections = match purpose {
        Purpose::Read => config.read_connections,
        Purpose::Write | Purpose::Make if config.is_sqlite() => 1,
        Purpose::Write | Purpose::Make => config.write_connections,
    };
    let mut options = config.options(connections);
    let busy = Duration::from_secs(config.lock_timeout_seconds);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        // Acknowledged means durable: FULL waits for the disk at every commit, also in WAL mode.
        let sqlite = sqlite
            .create_if_missing(purpose == Purpose::Make)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted or overwritten is not left in free pages of the file.
            .pragma("secure_delete", "ON")
            .busy_timeout(busy);
        if read_only { sqlite.pragma("query_only", "ON") } else { sqlite }
    });
    let timeouts = [
        ("statement_timeout", config.statement_timeout_seconds),
        ("lock_timeout", config.lock_timeout_seconds),
        ("idle_in_transaction_session_timeout", config.idle_in_transaction_timeout_seconds),
    ]
    .map(|(name, seconds)| (name, format!("{seconds}s")));
    options.map_sqlx_postgres_opts(move |postgres| {
        postgres
            .application_name("redress")
            .options([("timezone", "UTC"), ("default_transaction_read_only", if read_only { "on" } else { "off" })])
            .options(timeouts.clone())
    });
    let mut attempt = 1;
    loop {
        match sea_orm::Database::connect(options.clone()).await.map_err(Failure::from) {
            // SQLite does not wait while another process switches the same new file to WAL.
            Err(failure) if failure.is_transient() && attempt < 50 => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                attempt += 1;
            }
            outcome => return Ok(statements.counted(outcome?)),
        }
    }
}
