//! Notifications: what a person should know of.

use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConditionalStatement, DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index, MigrationTrait,
    SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("notifications")
                    .col(uuid("id").primary_key())
                    .col(uuid("recipient_id"))
                    .col(text("kind"))
                    .col(uuid("case_id"))
                    .col(uuid("about_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("read_at"))
                    .foreign_key(ForeignKey::create().from("notifications", "recipient_id").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("notifications", "case_id").to("cases", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "notifications",
            &[("notifications_recipient_created", &["recipient_id", "created_at", "id"])],
        )
        .await?;
        let once = Index::create()
            .name("notifications_once")
            .table("notifications")
            .col("recipient_id")
            .col("kind")
            .col("about_id")
            .unique()
            .take();
        manager.create_index(once).await?;
        let unread = Index::create()
            .name("notifications_unread")
            .table("notifications")
            .col("recipient_id")
            .and_where(Expr::col("read_at").is_null())
            .take();
        manager.create_index(unread).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["notifications"]).await
    }
}
