//! Leaks, losses and abuse of confidential material, and what followed.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("incidents")
                    .col(uuid("id").primary_key())
                    .col(text("kind"))
                    .col(timestamp_with_time_zone("occurred_at"))
                    .col(text("account_sealed"))
                    .col(text("persons_sealed"))
                    .col(text_null("measure_sealed"))
                    .col(uuid("recorded_by"))
                    .col(timestamp_with_time_zone("recorded_at"))
                    .foreign_key(ForeignKey::create().from("incidents", "recorded_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "incidents", &[("incidents_recorded", &["recorded_at", "id"])]).await?;
        append_only::protect(manager, "incidents").await?;
        manager
            .create_table(
                Table::create()
                    .table("incident_follow_ups")
                    .col(uuid("id").primary_key())
                    .col(uuid("incident_id"))
                    .col(text("text_sealed"))
                    .col(uuid("recorded_by"))
                    .col(timestamp_with_time_zone("recorded_at"))
                    .foreign_key(ForeignKey::create().from("incident_follow_ups", "incident_id").to("incidents", "id"))
                    .foreign_key(ForeignKey::create().from("incident_follow_ups", "recorded_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "incident_follow_ups",
            &[("incident_follow_ups_incident", &["incident_id", "recorded_at"])],
        )
        .await?;
        append_only::protect(manager, "incident_follow_ups").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["incident_follow_ups", "incidents"] {
            append_only::unprotect(manager, table).await?;
            drop_tables(manager, &[table]).await?;
        }
        Ok(())
    }
}
