//! Assistance by other departments: what was delivered to them, what they ask, and deadlines that a department owes.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConnectionTrait, DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("assistances")
            .col(uuid("id").primary_key())
            .col(uuid("case_id"))
            .col(uuid("approval_id").unique_key())
            .col(text("number").unique_key())
            .col(uuid("department_id"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("requested_at"))
            .col(text_null("brief"))
            .col(timestamp_with_time_zone_null("delivered_at"))
            .col(uuid_null("delivered_by"))
            .col(timestamp_with_time_zone_null("received_at"))
            .col(uuid_null("received_by"))
            .col(timestamp_with_time_zone_null("reminded_at"))
            .col(text_null("opinion"))
            .col(timestamp_with_time_zone_null("returned_at"))
            .col(uuid_null("returned_by"))
            .col(timestamp_with_time_zone_null("withdrawn_at"))
            .col(timestamp_with_time_zone_null("readable_until"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(ForeignKey::create().from("assistances", "case_id").to("cases", "id"))
            .foreign_key(ForeignKey::create().from("assistances", "approval_id").to("approvals", "id"))
            .foreign_key(ForeignKey::create().from("assistances", "department_id").to("departments", "id"));
        for person in ["delivered_by", "received_by", "returned_by"] {
            table.foreign_key(ForeignKey::create().from("assistances", person).to("staff", "id"));
        }
        manager.create_table(table).await?;
        create_indexes(
            manager,
            "assistances",
            &[
                ("assistances_case", &["case_id", "requested_at", "id"]),
                ("assistances_department", &["department_id", "requested_at", "id"]),
                ("assistances_requested", &["requested_at", "id"]),
            ],
        )
        .await?;

        manager
            .create_table(
                Table::create()
                    .table("assistance_evidence")
                    .col(uuid("assistance_id"))
                    .col(uuid("evidence_id"))
                    .col(uuid("delivered_by"))
                    .col(timestamp_with_time_zone("delivered_at"))
                    .primary_key(Index::create().col("assistance_id").col("evidence_id"))
                    .foreign_key(
                        ForeignKey::create().from("assistance_evidence", "assistance_id").to("assistances", "id"),
                    )
                    .foreign_key(ForeignKey::create().from("assistance_evidence", "evidence_id").to("evidence", "id"))
                    .foreign_key(ForeignKey::create().from("assistance_evidence", "delivered_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "assistance_evidence", &[("assistance_evidence_evidence", &["evidence_id"])]).await?;
        append_only::protect(manager, "assistance_evidence").await?;

        manager
            .create_table(
                Table::create()
                    .table("information_requests")
                    .col(uuid("id").primary_key())
                    .col(uuid("assistance_id"))
                    .col(text("question"))
                    .col(uuid("asked_by"))
                    .col(timestamp_with_time_zone("asked_at"))
                    .col(text_null("answer"))
                    .col(uuid_null("answered_by"))
                    .col(timestamp_with_time_zone_null("answered_at"))
                    .foreign_key(
                        ForeignKey::create().from("information_requests", "assistance_id").to("assistances", "id"),
                    )
                    .foreign_key(ForeignKey::create().from("information_requests", "asked_by").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("information_requests", "answered_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        let of_assistance: &[(&str, &[&str])] =
            &[("information_requests_assistance", &["assistance_id", "asked_at", "id"])];
        create_indexes(manager, "information_requests", of_assistance).await?;

        let owner = uuid_null("owner_department_id");
        manager.alter_table(Table::alter().table("case_deadlines").add_column(owner).take()).await?;
        create_indexes(manager, "case_deadlines", &[("case_deadlines_about", &["about_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("case_deadlines_about").table("case_deadlines").to_owned()).await?;
        // The older program would take them for what a handler owes.
        manager
            .get_connection()
            .execute_unprepared("DELETE FROM case_deadlines WHERE owner_department_id IS NOT NULL")
            .await?;
        manager.alter_table(Table::alter().table("case_deadlines").drop_column("owner_department_id").take()).await?;
        append_only::unprotect(manager, "assistance_evidence").await?;
        drop_tables(manager, &["information_requests", "assistance_evidence", "assistances"]).await
    }
}
