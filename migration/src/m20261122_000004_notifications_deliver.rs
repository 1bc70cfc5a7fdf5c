//! Delivery of notifications, what people want to be told by e-mail and where, and which server does periodic work.

use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConditionalStatement, DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index, MigrationTrait,
    SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    boolean, integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("staff").add_column(text_null("email_sealed")).take()).await?;
        manager
            .create_table(
                Table::create()
                    .table("notification_preferences")
                    .col(uuid("staff_id"))
                    .col(text("kind"))
                    .col(boolean("email"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(Index::create().col("staff_id").col("kind"))
                    .foreign_key(ForeignKey::create().from("notification_preferences", "staff_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("deliveries")
                    .col(uuid("id").primary_key())
                    .col(uuid("notification_id"))
                    .col(text("channel"))
                    .col(text("endpoint"))
                    .col(text("state"))
                    .col(integer("attempts"))
                    .col(timestamp_with_time_zone("next_attempt_at"))
                    .col(uuid_null("claimed_by"))
                    .col(text_null("problem"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("delivered_at"))
                    .col(integer("version"))
                    .foreign_key(ForeignKey::create().from("deliveries", "notification_id").to("notifications", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "deliveries",
            &[
                ("deliveries_created", &["created_at", "id"]),
                ("deliveries_claimed_by", &["claimed_by"]),
                ("deliveries_state_created", &["state", "created_at", "id"]),
            ],
        )
        .await?;
        let once = Index::create()
            .name("deliveries_once")
            .table("deliveries")
            .col("notification_id")
            .col("channel")
            .col("endpoint")
            .unique()
            .take();
        manager.create_index(once).await?;
        let waiting = Index::create()
            .name("deliveries_waiting")
            .table("deliveries")
            .col("next_attempt_at")
            .and_where(Expr::col("state").eq("WAITING"))
            .take();
        manager.create_index(waiting).await?;
        manager
            .create_table(
                Table::create()
                    .table("jobs")
                    .col(text("name").primary_key())
                    .col(timestamp_with_time_zone("due_at"))
                    .col(uuid_null("run_id"))
                    .col(timestamp_with_time_zone_null("leased_until"))
                    .col(timestamp_with_time_zone_null("started_at"))
                    .col(timestamp_with_time_zone_null("succeeded_at"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "idempotency_keys", &[("idempotency_keys_created", &["created_at"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idempotency_keys_created").table("idempotency_keys").to_owned()).await?;
        drop_tables(manager, &["jobs", "deliveries", "notification_preferences"]).await?;
        manager.alter_table(Table::alter().table("staff").drop_column("email_sealed").take()).await
    }
}
