//! The people of a case: complainants, respondents, letters of authority, intake forms, recusals; and by what cases are found
//! again and linked.
//!
//! The phone numbers that cases were found by move to `case_identifiers`. Names of cases from before have no index there:
//! computing it takes keys, which no migration has.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    ConnectionTrait, DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    boolean, date, date_null, integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// In the order in which they can be dropped.
const FACTS: [&str; 7] = [
    "case_recusals",
    "case_links",
    "authority_letters",
    "intake_forms",
    "case_identifiers",
    "case_respondents",
    "case_complainants",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_people(manager).await?;
        create_intake(manager).await?;
        create_decisions(manager).await?;

        let columns = [integer("head_count").default(1).take(), text_null("selling_agent_code")];
        for column in columns {
            manager.alter_table(Table::alter().table("cases").add_column(column).take()).await?;
        }
        manager.alter_table(Table::alter().table("staff").add_column(text_null("agent_code")).take()).await?;

        for (kind, column) in [("PHONE", "phone_index"), ("CONTRACT", "contract_number_index")] {
            let copy = format!(
                "INSERT INTO case_identifiers (kind, blind_index, case_id)
                 SELECT '{kind}', {column}, id FROM cases WHERE {column} IS NOT NULL"
            );
            manager.get_connection().execute_unprepared(&copy).await?;
        }
        manager.drop_index(Index::drop().name("cases_phone").table("cases").to_owned()).await?;
        manager.alter_table(Table::alter().table("cases").drop_column("phone_index").take()).await?;
        for table in FACTS {
            append_only::protect(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("cases").add_column(text_null("phone_index")).take()).await?;
        // Of several numbers one stays.
        let copy = "UPDATE cases SET phone_index = (SELECT min(blind_index) FROM case_identifiers
                    WHERE case_identifiers.case_id = cases.id AND kind = 'PHONE')";
        manager.get_connection().execute_unprepared(copy).await?;
        create_indexes(manager, "cases", &[("cases_phone", &["phone_index"])]).await?;
        manager.alter_table(Table::alter().table("staff").drop_column("agent_code").take()).await?;
        for column in ["selling_agent_code", "head_count"] {
            manager.alter_table(Table::alter().table("cases").drop_column(column).take()).await?;
        }
        for table in FACTS {
            append_only::unprotect(manager, table).await?;
        }
        drop_tables(manager, &FACTS).await
    }
}

async fn create_people(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("case_complainants")
                .col(uuid("id").primary_key())
                .col(uuid("case_id"))
                .col(text("name_sealed"))
                .col(text_null("phone_sealed"))
                .col(text("relation"))
                .col(boolean("representative"))
                .col(uuid("added_by"))
                .col(timestamp_with_time_zone("added_at"))
                .foreign_key(ForeignKey::create().from("case_complainants", "case_id").to("cases", "id"))
                .foreign_key(ForeignKey::create().from("case_complainants", "added_by").to("staff", "id"))
                .take(),
        )
        .await?;
    create_indexes(manager, "case_complainants", &[("case_complainants_case", &["case_id", "id"])]).await?;
    manager
        .create_table(
            Table::create()
                .table("case_respondents")
                .col(uuid("id").primary_key())
                .col(uuid("case_id"))
                .col(text("kind"))
                .col(text_null("name_sealed"))
                .col(text_null("agent_code"))
                .col(uuid_null("staff_id"))
                .col(uuid_null("department_id"))
                .col(uuid("added_by"))
                .col(timestamp_with_time_zone("added_at"))
                .foreign_key(ForeignKey::create().from("case_respondents", "case_id").to("cases", "id"))
                .foreign_key(ForeignKey::create().from("case_respondents", "staff_id").to("staff", "id"))
                .foreign_key(ForeignKey::create().from("case_respondents", "department_id").to("departments", "id"))
                .foreign_key(ForeignKey::create().from("case_respondents", "added_by").to("staff", "id"))
                .take(),
        )
        .await?;
    create_indexes(manager, "case_respondents", &[("case_respondents_case", &["case_id", "id"])]).await?;
    manager
        .create_table(
            Table::create()
                .table("case_identifiers")
                .col(text("kind"))
                .col(text("blind_index"))
                .col(uuid("case_id"))
                .primary_key(Index::create().col("kind").col("blind_index").col("case_id"))
                .foreign_key(ForeignKey::create().from("case_identifiers", "case_id").to("cases", "id"))
                .take(),
        )
        .await?;
    create_indexes(manager, "case_identifiers", &[("case_identifiers_case", &["case_id"])]).await
}

async fn create_intake(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("intake_forms")
                .col(uuid("case_id").primary_key())
                .col(text("kind"))
                .col(text("receiver"))
                .col(text_null("caller_number_sealed"))
                .col(timestamp_with_time_zone_null("called_at"))
                .col(text_null("signature_sealed"))
                .col(date_null("signed_on"))
                .foreign_key(ForeignKey::create().from("intake_forms", "case_id").to("cases", "id"))
                .take(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("authority_letters")
                .col(uuid("id").primary_key())
                .col(uuid("case_id"))
                .col(text("holder_name_sealed"))
                .col(text_null("holder_phone_sealed"))
                .col(text("scope"))
                .col(date("granted_on"))
                .col(date_null("expires_on"))
                .col(uuid("recorded_by"))
                .col(timestamp_with_time_zone("recorded_at"))
                .foreign_key(ForeignKey::create().from("authority_letters", "case_id").to("cases", "id"))
                .foreign_key(ForeignKey::create().from("authority_letters", "recorded_by").to("staff", "id"))
                .take(),
        )
        .await?;
    create_indexes(manager, "authority_letters", &[("authority_letters_case", &["case_id", "id"])]).await
}

async fn create_decisions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("case_links")
                .col(uuid("id").primary_key())
                .col(uuid("case_id"))
                .col(uuid("other_case_id"))
                .col(text("kind"))
                .col(text("reason"))
                .col(uuid("linked_by"))
                .col(timestamp_with_time_zone("linked_at"))
                .foreign_key(ForeignKey::create().from("case_links", "case_id").to("cases", "id"))
                .foreign_key(ForeignKey::create().from("case_links", "other_case_id").to("cases", "id"))
                .foreign_key(ForeignKey::create().from("case_links", "linked_by").to("staff", "id"))
                .take(),
        )
        .await?;
    let once = Index::create()
        .name("case_links_once")
        .table("case_links")
        .col("case_id")
        .col("other_case_id")
        .col("kind")
        .unique()
        .take();
    manager.create_index(once).await?;
    create_indexes(manager, "case_links", &[("case_links_other", &["other_case_id"])]).await?;
    manager
        .create_table(
            Table::create()
                .table("case_recusals")
                .col(uuid("id").primary_key())
                .col(uuid("case_id"))
                .col(uuid("staff_id"))
                .col(text("reason"))
                .col(timestamp_with_time_zone("declared_at"))
                .foreign_key(ForeignKey::create().from("case_recusals", "case_id").to("cases", "id"))
                .foreign_key(ForeignKey::create().from("case_recusals", "staff_id").to("staff", "id"))
                .take(),
        )
        .await?;
    let once = Index::create()
        .name("case_recusals_once")
        .table("case_recusals")
        .col("case_id")
        .col("staff_id")
        .unique()
        .take();
    manager.create_index(once).await
}
