//! Versions of working calendars; deadlines with their matter, start event, owner, warnings, pauses and extensions.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ColumnDef, ConditionalStatement, ConnectionTrait, DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index,
    MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    integer, json_binary, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What deadlines gain, in this order.
fn gained() -> Vec<ColumnDef> {
    vec![
        // Replaced by the key of the case right away.
        uuid("about_id").default("00000000-0000-0000-0000-000000000000").take(),
        text("start_event").default("ACCEPTANCE").take(),
        text("calendar").default("CHINA").take(),
        uuid_null("owner_id").take(),
        timestamp_with_time_zone_null("warn_at").take(),
        timestamp_with_time_zone_null("warned_at").take(),
        timestamp_with_time_zone_null("paused_at").take(),
        timestamp_with_time_zone_null("missed_at").take(),
        timestamp_with_time_zone_null("dropped_at").take(),
    ]
}

async fn one_of_each(manager: &SchemaManager<'_>, columns: &[&'static str]) -> Result<(), DbErr> {
    let mut index = Index::create().name("case_deadlines_case_code").table("case_deadlines").unique().take();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

async fn drop_index(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name).table("case_deadlines").to_owned()).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("calendar_versions")
                    .col(uuid("id").primary_key())
                    .col(text("calendar"))
                    .col(integer("version"))
                    .col(json_binary("content"))
                    .col(text("sha256"))
                    .col(timestamp_with_time_zone("published_at"))
                    .col(uuid_null("published_by"))
                    .foreign_key(ForeignKey::create().from("calendar_versions", "published_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        let version = Index::create()
            .name("calendar_versions_calendar_version")
            .table("calendar_versions")
            .col("calendar")
            .col("version")
            .unique()
            .take();
        manager.create_index(version).await?;
        append_only::protect(manager, "calendar_versions").await?;
        manager
            .create_table(
                Table::create()
                    .table("calendars")
                    .col(text("name").primary_key())
                    .col(integer("version"))
                    .col(uuid_null("version_id"))
                    .foreign_key(ForeignKey::create().from("calendars", "version_id").to("calendar_versions", "id"))
                    .take(),
            )
            .await?;
        let connection = manager.get_connection();
        connection
            .execute_unprepared("INSERT INTO calendars (name, version) VALUES ('CHINA', 1), ('MONDAY_TO_FRIDAY', 1)")
            .await?;

        for column in gained() {
            manager.alter_table(Table::alter().table("case_deadlines").add_column(column).take()).await?;
        }
        connection.execute_unprepared("UPDATE case_deadlines SET about_id = case_id").await?;
        connection
            .execute_unprepared(
                "UPDATE case_deadlines SET calendar = 'MONDAY_TO_FRIDAY' WHERE calendar_version = 'monday-to-friday'",
            )
            .await?;
        let table = || Table::alter().table("case_deadlines").take();
        manager.alter_table(table().drop_column("calendar_version").take()).await?;
        manager.alter_table(table().add_column(integer("calendar_version").default(1)).take()).await?;
        drop_index(manager, "case_deadlines_case_code").await?;
        one_of_each(manager, &["case_id", "code", "about_id"]).await?;
        // What the sweep looks for, and what a corrected calendar may move.
        for (name, time, done) in
            [("case_deadlines_to_miss", "due_at", "missed_at"), ("case_deadlines_to_warn", "warn_at", "warned_at")]
        {
            let index = Index::create()
                .name(name)
                .table("case_deadlines")
                .col(time)
                .col("id")
                .and_where(Expr::col("met_at").is_null())
                .and_where(Expr::col(done).is_null())
                .take();
            manager.create_index(index).await?;
        }

        manager
            .create_table(
                Table::create()
                    .table("deadline_pauses")
                    .col(uuid("id").primary_key())
                    .col(uuid("deadline_id"))
                    .col(timestamp_with_time_zone("began_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .col(text("reason"))
                    .col(uuid("paused_by"))
                    .col(uuid_null("resumed_by"))
                    .foreign_key(ForeignKey::create().from("deadline_pauses", "deadline_id").to("case_deadlines", "id"))
                    .foreign_key(ForeignKey::create().from("deadline_pauses", "paused_by").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("deadline_pauses", "resumed_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "deadline_pauses", &[("deadline_pauses_deadline", &["deadline_id", "began_at"])])
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("deadline_extensions")
                    .col(uuid("id").primary_key())
                    .col(uuid("deadline_id"))
                    .col(integer("length"))
                    .col(text("unit"))
                    .col(text("reason"))
                    .col(uuid("approved_by"))
                    .col(timestamp_with_time_zone("approved_at"))
                    .col(timestamp_with_time_zone("told_at"))
                    .col(text("told_by"))
                    .foreign_key(
                        ForeignKey::create().from("deadline_extensions", "deadline_id").to("case_deadlines", "id"),
                    )
                    .foreign_key(ForeignKey::create().from("deadline_extensions", "approved_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "deadline_extensions",
            &[("deadline_extensions_deadline", &["deadline_id", "approved_at"])],
        )
        .await?;
        append_only::protect(manager, "deadline_extensions").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "deadline_extensions").await?;
        drop_tables(manager, &["deadline_extensions", "deadline_pauses"]).await?;
        for index in ["case_deadlines_to_warn", "case_deadlines_to_miss", "case_deadlines_case_code"] {
            drop_index(manager, index).await?;
        }
        let connection = manager.get_connection();
        // What the older table has no place for.
        connection
            .execute_unprepared("DELETE FROM case_deadlines WHERE about_id <> case_id OR dropped_at IS NOT NULL")
            .await?;
        let table = || Table::alter().table("case_deadlines").take();
        manager.alter_table(table().drop_column("calendar_version").take()).await?;
        manager.alter_table(table().add_column(text("calendar_version").default("china-2024-2026")).take()).await?;
        connection
            .execute_unprepared(
                "UPDATE case_deadlines SET calendar_version = 'monday-to-friday' WHERE calendar = 'MONDAY_TO_FRIDAY'",
            )
            .await?;
        for column in gained().iter().rev() {
            let name = column.get_column_name();
            manager.alter_table(table().drop_column(name).take()).await?;
        }
        one_of_each(manager, &["case_id", "code"]).await?;
        append_only::unprotect(manager, "calendar_versions").await?;
        drop_tables(manager, &["calendars", "calendar_versions"]).await
    }
}
