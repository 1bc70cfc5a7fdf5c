//! Complaints about office staff with the manager who answers them; since when a case waits; indexes of the work lists.

use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConnectionTrait, DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("case_routings")
                    .col(uuid("case_id").primary_key())
                    .col(uuid("respondent_id"))
                    .col(uuid("department_id"))
                    .col(uuid("answerer_id"))
                    .col(uuid("routed_by"))
                    .col(timestamp_with_time_zone("routed_at"))
                    .foreign_key(ForeignKey::create().from("case_routings", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("case_routings", "respondent_id").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("case_routings", "department_id").to("departments", "id"))
                    .foreign_key(ForeignKey::create().from("case_routings", "answerer_id").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("case_routings", "routed_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "case_routings", &[("case_routings_answerer", &["answerer_id", "case_id"])]).await?;

        let waiting_since = timestamp_with_time_zone_null("waiting_since");
        manager.alter_table(Table::alter().table("cases").add_column(waiting_since).take()).await?;
        manager.get_connection().execute_unprepared("UPDATE cases SET waiting_since = updated_at").await?;
        create_indexes(manager, "cases", &[("cases_handler_state", &["handler_id", "state"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("cases_handler_state").table("cases").to_owned()).await?;
        manager.alter_table(Table::alter().table("cases").drop_column("waiting_since").take()).await?;
        drop_tables(manager, &["case_routings"]).await
    }
}
