//! Suspended closings; why a case is closed; the closed case that a new one goes on with.

use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConditionalStatement, ConnectionTrait, DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index,
    MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("case_suspensions")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id"))
                    .col(text("ground"))
                    .col(timestamp_with_time_zone("last_contact_at"))
                    .col(timestamp_with_time_zone("suspended_at"))
                    .col(uuid("suspended_by"))
                    .col(timestamp_with_time_zone_null("reopened_at"))
                    .col(text_null("reopening_ground"))
                    .col(timestamp_with_time_zone_null("expired_at"))
                    .foreign_key(ForeignKey::create().from("case_suspensions", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("case_suspensions", "suspended_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "case_suspensions", &[("case_suspensions_case", &["case_id", "suspended_at", "id"])])
            .await?;
        let runs = || Expr::col("reopened_at").is_null().and(Expr::col("expired_at").is_null());
        let mut one = Index::create().name("case_suspensions_one_runs").col("case_id").unique().take();
        manager.create_index(one.table("case_suspensions").and_where(runs()).take()).await?;

        let connection = manager.get_connection();
        let add = |column: &str| format!("ALTER TABLE cases ADD COLUMN {column}");
        let key = match connection.get_database_backend() {
            DbBackend::Sqlite => "uuid_text",
            _ => "uuid",
        };
        connection.execute_unprepared(&add("closure_reason text")).await?;
        connection.execute_unprepared(&add(&format!("predecessor_id {key} REFERENCES cases (id)"))).await?;
        connection
            .execute_unprepared("UPDATE cases SET closure_reason = 'HANDLED' WHERE state IN ('CLOSED', 'ARCHIVED')")
            .await?;
        create_indexes(manager, "cases", &[("cases_predecessor", &["predecessor_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("cases_predecessor").table("cases").to_owned()).await?;
        for column in ["predecessor_id", "closure_reason"] {
            manager.alter_table(Table::alter().table("cases").drop_column(column).take()).await?;
        }
        drop_tables(manager, &["case_suspensions"]).await
    }
}
