//! Of which event a person is told: who listens is sent what was written in its transaction.

use crate::tables::create_indexes;
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::uuid_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key: the event comes last in its transaction.
        manager.alter_table(Table::alter().table("notifications").add_column(uuid_null("event_id")).take()).await?;
        create_indexes(manager, "notifications", &[("notifications_event", &["event_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("notifications_event").table("notifications").to_owned()).await?;
        manager.alter_table(Table::alter().table("notifications").drop_column("event_id").take()).await
    }
}
