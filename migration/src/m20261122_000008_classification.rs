//! What a case needs of the people above its handler: urgent, acknowledged, guided, an agent at fault. The case library, and
//! what was reported as issue or suggestion.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConditionalStatement, DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index, MigrationTrait,
    SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{boolean, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            boolean("urgent").default(false).take(),
            timestamp_with_time_zone_null("acknowledged_at"),
            timestamp_with_time_zone_null("guided_at"),
            boolean("agent_at_fault").default(false).take(),
            timestamp_with_time_zone_null("evidence_transferred_at"),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("cases").add_column(column).take()).await?;
        }
        for (name, condition) in [
            ("cases_urgent", Expr::col("urgent").eq(true)),
            ("cases_not_acknowledged", Expr::col("acknowledged_at").is_null()),
        ] {
            let index =
                Index::create().name(name).table("cases").col("received_at").col("id").and_where(condition).take();
            manager.create_index(index).await?;
        }
        create_indexes(manager, "case_entries", &[("case_entries_case_kind", &["case_id", "kind", "occurred_at"])])
            .await?;

        manager
            .create_table(
                Table::create()
                    .table("library_entries")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id").unique_key())
                    .col(text("case_number"))
                    .col(text("summary"))
                    .col(text("lesson"))
                    .col(uuid("added_by"))
                    .col(timestamp_with_time_zone("added_at"))
                    .foreign_key(ForeignKey::create().from("library_entries", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("library_entries", "added_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "library_entries", &[("library_entries_added", &["added_at", "id"])]).await?;
        manager
            .create_table(
                Table::create()
                    .table("library_tags")
                    .col(uuid("entry_id"))
                    .col(text("tag"))
                    .primary_key(Index::create().col("entry_id").col("tag"))
                    .foreign_key(ForeignKey::create().from("library_tags", "entry_id").to("library_entries", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "library_tags", &[("library_tags_tag", &["tag", "entry_id"])]).await?;

        manager
            .create_table(
                Table::create()
                    .table("suggestions")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id"))
                    .col(text("kind"))
                    .col(text("text"))
                    .col(text("reported_to"))
                    .col(timestamp_with_time_zone("reported_at"))
                    .col(uuid("recorded_by"))
                    .col(timestamp_with_time_zone("recorded_at"))
                    .foreign_key(ForeignKey::create().from("suggestions", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("suggestions", "recorded_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "suggestions",
            &[("suggestions_reported", &["reported_at", "id"]), ("suggestions_case", &["case_id"])],
        )
        .await?;
        append_only::protect(manager, "suggestions").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "suggestions").await?;
        drop_tables(manager, &["suggestions", "library_tags", "library_entries"]).await?;
        manager.drop_index(Index::drop().name("case_entries_case_kind").table("case_entries").to_owned()).await?;
        for index in ["cases_not_acknowledged", "cases_urgent"] {
            manager.drop_index(Index::drop().name(index).table("cases").to_owned()).await?;
        }
        for column in ["evidence_transferred_at", "agent_at_fault", "guided_at", "acknowledged_at", "urgent"] {
            manager.alter_table(Table::alter().table("cases").drop_column(column).take()).await?;
        }
        Ok(())
    }
}
