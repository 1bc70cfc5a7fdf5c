//! Tables that were made append-only before TRUNCATE was refused, too.

use crate::append_only::no_truncate;
use sea_orm_migration::prelude::{
    ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait,
};
use sea_orm_migration::sea_orm::{DbBackend, Statement};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if connection.get_database_backend() == DbBackend::Sqlite {
            return Ok(());
        }
        let open = "SELECT c.relname::text AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
                    WHERE t.tgname = c.relname || '_append_only' AND c.relnamespace = current_schema()::regnamespace \
                    AND NOT EXISTS (SELECT 1 FROM pg_trigger o WHERE o.tgrelid = c.oid AND o.tgname = c.relname || '_no_truncate')";
        for row in connection.query_all_raw(Statement::from_string(DbBackend::Postgres, open)).await? {
            let table: String = row.try_get("", "name")?;
            connection.execute_unprepared(&no_truncate(&table)).await?;
        }
        Ok(())
    }

    /// A table loses its triggers when it is no longer protected.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
