//! Joint reviews: the meeting, its agenda and evidence pack, who attends, minutes, signatures and refusals to sign.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ColumnDef, DbErr, DeriveMigrationName, ForeignKey, ForeignKeyCreateStatement, Index, MigrationTrait, SchemaManager,
    Table, TableCreateStatement, async_trait,
};
use sea_orm_migration::schema::{
    integer, integer_null, json_binary, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Rows of these are facts.
const FACTS: [&str; 3] = ["joint_review_minutes", "joint_review_signatures", "joint_review_refusals"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(joint_reviews()).await?;
        create_indexes(
            manager,
            "joint_reviews",
            &[
                ("joint_reviews_case", &["case_id"]),
                ("joint_reviews_requested", &["requested_at", "id"]),
                ("joint_reviews_filed", &["filed_at", "id"]),
                ("joint_reviews_closed", &["closed_at", "id"]),
            ],
        )
        .await?;
        for (table, other, refers_to) in
            [("joint_review_agenda", "case_id", "cases"), ("joint_review_evidence", "evidence_id", "evidence")]
        {
            let mut pair = Table::create();
            pair.table(table).col(uuid("joint_review_id")).col(uuid(other));
            if table == "joint_review_agenda" {
                pair.col(integer("position")).col(text("question"));
            }
            pair.primary_key(Index::create().col("joint_review_id").col(other))
                .foreign_key(&mut of_review(table))
                .foreign_key(ForeignKey::create().from(table, other).to(refers_to, "id"));
            manager.create_table(pair.take()).await?;
        }
        create_indexes(manager, "joint_review_agenda", &[("joint_review_agenda_case", &["case_id"])]).await?;
        create_indexes(manager, "joint_review_evidence", &[("joint_review_evidence_item", &["evidence_id"])]).await?;

        let attendees = "joint_review_attendees";
        let columns = [
            text("capacity"),
            text("response"),
            timestamp_with_time_zone_null("responded_at"),
            text_null("response_reason"),
            uuid_null("substitute_for"),
            timestamp_with_time_zone_null("removed_at"),
            timestamp_with_time_zone_null("arrived_at"),
            timestamp_with_time_zone_null("left_at"),
        ];
        manager.create_table(about_a_person(attendees, "staff_id", columns)).await?;
        unique(manager, attendees, "joint_review_attendees_person", &["joint_review_id", "staff_id"]).await?;
        create_indexes(manager, attendees, &[("joint_review_attendees_staff", &["staff_id", "joint_review_id"])])
            .await?;

        let columns = [
            integer("version"),
            json_binary("recorded"),
            text_null("content"),
            text_null("sha256"),
            timestamp_with_time_zone("written_at"),
        ];
        manager.create_table(about_a_person("joint_review_minutes", "written_by", columns)).await?;
        let columns = [
            integer("minutes_version"),
            text("minutes_sha256"),
            text("capacity"),
            text_null("dissent"),
            timestamp_with_time_zone("signed_at"),
            text("key_id"),
            text("value"),
        ];
        manager.create_table(about_a_person("joint_review_signatures", "staff_id", columns)).await?;
        let columns =
            [integer("minutes_version"), text("reason"), text("dissent"), timestamp_with_time_zone("refused_at")];
        manager.create_table(about_a_person("joint_review_refusals", "staff_id", columns)).await?;
        let once: [(&str, &str, &[&str]); 3] = [
            ("joint_review_minutes", "joint_review_minutes_version", &["joint_review_id", "version"]),
            (
                "joint_review_signatures",
                "joint_review_signatures_once",
                &["joint_review_id", "minutes_version", "staff_id"],
            ),
            (
                "joint_review_refusals",
                "joint_review_refusals_once",
                &["joint_review_id", "minutes_version", "staff_id"],
            ),
        ];
        for (table, name, columns) in once {
            unique(manager, table, name, columns).await?;
        }
        for table in FACTS {
            append_only::protect(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in FACTS {
            append_only::unprotect(manager, table).await?;
        }
        drop_tables(
            manager,
            &[
                "joint_review_refusals",
                "joint_review_signatures",
                "joint_review_minutes",
                "joint_review_attendees",
                "joint_review_evidence",
                "joint_review_agenda",
                "joint_reviews",
            ],
        )
        .await
    }
}

fn joint_reviews() -> TableCreateStatement {
    let table = "joint_reviews";
    let to_staff = |column: &'static str| ForeignKey::create().from(table, column).to("staff", "id").take();
    Table::create()
        .table(table)
        .col(uuid("id").primary_key())
        .col(text_null("number").unique_key())
        .col(uuid("case_id"))
        .col(uuid("approval_id").unique_key())
        .col(text("ground"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(integer("version"))
        .col(timestamp_with_time_zone_null("meets_at"))
        .col(integer_null("length_minutes"))
        .col(text_null("place"))
        .col(text_null("brief"))
        .col(uuid_null("chair_id"))
        .col(uuid_null("recorder_id"))
        .col(uuid_null("convened_by"))
        .col(timestamp_with_time_zone_null("convened_at"))
        .col(integer("invitations").default(0))
        .col(timestamp_with_time_zone_null("opened_at"))
        .col(timestamp_with_time_zone_null("closed_at"))
        .col(text_null("outcome"))
        .col(text_null("outcome_text"))
        .col(text_null("final_opinion"))
        .col(timestamp_with_time_zone_null("final_opinion_at"))
        .col(integer("minutes_version").default(0))
        .col(timestamp_with_time_zone_null("filed_at"))
        .col(timestamp_with_time_zone_null("cancelled_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(ForeignKey::create().from(table, "case_id").to("cases", "id"))
        .foreign_key(ForeignKey::create().from(table, "approval_id").to("approvals", "id"))
        .foreign_key(&mut to_staff("chair_id"))
        .foreign_key(&mut to_staff("recorder_id"))
        .foreign_key(&mut to_staff("convened_by"))
        .take()
}

/// A table of what one person has to do with a joint review.
fn about_a_person(
    table: &'static str,
    person: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
) -> TableCreateStatement {
    let mut create = Table::create();
    create.table(table).col(uuid("id").primary_key()).col(uuid("joint_review_id")).col(uuid(person));
    for column in columns {
        create.col(column);
    }
    create
        .foreign_key(&mut of_review(table))
        .foreign_key(ForeignKey::create().from(table, person).to("staff", "id"))
        .take()
}

fn of_review(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "joint_review_id").to("joint_reviews", "id").take()
}

async fn unique(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table(table).unique().take();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}
