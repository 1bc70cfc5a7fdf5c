//! Cases with their handling record, deadlines and plans.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConditionalStatement, ConnectionTrait, DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index,
    MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    boolean, integer, json_binary, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("cases")
                    .col(uuid("id").primary_key())
                    .col(text("number").unique_key())
                    .col(uuid("profile_version_id"))
                    .col(text("state"))
                    .col(integer("version"))
                    .col(text("channel"))
                    .col(text("severity"))
                    .col(text("summary"))
                    .col(text("complainant_name_sealed"))
                    .col(text_null("phone_sealed"))
                    .col(text_null("phone_index"))
                    .col(text_null("contract_number_sealed"))
                    .col(text_null("contract_number_index"))
                    .col(text_null("policyholder_name_sealed"))
                    .col(text_null("insured_name_sealed"))
                    .col(text("relation"))
                    .col(timestamp_with_time_zone("received_at"))
                    .col(timestamp_with_time_zone("registered_at"))
                    .col(uuid("registered_by"))
                    .col(uuid_null("handler_id"))
                    .col(timestamp_with_time_zone_null("contacted_at"))
                    .col(timestamp_with_time_zone_null("investigated_at"))
                    .col(timestamp_with_time_zone_null("replied_at"))
                    .col(timestamp_with_time_zone_null("closed_at"))
                    .col(text_null("outcome"))
                    .col(text_null("complainant_opinion"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(ForeignKey::create().from("cases", "profile_version_id").to("profile_versions", "id"))
                    .foreign_key(ForeignKey::create().from("cases", "registered_by").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("cases", "handler_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        // One index per order and per narrow scope; each ends in the keyset (time, id).
        create_indexes(
            manager,
            "cases",
            &[
                ("cases_received", &["received_at", "id"]),
                ("cases_registered", &["registered_at", "id"]),
                ("cases_handler_received", &["handler_id", "received_at", "id"]),
                ("cases_registrar_received", &["registered_by", "received_at", "id"]),
                ("cases_registrar_registered", &["registered_by", "registered_at", "id"]),
                ("cases_state_received", &["state", "received_at", "id"]),
                ("cases_phone", &["phone_index"]),
                ("cases_contract_number", &["contract_number_index"]),
            ],
        )
        .await?;
        // Who works on a case: the handler, and before there is one the person who registered it.
        for order in ["received", "registered"] {
            let owner = "coalesce(handler_id, registered_by)";
            let index = format!("CREATE INDEX cases_owner_{order} ON cases ({owner}, {order}_at, id)");
            manager.get_connection().execute_unprepared(&index).await?;
        }

        manager
            .create_table(
                Table::create()
                    .table("case_entries")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id"))
                    .col(text("kind"))
                    .col(timestamp_with_time_zone("occurred_at"))
                    .col(timestamp_with_time_zone("recorded_at"))
                    .col(uuid_null("recorded_by"))
                    .col(json_binary("detail"))
                    .foreign_key(ForeignKey::create().from("case_entries", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("case_entries", "recorded_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "case_entries", &[("case_entries_case_occurred", &["case_id", "occurred_at", "id"])])
            .await?;
        append_only::protect(manager, "case_entries").await?;

        manager
            .create_table(
                Table::create()
                    .table("case_deadlines")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id"))
                    .col(text("code"))
                    .col(text("rule"))
                    .col(timestamp_with_time_zone("started_at"))
                    .col(integer("length"))
                    .col(text("unit"))
                    .col(text("calendar_version"))
                    .col(timestamp_with_time_zone("due_at"))
                    .col(boolean("provisional"))
                    .col(timestamp_with_time_zone_null("met_at"))
                    .foreign_key(ForeignKey::create().from("case_deadlines", "case_id").to("cases", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("case_deadlines_case_code")
                    .table("case_deadlines")
                    .col("case_id")
                    .col("code")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("case_deadlines_running")
                    .table("case_deadlines")
                    .col("due_at")
                    .col("case_id")
                    .and_where(Expr::col("met_at").is_null())
                    .take(),
            )
            .await?;

        manager
            .create_table(
                Table::create()
                    .table("plans")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id"))
                    .col(integer("number"))
                    .col(text_null("basis"))
                    .col(text_null("proposal"))
                    .col(uuid("drafted_by"))
                    .col(timestamp_with_time_zone("drafted_at"))
                    .col(uuid_null("submitted_by"))
                    .col(timestamp_with_time_zone_null("submitted_at"))
                    .col(text_null("verdict"))
                    .col(text_null("opinion"))
                    .col(uuid_null("reviewed_by"))
                    .col(timestamp_with_time_zone_null("reviewed_at"))
                    .foreign_key(ForeignKey::create().from("plans", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("plans", "drafted_by").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("plans", "submitted_by").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("plans", "reviewed_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("plans_case_number").table("plans").col("case_id").col("number").unique().take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "case_entries").await?;
        drop_tables(manager, &["plans", "case_deadlines", "case_entries", "cases"]).await
    }
}
