//! How long archive files are kept, what holds them, and how they are disposed of.

use crate::append_only::{self, Door};
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, TableCreateStatement,
    async_trait,
};
use sea_orm_migration::schema::{
    integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const FACTS: [&str; 3] = ["legal_hold_releases", "legal_holds", "permanent_retentions"];

const OF_CASE: &str = "EXISTS (SELECT 1 FROM cases WHERE id = old.case_id AND disposed_at IS NOT NULL)";
const OF_EITHER_CASE: &str =
    "EXISTS (SELECT 1 FROM cases WHERE id IN (old.case_id, old.other_case_id) AND disposed_at IS NOT NULL)";
const OF_APPROVAL: &str = "EXISTS (SELECT 1 FROM cases JOIN approvals ON approvals.case_id = cases.id
    WHERE approvals.id = old.approval_id AND cases.disposed_at IS NOT NULL)";
const OF_DEADLINE: &str = "EXISTS (SELECT 1 FROM cases JOIN case_deadlines ON case_deadlines.case_id = cases.id
    WHERE case_deadlines.id = old.deadline_id AND cases.disposed_at IS NOT NULL)";
/// The record of a meeting about several cases stays as long as one of them.
const OF_REVIEW: &str = "NOT EXISTS (SELECT 1 FROM cases WHERE cases.disposed_at IS NULL AND (
    cases.id IN (SELECT case_id FROM joint_review_agenda WHERE joint_review_id = old.joint_review_id)
    OR cases.id IN (SELECT case_id FROM joint_reviews WHERE id = old.joint_review_id)))";

/// Facts of a case that go when its archive file is disposed of.
pub const DOORS: [Door; 16] = [
    door("case_entries", OF_CASE, &["detail"]),
    door("case_complainants", OF_CASE, &["name_sealed", "phone_sealed"]),
    door("case_respondents", OF_CASE, &["name_sealed", "agent_code"]),
    door("case_identifiers", OF_CASE, &[]),
    door("case_recusals", OF_CASE, &["reason"]),
    door("case_links", OF_EITHER_CASE, &["reason"]),
    door("authority_letters", OF_CASE, &["holder_name_sealed", "holder_phone_sealed"]),
    door("intake_forms", OF_CASE, &["receiver", "caller_number_sealed", "signature_sealed"]),
    door("evidence", OF_CASE, &["description", "name_sealed", "key_sealed"]),
    door("archive_files", OF_CASE, &["snapshot_sealed"]),
    door("suggestions", OF_CASE, &["text"]),
    door("approval_steps", OF_APPROVAL, &["content", "opinion"]),
    door("deadline_extensions", OF_DEADLINE, &["reason"]),
    door("joint_review_minutes", OF_REVIEW, &["recorded", "content"]),
    door("joint_review_signatures", OF_REVIEW, &["dissent"]),
    door("joint_review_refusals", OF_REVIEW, &["reason", "dissent"]),
];

const fn door(table: &'static str, disposed_of: &'static str, columns: &'static [&'static str]) -> Door {
    Door { table, disposed_of, columns }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut holds = about_a_file("legal_holds", "placed_by");
        holds.col(uuid("id").primary_key()).col(timestamp_with_time_zone("placed_at"));
        manager.create_table(holds).await?;
        create_indexes(manager, "legal_holds", &[("legal_holds_file", &["archive_file_id", "placed_at", "id"])])
            .await?;

        let releases = "legal_hold_releases";
        manager
            .create_table(
                Table::create()
                    .table(releases)
                    .col(uuid("legal_hold_id").primary_key())
                    .col(text("reason_sealed"))
                    .col(uuid("released_by"))
                    .col(timestamp_with_time_zone("released_at"))
                    .foreign_key(ForeignKey::create().from(releases, "legal_hold_id").to("legal_holds", "id"))
                    .foreign_key(ForeignKey::create().from(releases, "released_by").to("staff", "id"))
                    .take(),
            )
            .await?;

        let mut permanent = about_a_file("permanent_retentions", "set_by");
        permanent
            .col(text("ground"))
            .col(timestamp_with_time_zone("set_at"))
            .primary_key(Index::create().col("archive_file_id").col("ground"));
        manager.create_table(permanent).await?;
        for table in FACTS {
            append_only::protect(manager, table).await?;
        }

        let disposals = "disposals";
        manager
            .create_table(
                Table::create()
                    .table(disposals)
                    .col(uuid("id").primary_key())
                    .col(integer("version"))
                    .col(text("state"))
                    .col(text("reason"))
                    .col(text("legal_basis"))
                    .col(uuid("proposed_by"))
                    .col(timestamp_with_time_zone("proposed_at"))
                    .col(uuid_null("decided_by"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .col(text_null("opinion"))
                    .col(timestamp_with_time_zone_null("completed_at"))
                    .col(text_null("certificate"))
                    .col(text_null("certificate_sha256"))
                    .col(text_null("key_id"))
                    .col(text_null("signature"))
                    .foreign_key(ForeignKey::create().from(disposals, "proposed_by").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from(disposals, "decided_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            disposals,
            &[("disposals_proposed", &["proposed_at", "id"]), ("disposals_state", &["state", "proposed_at", "id"])],
        )
        .await?;
        let items = "disposal_items";
        manager
            .create_table(
                Table::create()
                    .table(items)
                    .col(uuid("disposal_id"))
                    .col(uuid("archive_file_id"))
                    .col(text("state"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .primary_key(Index::create().col("disposal_id").col("archive_file_id"))
                    .foreign_key(ForeignKey::create().from(items, "disposal_id").to(disposals, "id"))
                    .foreign_key(ForeignKey::create().from(items, "archive_file_id").to("archive_files", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, items, &[("disposal_items_file", &["archive_file_id"])]).await?;
        for door in &DOORS {
            append_only::open_door(manager, door).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for door in &DOORS {
            append_only::close_door(manager, door).await?;
        }
        for table in FACTS {
            append_only::unprotect(manager, table).await?;
        }
        let tables = ["disposal_items", "disposals", "permanent_retentions", "legal_hold_releases", "legal_holds"];
        drop_tables(manager, &tables).await
    }
}

/// What was said of an archive file by somebody, with a reason that goes with the case's key.
fn about_a_file(table: &'static str, person: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(uuid("archive_file_id"))
        .col(text("reason_sealed"))
        .col(uuid(person))
        .foreign_key(ForeignKey::create().from(table, "archive_file_id").to("archive_files", "id"))
        .foreign_key(ForeignKey::create().from(table, person).to("staff", "id"))
        .take()
}
