//! What is added to archive files after the filing.

use crate::append_only;
use crate::tables::drop_tables;
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{integer, text, timestamp_with_time_zone, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "archive_supplements";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(TABLE)
                    .col(uuid("id").primary_key())
                    .col(uuid("archive_file_id"))
                    .col(integer("position"))
                    .col(text("kind"))
                    .col(text("content_sealed"))
                    .col(text("content_sha256"))
                    .col(text("previous_sha256"))
                    .col(uuid("added_by"))
                    .col(timestamp_with_time_zone("added_at"))
                    .foreign_key(ForeignKey::create().from(TABLE, "archive_file_id").to("archive_files", "id"))
                    .foreign_key(ForeignKey::create().from(TABLE, "added_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        let order = Index::create()
            .name("archive_supplements_file")
            .table(TABLE)
            .col("archive_file_id")
            .col("position")
            .unique()
            .take();
        manager.create_index(order).await?;
        append_only::protect(manager, TABLE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, TABLE).await?;
        drop_tables(manager, &[TABLE]).await
    }
}
