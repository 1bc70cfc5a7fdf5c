//! Monthly reports.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{boolean, integer, json_binary, timestamp_with_time_zone, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("monthly_reports")
                    .col(uuid("id").primary_key())
                    .col(integer("year"))
                    .col(integer("month"))
                    .col(uuid("generated_by"))
                    .col(timestamp_with_time_zone("generated_at"))
                    .col(boolean("covers_all"))
                    .col(json_binary("figures"))
                    .col(json_binary("suggestion_ids"))
                    .foreign_key(ForeignKey::create().from("monthly_reports", "generated_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "monthly_reports",
            &[
                ("monthly_reports_generated", &["generated_at", "id"]),
                ("monthly_reports_author", &["generated_by", "generated_at", "id"]),
            ],
        )
        .await?;
        // What a month counts besides the complaints taken in.
        create_indexes(manager, "cases", &[("cases_closed", &["closed_at"])]).await?;
        create_indexes(manager, "case_deadlines", &[("case_deadlines_due", &["due_at", "case_id"])]).await?;
        append_only::protect(manager, "monthly_reports").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "monthly_reports").await?;
        for (table, index) in [("case_deadlines", "case_deadlines_due"), ("cases", "cases_closed")] {
            manager.drop_index(Index::drop().name(index).table(table).to_owned()).await?;
        }
        drop_tables(manager, &["monthly_reports"]).await
    }
}
