//! Controlled reading of archive files: readings that are asked for and agreed to, and a register that also keeps what was
//! revealed, taken out, looked for and denied.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables, run};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index, MigrationTrait, SchemaManager, Table,
    TableCreateStatement, async_trait,
};
use sea_orm_migration::schema::{
    big_integer_null, boolean_null, date, integer, json_binary, json_binary_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE archive_files ADD COLUMN audience text NOT NULL DEFAULT 'PARTICIPANTS'"]).await?;
        manager.create_table(readings()).await?;
        create_indexes(
            manager,
            "archive_readings",
            &[
                ("archive_readings_requested", &["requested_at", "id"]),
                ("archive_readings_reader", &["reader_id", "requested_at", "id"]),
                ("archive_readings_waiting", &["waits_for", "department_id"]),
            ],
        )
        .await?;
        let files = Table::create()
            .table("archive_reading_files")
            .col(uuid("reading_id"))
            .col(uuid("archive_file_id"))
            .primary_key(Index::create().col("reading_id").col("archive_file_id"))
            .foreign_key(ForeignKey::create().from("archive_reading_files", "reading_id").to("archive_readings", "id"))
            .foreign_key(
                ForeignKey::create().from("archive_reading_files", "archive_file_id").to("archive_files", "id"),
            )
            .take();
        manager.create_table(files).await?;
        create_indexes(
            manager,
            "archive_reading_files",
            &[("archive_reading_files_file", &["archive_file_id", "reading_id"])],
        )
        .await?;
        let steps = Table::create()
            .table("archive_reading_steps")
            .col(uuid("id").primary_key())
            .col(uuid("reading_id"))
            .col(text("act"))
            .col(uuid("acted_by"))
            .col(text_null("acted_as"))
            .col(text_null("note"))
            .col(timestamp_with_time_zone("acted_at"))
            .foreign_key(ForeignKey::create().from("archive_reading_steps", "reading_id").to("archive_readings", "id"))
            .foreign_key(ForeignKey::create().from("archive_reading_steps", "acted_by").to("staff", "id"))
            .take();
        manager.create_table(steps).await?;
        create_indexes(
            manager,
            "archive_reading_steps",
            &[
                ("archive_reading_steps_reading", &["reading_id", "acted_at", "id"]),
                ("archive_reading_steps_person", &["acted_by", "reading_id"]),
            ],
        )
        .await?;
        append_only::protect(manager, "archive_reading_steps").await?;
        rebuild_register(manager, Register::OfEverything).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rebuild_register(manager, Register::OfReadings).await?;
        append_only::unprotect(manager, "archive_reading_steps").await?;
        drop_tables(manager, &["archive_reading_steps", "archive_reading_files", "archive_readings"]).await?;
        run(
            manager,
            &[
                "ALTER TABLE archive_files DROP COLUMN audience",
                // What the older program does not know goes.
                "DELETE FROM staff_roles WHERE role = 'EXTERNAL'",
            ],
        )
        .await
    }
}

fn readings() -> TableCreateStatement {
    let table = "archive_readings";
    let to_staff = |column: &'static str| ForeignKey::create().from(table, column).to("staff", "id").take();
    Table::create()
        .table(table)
        .col(uuid("id").primary_key())
        .col(uuid("reader_id"))
        .col(uuid("requested_by"))
        .col(uuid("department_id"))
        .col(text("purpose"))
        .col(text("reason"))
        .col(date("first_day"))
        .col(date("last_day"))
        .col(text("state"))
        .col(json_binary("chain"))
        .col(integer("approvals"))
        .col(text_null("waits_for"))
        .col(text_null("place"))
        .col(boolean_null("intact"))
        .col(text_null("unit"))
        .col(uuid_null("escort_id"))
        .col(timestamp_with_time_zone_null("escorted_since"))
        .col(uuid_null("certificate_id"))
        .col(text_null("certificate_name_sealed"))
        .col(text_null("certificate_media_type"))
        .col(big_integer_null("certificate_size"))
        .col(text_null("certificate_sha256"))
        .col(text_null("certificate_key_sealed"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut to_staff("reader_id"))
        .foreign_key(&mut to_staff("requested_by"))
        .foreign_key(&mut to_staff("escort_id"))
        .foreign_key(ForeignKey::create().from(table, "department_id").to("departments", "id"))
        .take()
}

/// What the register is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Register {
    /// Archive files and evidence that were read.
    OfReadings,
    /// Also what was revealed, taken out, looked for and denied.
    OfEverything,
}

const NEXT: &str = "access_register_next";

/// SQLite cannot drop a check or let a column be missing, so the table is written anew, on both in the same way.
async fn rebuild_register(manager: &SchemaManager<'_>, register: Register) -> Result<(), DbErr> {
    manager.create_table(register_table(register)).await?;
    let kept = "id, occurred_at, reader_id, reader_roles, archive_file_id, evidence_id, purpose, request_id";
    let copied = match register {
        Register::OfEverything => format!(
            "INSERT INTO {NEXT} ({kept}, act, outcome) SELECT {kept}, \
             CASE WHEN evidence_id IS NULL THEN 'OPEN_FILE' ELSE 'READ_EVIDENCE' END, 'READ' FROM access_register"
        ),
        Register::OfReadings => format!(
            "INSERT INTO {NEXT} ({kept}) SELECT {kept} FROM access_register \
             WHERE act IN ('OPEN_FILE', 'READ_EVIDENCE') AND outcome = 'READ' AND purpose IS NOT NULL"
        ),
    };
    run(manager, &[&copied]).await?;
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
            ("access_register_evidence", &["evidence_id", "occurred_at", "id"]),
        ],
    )
    .await?;
    if register == Register::OfEverything {
        create_indexes(
            manager,
            "access_register",
            &[
                ("access_register_case", &["case_id", "occurred_at", "id"]),
                ("access_register_outcome", &["outcome", "occurred_at", "id"]),
            ],
        )
        .await?;
    }
    append_only::protect(manager, "access_register").await
}

fn register_table(register: Register) -> TableCreateStatement {
    let to = |column: &'static str, table: &'static str| ForeignKey::create().from(NEXT, column).to(table, "id").take();
    let mut table = Table::create();
    table
        .table(NEXT)
        .col(uuid("id").primary_key())
        .col(timestamp_with_time_zone("occurred_at"))
        .col(uuid("reader_id"))
        .col(text("reader_roles"))
        .col(text("request_id"))
        .col(uuid_null("archive_file_id"))
        .col(uuid_null("evidence_id"))
        .foreign_key(&mut to("reader_id", "staff"))
        .foreign_key(&mut to("archive_file_id", "archive_files"))
        .foreign_key(&mut to("evidence_id", "evidence"));
    match register {
        Register::OfReadings => table
            .col(text("purpose"))
            .check(Expr::col("archive_file_id").is_null().ne(Expr::col("evidence_id").is_null())),
        Register::OfEverything => table
            .col(text("act"))
            .col(text("outcome"))
            .col(text_null("denial"))
            .col(uuid_null("case_id"))
            .col(uuid_null("reading_id"))
            .col(json_binary_null("sections"))
            .col(text_null("field"))
            .col(text_null("reason_sealed"))
            .col(text_null("purpose"))
            .foreign_key(&mut to("case_id", "cases"))
            .foreign_key(&mut to("reading_id", "archive_readings")),
    };
    table.take()
}
