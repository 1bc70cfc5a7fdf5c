//! A data key for every case, and those that belong to no case; when a case was disposed of.

use crate::tables::drop_tables;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table, async_trait};
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone_null, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("data_keys")
                    .col(uuid("id").primary_key())
                    .col(text("name").unique_key())
                    .col(text("wrapped"))
                    .take(),
            )
            .await?;
        for column in [text_null("data_key"), timestamp_with_time_zone_null("disposed_at")] {
            manager.alter_table(Table::alter().table("cases").add_column(column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["disposed_at", "data_key"] {
            manager.alter_table(Table::alter().table("cases").drop_column(column).take()).await?;
        }
        drop_tables(manager, &["data_keys"]).await
    }
}
