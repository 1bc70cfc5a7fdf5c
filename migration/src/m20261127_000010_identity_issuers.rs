//! Who is who at an OpenID Connect issuer, and which sessions began there.

use crate::tables::drop_tables;
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "staff_identities";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(TABLE)
                    .col(text("issuer"))
                    .col(text("subject"))
                    .col(uuid("staff_id"))
                    .col(timestamp_with_time_zone("linked_at"))
                    .col(timestamp_with_time_zone_null("signed_out_at"))
                    .primary_key(Index::create().col("issuer").col("subject"))
                    .foreign_key(ForeignKey::create().from(TABLE, "staff_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        let one_each =
            Index::create().name("staff_identities_staff").table(TABLE).col("staff_id").col("issuer").unique().take();
        manager.create_index(one_each).await?;
        for column in [text_null("issuer"), text_null("issuer_session")] {
            manager.alter_table(Table::alter().table("staff_sessions").add_column(column).take()).await?;
        }
        let once =
            Index::create().name("staff_sessions_issuer").table("staff_sessions").col("issuer_session").unique().take();
        manager.create_index(once).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("staff_sessions_issuer").table("staff_sessions").to_owned()).await?;
        for column in ["issuer_session", "issuer"] {
            manager.alter_table(Table::alter().table("staff_sessions").drop_column(column).take()).await?;
        }
        drop_tables(manager, &[TABLE]).await
    }
}
