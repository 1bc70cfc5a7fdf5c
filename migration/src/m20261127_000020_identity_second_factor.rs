//! Second factors with their recovery codes, and which sessions proved one. No session did so far.

use crate::tables::drop_tables;
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{big_integer_null, boolean, text, text_null, timestamp_with_time_zone_null, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("second_factors")
                    .col(uuid("staff_id").primary_key())
                    .col(text_null("secret_sealed"))
                    .col(timestamp_with_time_zone_null("confirmed_at"))
                    .col(big_integer_null("last_step"))
                    .col(text_null("pending_sealed"))
                    .col(timestamp_with_time_zone_null("pending_since"))
                    .foreign_key(ForeignKey::create().from("second_factors", "staff_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("recovery_codes")
                    .col(uuid("staff_id"))
                    .col(text("code_index"))
                    .primary_key(Index::create().col("staff_id").col("code_index"))
                    .foreign_key(ForeignKey::create().from("recovery_codes", "staff_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        let proved = boolean("second_factor").default(false).take();
        manager.alter_table(Table::alter().table("staff_sessions").add_column(proved).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("staff_sessions").drop_column("second_factor").take()).await?;
        drop_tables(manager, &["recovery_codes", "second_factors"]).await
    }
}
