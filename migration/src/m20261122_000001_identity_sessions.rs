//! Sessions that are refreshed and listed, passwords that must be changed, and counts of failed sign-ins. Whoever was signed
//! in signs in again.

use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConnectionTrait, DbErr, DeriveMigrationName, ForeignKey, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    boolean, integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["staff_sessions"]).await?;
        manager
            .create_table(
                Table::create()
                    .table("staff_sessions")
                    .col(uuid("id").primary_key())
                    .col(uuid("staff_id"))
                    .col(text_null("device"))
                    .col(boolean("must_change_password"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("last_used_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .foreign_key(ForeignKey::create().from("staff_sessions", "staff_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "staff_sessions",
            &[("staff_sessions_staff", &["staff_id", "created_at", "id"]), ("staff_sessions_expires", &["expires_at"])],
        )
        .await?;
        manager
            .create_table(
                Table::create()
                    .table("refresh_tokens")
                    .col(text("sha256").primary_key())
                    .col(uuid("session_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("used_at"))
                    .foreign_key(ForeignKey::create().from("refresh_tokens", "session_id").to("staff_sessions", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "refresh_tokens", &[("refresh_tokens_session", &["session_id"])]).await?;
        manager
            .create_table(
                Table::create()
                    .table("sign_in_failures")
                    .col(text("subject").primary_key())
                    .col(integer("failures"))
                    .col(timestamp_with_time_zone("last_failed_at"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "sign_in_failures", &[("sign_in_failures_last", &["last_failed_at"])]).await?;

        let columns =
            [boolean("password_temporary").default(false).take(), timestamp_with_time_zone_null("password_set_at")];
        for column in columns {
            manager.alter_table(Table::alter().table("staff").add_column(column).take()).await?;
        }
        manager.get_connection().execute_unprepared("UPDATE staff SET password_set_at = created_at").await?;
        manager.alter_table(Table::alter().table("departments").add_column(integer("version").default(1)).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("departments").drop_column("version").take()).await?;
        for column in ["password_set_at", "password_temporary"] {
            manager.alter_table(Table::alter().table("staff").drop_column(column).take()).await?;
        }
        drop_tables(manager, &["sign_in_failures", "refresh_tokens", "staff_sessions"]).await?;
        manager
            .create_table(
                Table::create()
                    .table("staff_sessions")
                    .col(uuid("id").primary_key())
                    .col(uuid("staff_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .foreign_key(ForeignKey::create().from("staff_sessions", "staff_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "staff_sessions", &[("staff_sessions_staff", &["staff_id"])]).await
    }
}
