//! Approval items and everything that happened to them.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    big_integer, boolean, integer, json_binary, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("approvals")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id"))
                    .col(text("kind"))
                    .col(text("state"))
                    .col(integer("version"))
                    .col(integer("revision"))
                    .col(json_binary("content"))
                    .col(text("content_sha256"))
                    .col(text("contract_number_sealed"))
                    .col(text("contract_number_index"))
                    .col(text("reason"))
                    .col(big_integer("excess"))
                    .col(big_integer("cumulative_excess"))
                    .col(text("tier"))
                    .col(text("required_role"))
                    .col(text("rule"))
                    .col(uuid("requested_by"))
                    .col(timestamp_with_time_zone("requested_at"))
                    .col(uuid_null("endorsed_by"))
                    .col(timestamp_with_time_zone_null("endorsed_at"))
                    .col(uuid_null("decided_by"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(ForeignKey::create().from("approvals", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("approvals", "requested_by").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("approvals", "endorsed_by").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("approvals", "decided_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "approvals",
            &[
                ("approvals_case", &["case_id", "requested_at", "id"]),
                ("approvals_state", &["state", "requested_at", "id"]),
                ("approvals_requested", &["requested_at", "id"]),
            ],
        )
        .await?;

        manager
            .create_table(
                Table::create()
                    .table("approval_steps")
                    .col(uuid("id").primary_key())
                    .col(uuid("approval_id"))
                    .col(text("act"))
                    .col(integer("revision"))
                    .col(json_binary("content"))
                    .col(text("content_sha256"))
                    .col(big_integer("cumulative_excess"))
                    .col(text("tier"))
                    .col(text("required_role"))
                    .col(text("rule"))
                    .col(uuid("acted_by"))
                    .col(text_null("acted_as"))
                    .col(boolean("above_tier"))
                    .col(text("opinion"))
                    .col(timestamp_with_time_zone("acted_at"))
                    .foreign_key(ForeignKey::create().from("approval_steps", "approval_id").to("approvals", "id"))
                    .foreign_key(ForeignKey::create().from("approval_steps", "acted_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "approval_steps", &[("approval_steps_approval", &["approval_id", "acted_at", "id"])])
            .await?;
        append_only::protect(manager, "approval_steps").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "approval_steps").await?;
        drop_tables(manager, &["approval_steps", "approvals"]).await
    }
}
