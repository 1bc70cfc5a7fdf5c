//! People, their departments, roles and sign-ins.

use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("departments")
                    .col(uuid("id").primary_key())
                    .col(text("name").unique_key())
                    .col(timestamp_with_time_zone("created_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("staff")
                    .col(uuid("id").primary_key())
                    .col(text("login").unique_key())
                    .col(text("name"))
                    .col(text_null("title"))
                    .col(uuid("department_id"))
                    .col(text("password_hash"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone_null("disabled_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(ForeignKey::create().from("staff", "department_id").to("departments", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("staff_roles")
                    .col(uuid("staff_id"))
                    .col(text("role"))
                    .col(timestamp_with_time_zone("granted_at"))
                    .primary_key(Index::create().col("staff_id").col("role"))
                    .foreign_key(ForeignKey::create().from("staff_roles", "staff_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "staff_roles", &[("staff_roles_role", &["role", "staff_id"])]).await?;
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

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["staff_sessions", "staff_roles", "staff", "departments"]).await
    }
}
