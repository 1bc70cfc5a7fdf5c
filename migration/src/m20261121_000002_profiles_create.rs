//! Published policy profiles and the serial numbers they ask for.

use crate::append_only;
use crate::tables::drop_tables;
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{big_integer, date, integer, text, timestamp_with_time_zone, uuid, uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("profile_versions")
                    .col(uuid("id").primary_key())
                    .col(text("code"))
                    .col(integer("version"))
                    .col(date("effective_from"))
                    .col(text("content"))
                    .col(text("sha256"))
                    .col(timestamp_with_time_zone("published_at"))
                    .col(uuid_null("published_by"))
                    .foreign_key(ForeignKey::create().from("profile_versions", "published_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("profile_versions_code_version")
                    .table("profile_versions")
                    .col("code")
                    .col("version")
                    .unique()
                    .take(),
            )
            .await?;
        append_only::protect(manager, "profile_versions").await?;
        manager
            .create_table(
                Table::create()
                    .table("number_series")
                    .col(text("name").primary_key())
                    .col(big_integer("last_value"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "profile_versions").await?;
        drop_tables(manager, &["number_series", "profile_versions"]).await
    }
}
