//! The database: a handle that only an [`Actor`] opens, and the one way to write.
//!
//! Reads go through connections that cannot write. Every write is a [`Command`] that [`Database::run`] executes in one
//! transaction together with its audit event. People who only read and programs have a [`Door`] of their own: it lets through
//! what writes down that they read, and what little else programs do.

mod any_of;
mod command;
mod connect;
pub mod erasure;
mod event;
mod grants;
mod idempotency;
pub mod migrate;
pub mod nested;
mod others;
pub mod series;
mod tx;

pub use any_of::any_of;
pub use command::{Command, Done, Door, Upkeep};
pub use connect::{DatabaseConfig, Statements};
pub use event::AuditRecord;
pub use grants::{Rights, rights};
pub use idempotency::{IdempotencyKey, forget as forget_idempotency_keys};
pub use others::Others;
pub use tx::Tx;

use crate::platform::access::Actor;
use crate::platform::clock::Clock;
use crate::platform::error::{Failure, Result};
use crate::platform::live::Commits;
use crate::platform::outlets::Outlets;
use crate::platform::vault::{self, Vault};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, StatementBuilder};
use std::sync::Arc;
use std::time::Duration;

/// The pools of one worker. Cloning gives another handle on the same pools.
#[derive(Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
    clock: Clock,
    vault: Arc<Vault>,
    /// For how long a transaction is tried again.
    patience: Duration,
    statements: Statements,
    outlets: Outlets,
    commits: Commits,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}

impl Database {
    /// Opens the pools. Call it on the runtime that will use them: one worker, one set of pools.
    pub async fn open(
        config: &DatabaseConfig,
        clock: Clock,
        vault: Arc<Vault>,
        statements: &Statements,
    ) -> Result<Self> {
        let write = connect::writer(config, statements).await?;
        let read = connect::reader(config, statements).await?;
        vault::store::prepare(&write, &vault, clock.now()).await?;
        let patience = Duration::from_secs(config.lock_timeout_seconds);
        let (outlets, commits) = (Outlets::default(), Commits::default());
        Ok(Self { read, write, clock, vault, patience, statements: statements.clone(), outlets, commits })
    }

    /// The same pools, for transactions that also write down what is to go out by these ways.
    pub fn reaching(self, outlets: Outlets) -> Self {
        Self { outlets, ..self }
    }

    /// The same pools, for transactions of which those who listen are told.
    pub fn announcing(self, commits: Commits) -> Self {
        Self { commits, ..self }
    }

    /// Connections that cannot write, for whoever is known to ask.
    pub fn read(&self, _: &Actor) -> &DatabaseConnection {
        &self.read
    }

    /// Does one piece of work in one transaction, again if the database asks for it, with its audit event or not at all.
    pub async fn run<C: Command>(&self, actor: &Actor, command: &C) -> Result<C::Output> {
        // On the heap: a schema has many commands, and without optimisation the stack would hold a place for each of them.
        let outcome = Box::pin(command::run(self, actor, command)).await;
        if outcome.as_ref().is_err_and(Failure::is_disk_full) {
            self.statements.disk_is_full();
        }
        outcome
    }

    /// Does one piece of work on the audit trail itself in one transaction, which leaves no event.
    pub async fn upkeep<U: Upkeep>(&self, actor: &Actor, work: &U) -> Result<U::Output> {
        let outcome = Box::pin(command::upkeep(self, actor, work)).await;
        if outcome.as_ref().is_err_and(Failure::is_disk_full) {
            self.statements.disk_is_full();
        }
        outcome
    }

    /// Runs one statement that keeps a count which no auditor asks for: failed sign-ins, who does a job, an attempt at
    /// delivery, what is forgotten after a while. Everything else is a [`Command`].
    pub async fn tally<S: StatementBuilder>(&self, statement: &S) -> Result<u64> {
        Ok(self.write.execute(statement).await?.rows_affected())
    }

    /// Begins a transaction. Only [`Database::run`] and [`Database::upkeep`] do so: they are what commits.
    async fn begin(&self, actor: &Actor) -> Result<Tx> {
        Tx::begin(&self.write, actor.clone(), self.clock.now(), Arc::clone(&self.vault), self.outlets.clone()).await
    }

    /// A transaction that is never committed: tests try in it what could be done.
    #[cfg(test)]
    pub async fn trial(&self, actor: &Actor) -> Result<Tx> {
        self.begin(actor).await
    }

    /// What seals and opens personal data, for work that no request asked for.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What time it is here.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The same pools under another clock: demonstration data is written as if it were then.
    pub fn at(&self, clock: Clock) -> Self {
        Self { clock, ..self.clone() }
    }

    /// Whether the database answers and has space. SQLite has one writing connection, which may be waiting for its turn.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.read.execute_unprepared("SELECT 1").await?;
        if self.write.get_database_backend() != DbBackend::Sqlite {
            self.write.execute_unprepared("SELECT 1").await?;
        }
        if self.statements.was_disk_full() {
            return Err(DbErr::Custom("the disk is full".to_owned()));
        }
        Ok(())
    }

    /// Whether the database can be written to; changes nothing.
    pub async fn try_write(&self) -> Result<(), DbErr> {
        self.write.execute_unprepared("UPDATE number_series SET last_value = last_value WHERE 1 = 0").await?;
        Ok(())
    }

    /// Connections that are open: name of the pool, idle, in use.
    pub fn connections(&self) -> [(&'static str, i64, i64); 2] {
        [("read", &self.read), ("write", &self.write)].map(|(name, pool)| {
            let (all, idle) = match pool.get_database_backend() {
                DbBackend::Postgres => {
                    let pool = pool.get_postgres_connection_pool();
                    (pool.size(), pool.num_idle())
                }
                _ => {
                    let pool = pool.get_sqlite_connection_pool();
                    (pool.size(), pool.num_idle())
                }
            };
            let idle = i64::try_from(idle).unwrap_or(i64::MAX);
            (name, idle, i64::from(all) - idle)
        })
    }

    /// Closes the pools when nobody uses them any more.
    pub async fn close(self) -> Result<()> {
        self.read.close().await?;
        self.write.close().await?;
        Ok(())
    }
}
