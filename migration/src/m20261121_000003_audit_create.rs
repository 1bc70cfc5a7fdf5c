//! The audit trail and the memory of idempotent commands: what every write touches.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{json_binary, text, text_null, timestamp_with_time_zone, uuid, uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("audit_events")
                    .col(uuid("id").primary_key())
                    .col(timestamp_with_time_zone("occurred_at"))
                    .col(text("action"))
                    .col(uuid_null("actor_id"))
                    .col(text_null("system_reason"))
                    .col(text("actor_roles"))
                    .col(text("subject_type"))
                    .col(uuid("subject_id"))
                    // No foreign key: an event outlives what it tells of.
                    .col(uuid_null("case_id"))
                    .col(json_binary("before"))
                    .col(json_binary("after"))
                    .col(text_null("reason_sealed"))
                    .col(text("request_id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "audit_events",
            &[
                ("audit_events_time", &["occurred_at", "id"]),
                ("audit_events_case", &["case_id", "occurred_at", "id"]),
                ("audit_events_actor", &["actor_id", "occurred_at", "id"]),
            ],
        )
        .await?;
        append_only::protect(manager, "audit_events").await?;
        manager
            .create_table(
                Table::create()
                    .table("idempotency_keys")
                    .col(uuid("staff_id"))
                    .col(text("key"))
                    .col(text("payload_index"))
                    .col(json_binary("output"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("staff_id").col("key"))
                    .foreign_key(ForeignKey::create().from("idempotency_keys", "staff_id").to("staff", "id"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "audit_events").await?;
        drop_tables(manager, &["idempotency_keys", "audit_events"]).await
    }
}
