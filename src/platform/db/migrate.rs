//! Migrations: one transaction, one server at a time, and never on a database that is newer than this binary.

use super::connect::{DatabaseConfig, Statements, maker, writer};
use super::grants;
use crate::platform::error::{Failure, Result};
use migration::Migrator;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, IntoDatabaseExecutor,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::{MigratorTrait, SchemaManager, seaql_migrations};

/// Any number that every redress server knows and nobody else uses.
const LOCK: i64 = 0x0072_6564_7265_7373;

/// A migration and whether it was applied.
pub struct Migration {
    pub name: String,
    pub applied: bool,
}

/// Applies what is pending.
pub async fn up(config: &DatabaseConfig) -> Result<()> {
    let pool = maker(config).await?;
    let tx = exclusive(&pool).await?;
    refuse_newer(&tx).await?;
    Migrator::up(&tx, None).await?;
    if let Some(role) = serving_role(config).await? {
        grants::give(&tx, &role).await?;
    }
    tx.commit().await?;
    pool.close().await?;
    Ok(())
}

/// Takes back the last `steps` migrations and what is stored in their tables.
pub async fn down(config: &DatabaseConfig, steps: u32) -> Result<()> {
    let pool = maker(config).await?;
    let tx = exclusive(&pool).await?;
    refuse_newer(&tx).await?;
    Migrator::down(&tx, Some(steps)).await?;
    tx.commit().await?;
    pool.close().await?;
    Ok(())
}

/// All migrations of this binary, and whether the database has them. Refuses a database that has more.
pub async fn status(config: &DatabaseConfig) -> Result<Vec<Migration>> {
    let applied = match writer(config, &Statements::default()).await {
        Ok(pool) => {
            refuse_newer(&pool).await?;
            let applied = applied(&pool).await?;
            pool.close().await?;
            applied
        }
        Err(failure) if failure.is_missing_file() => Vec::new(),
        Err(failure) => return Err(failure),
    };
    let known = Migrator::migrations();
    Ok(known
        .iter()
        .map(|migration| Migration {
            name: migration.name().to_owned(),
            applied: applied.iter().any(|a| a == migration.name()),
        })
        .collect())
}

/// The role that serves, where another one owns the tables.
async fn serving_role(config: &DatabaseConfig) -> Result<Option<String>> {
    if config.owner_url.is_none() || config.is_sqlite() {
        return Ok(None);
    }
    let pool = writer(config, &Statements::default()).await?;
    let role = grants::current_role(&pool).await?;
    pool.close().await?;
    Ok(Some(role))
}

async fn exclusive(pool: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let tx = pool.begin_with_options(options).await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        // Another server may hold the lock for as long as its migrations take.
        tx.execute_unprepared("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0").await?;
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    Ok(tx)
}

async fn applied<'a, C>(db: &'a C) -> Result<Vec<String>>
where
    C: ConnectionTrait,
    &'a C: IntoDatabaseExecutor<'a>,
{
    if !SchemaManager::new(db).has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let rows = seaql_migrations::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

async fn refuse_newer<'a, C>(db: &'a C) -> Result<()>
where
    C: ConnectionTrait,
    &'a C: IntoDatabaseExecutor<'a>,
{
    let known = Migrator::migrations();
    let unknown: Vec<String> =
        applied(db).await?.into_iter().filter(|name| known.iter().all(|migration| migration.name() != name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let message =
        format!("The database is newer than this program: it has {}. Run a newer program.", unknown.join(", "));
    Err(Failure::bad_input("database", message))
}
