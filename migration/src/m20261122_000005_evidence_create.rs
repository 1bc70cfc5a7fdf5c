//! Uploads, evidence, and evidence in the reading register.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, MigrationTrait, SchemaManager, Table,
    TableCreateStatement, async_trait,
};
use sea_orm_migration::schema::{big_integer, text, text_null, timestamp_with_time_zone, uuid, uuid_null};
use sea_orm_migration::sea_orm::ConnectionTrait;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("uploads")
                    .col(uuid("id").primary_key())
                    .col(uuid("uploader_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(text("name_sealed"))
                    .col(text("media_type"))
                    .col(big_integer("size"))
                    .col(text("sha256"))
                    .col(text("key_sealed"))
                    .col(text_null("infected_with"))
                    .foreign_key(ForeignKey::create().from("uploads", "uploader_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "uploads", &[("uploads_created", &["created_at", "id"])]).await?;

        manager
            .create_table(
                Table::create()
                    .table("evidence")
                    .col(uuid("id").primary_key())
                    .col(uuid("case_id"))
                    .col(text("kind"))
                    .col(text("source"))
                    .col(uuid("collector_id"))
                    .col(timestamp_with_time_zone("collected_at"))
                    .col(text_null("description"))
                    .col(uuid("file_id").unique_key())
                    .col(text("name_sealed"))
                    .col(text("media_type"))
                    .col(big_integer("size"))
                    .col(text("sha256"))
                    .col(text("key_sealed"))
                    .col(uuid("added_by"))
                    .col(timestamp_with_time_zone("added_at"))
                    .foreign_key(ForeignKey::create().from("evidence", "case_id").to("cases", "id"))
                    .foreign_key(ForeignKey::create().from("evidence", "collector_id").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("evidence", "added_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, "evidence", &[("evidence_case_added", &["case_id", "added_at", "id"])]).await?;
        append_only::protect(manager, "evidence").await?;

        rebuild_register(manager, Register::OfBoth).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rebuild_register(manager, Register::OfArchiveFiles).await?;
        append_only::unprotect(manager, "evidence").await?;
        drop_tables(manager, &["evidence", "uploads"]).await
    }
}

/// What the register is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Register {
    OfArchiveFiles,
    OfBoth,
}

const NEXT: &str = "access_register_next";

/// SQLite cannot make a column nullable, so the table is written anew, on both in the same way.
async fn rebuild_register(manager: &SchemaManager<'_>, register: Register) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    manager.create_table(register_table(register)).await?;
    let kept = "id, occurred_at, reader_id, reader_roles, archive_file_id, purpose, request_id";
    let copied =
        format!("INSERT INTO {NEXT} ({kept}) SELECT {kept} FROM access_register WHERE archive_file_id IS NOT NULL");
    connection.execute_unprepared(&copied).await?;
    append_only::unprotect(manager, "access_register").await?;
    drop_tables(manager, &["access_register"]).await?;
    manager.rename_table(Table::rename().table(NEXT, "access_register").take()).await?;
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
    if register == Register::OfBoth {
        let of_evidence: &[(&str, &[&str])] = &[("access_register_evidence", &["evidence_id", "occurred_at", "id"])];
        create_indexes(manager, "access_register", of_evidence).await?;
    }
    append_only::protect(manager, "access_register").await
}

fn register_table(register: Register) -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(NEXT)
        .col(uuid("id").primary_key())
        .col(timestamp_with_time_zone("occurred_at"))
        .col(uuid("reader_id"))
        .col(text("reader_roles"))
        .col(text("purpose"))
        .col(text("request_id"))
        .foreign_key(ForeignKey::create().from(NEXT, "reader_id").to("staff", "id"))
        .foreign_key(ForeignKey::create().from(NEXT, "archive_file_id").to("archive_files", "id"));
    match register {
        Register::OfArchiveFiles => table.col(uuid("archive_file_id")),
        Register::OfBoth => table
            .col(uuid_null("archive_file_id"))
            .col(uuid_null("evidence_id"))
            .foreign_key(ForeignKey::create().from(NEXT, "evidence_id").to("evidence", "id"))
            .check(Expr::col("archive_file_id").is_null().ne(Expr::col("evidence_id").is_null())),
    };
    table.take()
}
