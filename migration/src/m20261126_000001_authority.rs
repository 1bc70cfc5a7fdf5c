//! Authority that is lent (delegations), decisions that take another back, what a decision rests on (plan and evidence), items
//! that lapse, and one account for one person: each has a number of the organisation (工号).

use crate::append_only;
use crate::tables::{column_type, create_indexes, drop_tables, run, set_nullable};
use sea_orm_migration::prelude::{
    ConditionalStatement, DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index, MigrationTrait,
    SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    big_integer_null, date, integer, json_binary, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (json, key) = (column_type(manager, "jsonb", "jsonb_text"), column_type(manager, "uuid", "uuid_text"));
        run(
            manager,
            &[
                "ALTER TABLE staff ADD COLUMN employee_number text NOT NULL DEFAULT ''",
                "UPDATE staff SET employee_number = login",
                &format!("ALTER TABLE approvals ADD COLUMN basis {json}"),
                &format!("ALTER TABLE approvals ADD COLUMN endorsed_for {key}"),
                &format!("ALTER TABLE approvals ADD COLUMN decided_for {key}"),
                &format!("ALTER TABLE approval_steps ADD COLUMN basis {json}"),
                &format!("ALTER TABLE approval_steps ADD COLUMN acted_for {key}"),
                &format!("ALTER TABLE approval_steps ADD COLUMN delegation_id {key}"),
                &format!("ALTER TABLE approval_steps ADD COLUMN reverses {key}"),
            ],
        )
        .await?;
        let one = Index::create().name("staff_employee_number").table("staff").col("employee_number").unique().take();
        manager.create_index(one).await?;
        // A plan under review is an item of approval from now on: the handler submits it once more.
        run(
            manager,
            &[
                "UPDATE plans SET submitted_by = NULL, submitted_at = NULL WHERE verdict IS NULL",
                "UPDATE cases SET state = 'PLAN_DRAFT', version = version + 1 WHERE state = 'PLAN_REVIEW'",
            ],
        )
        .await?;
        // Time alone may end an item, and a notification may be about no case.
        set_nullable(manager, "approval_steps", "acted_by", true).await?;
        set_nullable(manager, "notifications", "case_id", true).await?;
        manager
            .create_table(
                Table::create()
                    .table("delegations")
                    .col(uuid("id").primary_key())
                    .col(uuid("delegator_id"))
                    .col(uuid("delegate_id"))
                    .col(date("first_day"))
                    .col(date("last_day"))
                    .col(json_binary("kinds"))
                    .col(big_integer_null("max_amount"))
                    .col(uuid_null("department_id"))
                    .col(text("reason"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .col(uuid_null("revoked_by"))
                    .col(integer("version"))
                    .foreign_key(ForeignKey::create().from("delegations", "delegator_id").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("delegations", "delegate_id").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from("delegations", "department_id").to("departments", "id"))
                    .foreign_key(ForeignKey::create().from("delegations", "revoked_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(
            manager,
            "delegations",
            &[
                ("delegations_delegator", &["delegator_id", "created_at", "id"]),
                ("delegations_delegate", &["delegate_id", "created_at", "id"]),
            ],
        )
        .await?;
        let not_revoked = Index::create()
            .name("delegations_last_day")
            .table("delegations")
            .col("last_day")
            .and_where(Expr::col("revoked_at").is_null())
            .take();
        manager.create_index(not_revoked).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["delegations"]).await?;
        manager.drop_index(Index::drop().name("staff_employee_number").table("staff").to_owned()).await?;
        append_only::unprotect(manager, "approval_steps").await?;
        run(
            manager,
            &[
                // What the older program does not know goes: a step of nobody, a notification about no case.
                "DELETE FROM approval_steps WHERE acted_by IS NULL",
                "DELETE FROM notifications WHERE case_id IS NULL",
                "ALTER TABLE approval_steps DROP COLUMN reverses",
                "ALTER TABLE approval_steps DROP COLUMN delegation_id",
                "ALTER TABLE approval_steps DROP COLUMN acted_for",
                "ALTER TABLE approval_steps DROP COLUMN basis",
                "ALTER TABLE approvals DROP COLUMN decided_for",
                "ALTER TABLE approvals DROP COLUMN endorsed_for",
                "ALTER TABLE approvals DROP COLUMN basis",
                "ALTER TABLE staff DROP COLUMN employee_number",
            ],
        )
        .await?;
        set_nullable(manager, "notifications", "case_id", false).await?;
        set_nullable(manager, "approval_steps", "acted_by", false).await?;
        append_only::protect(manager, "approval_steps").await
    }
}
