//! Confidentiality pledges that people signed.

use crate::append_only;
use crate::tables::drop_tables;
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{text, timestamp_with_time_zone, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "confidentiality_pledges";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(TABLE)
                    .col(uuid("staff_id"))
                    .col(text("version"))
                    .col(text("text_sha256"))
                    .col(timestamp_with_time_zone("signed_at"))
                    .primary_key(Index::create().col("staff_id").col("version").col("text_sha256"))
                    .foreign_key(ForeignKey::create().from(TABLE, "staff_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        append_only::protect(manager, TABLE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, TABLE).await?;
        drop_tables(manager, &[TABLE]).await
    }
}
