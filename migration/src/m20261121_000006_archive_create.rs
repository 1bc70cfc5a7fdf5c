//! Archive files and the register of who opened them.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{integer, text, timestamp_with_time_zone, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("archive_files")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id").unique_key())
                    .col(text("number").unique_key())
                    .col(integer("year"))
                    .col(text("case_number"))
                    .col(text("channel"))
                    .col(text("severity"))
                    .col(uuid("filed_by"))
                    .col(timestamp_with_time_zone("filed_at"))
                    .col(text("snapshot_sealed"))
                    .col(text("snapshot_sha256"))
                    .foreign_key(ForeignKey::create().from("archive_files", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("archive_files", "filed_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "archive_files",
            &[
                ("archive_files_filed", &["filed_at", "id"]),
                ("archive_files_year", &["year", "filed_at", "id"]),
                ("archive_files_case_number", &["case_number"]),
            ],
        )
        .await?;
        append_only::protect(manager, "archive_files").await?;

        manager
            .create_table(
                Table::create()
                    .table("access_register")
                    .col(uuid("id").primary_key())
                    .col(timestamp_with_time_zone("occurred_at"))
                    .col(uuid("reader_id"))
                    .col(text("reader_roles"))
                    .col(uuid("archive_file_id"))
                    .col(text("purpose"))
                    .col(text("request_id"))
                    .foreign_key(ForeignKey::create().from("access_register", "reader_id").to("staff", "id"))
                    .foreign_key(
                        ForeignKey::create().from("access_register", "archive_file_id").to("archive_files", "id"),
                    )
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "access_register",
            &[
                ("access_register_time", &["occurred_at", "id"]),
                ("access_register_reader", &["reader_id", "occurred_at", "id"]),
                ("access_register_file", &["archive_file_id", "occurred_at", "id"]),
            ],
        )
        .await?;
        append_only::protect(manager, "access_register").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "access_register").await?;
        append_only::unprotect(manager, "archive_files").await?;
        drop_tables(manager, &["access_register", "archive_files"]).await
    }
}
