//! Approval items of every kind: what counts towards authority is no longer an excess only, not every item is about a
//! contract, a decision keeps what it was worked out from, and payments are recorded. Cases say whether premium was misappropriated.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables, run};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{big_integer, date, text, timestamp_with_time_zone, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "ALTER TABLE approvals RENAME COLUMN excess TO amount",
                "ALTER TABLE approvals RENAME COLUMN cumulative_excess TO cumulative_amount",
                "ALTER TABLE approvals ADD COLUMN subject_index text",
                "UPDATE approvals SET subject_index = contract_number_index",
                "ALTER TABLE approvals DROP COLUMN contract_number_index",
                "ALTER TABLE approvals RENAME COLUMN contract_number_sealed TO contract_number_needed",
                "ALTER TABLE approvals ADD COLUMN contract_number_sealed text",
                "UPDATE approvals SET contract_number_sealed = contract_number_needed",
                "ALTER TABLE approvals DROP COLUMN contract_number_needed",
                "ALTER TABLE approval_steps RENAME COLUMN cumulative_excess TO cumulative_amount",
                "ALTER TABLE approval_steps ADD COLUMN inputs text",
                "ALTER TABLE approval_steps ADD COLUMN assessment text",
                "ALTER TABLE approvals ADD COLUMN executed_amount bigint NOT NULL DEFAULT 0",
                "ALTER TABLE cases ADD COLUMN premium_misappropriated boolean NOT NULL DEFAULT false",
            ],
        )
        .await?;
        create_indexes(manager, "approvals", &[("approvals_subject", &["subject_index", "kind"])]).await?;
        manager
            .create_table(
                Table::create()
                    .table("approval_executions")
                    .col(uuid("id").primary_key())
                    .col(uuid("approval_id"))
                    .col(text("voucher_number"))
                    .col(big_integer("amount"))
                    .col(date("executed_on"))
                    .col(text("content_sha256"))
                    .col(uuid("recorded_by"))
                    .col(timestamp_with_time_zone("recorded_at"))
                    .foreign_key(ForeignKey::create().from("approval_executions", "approval_id").to("approvals", "id"))
                    .foreign_key(ForeignKey::create().from("approval_executions", "recorded_by").to("staff", "id"))
                    .take(),
            )
            .await?;
        let mut once = Index::create().name("approval_executions_voucher").table("approval_executions").unique().take();
        manager.create_index(once.col("approval_id").col("voucher_number").take()).await?;
        append_only::protect(manager, "approval_executions").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "approval_executions").await?;
        drop_tables(manager, &["approval_executions"]).await?;
        append_only::unprotect(manager, "approval_steps").await?;
        manager.drop_index(Index::drop().name("approvals_subject").table("approvals").to_owned()).await?;
        run(
            manager,
            &[
                "ALTER TABLE cases DROP COLUMN premium_misappropriated",
                "ALTER TABLE approvals DROP COLUMN executed_amount",
                "ALTER TABLE approval_steps DROP COLUMN assessment",
                "ALTER TABLE approval_steps DROP COLUMN inputs",
                "ALTER TABLE approval_steps RENAME COLUMN cumulative_amount TO cumulative_excess",
                // What the older program does not know goes.
                "DELETE FROM approval_steps WHERE approval_id IN (SELECT id FROM approvals WHERE kind <> 'NEGOTIATED_SURRENDER')",
                "DELETE FROM approvals WHERE kind <> 'NEGOTIATED_SURRENDER'",
                "ALTER TABLE approvals ADD COLUMN contract_number_index text NOT NULL DEFAULT ''",
                "UPDATE approvals SET contract_number_index = subject_index",
                "ALTER TABLE approvals DROP COLUMN subject_index",
                "ALTER TABLE approvals ADD COLUMN contract_number_needed text NOT NULL DEFAULT ''",
                "UPDATE approvals SET contract_number_needed = contract_number_sealed",
                "ALTER TABLE approvals DROP COLUMN contract_number_sealed",
                "ALTER TABLE approvals RENAME COLUMN contract_number_needed TO contract_number_sealed",
                "ALTER TABLE approvals RENAME COLUMN cumulative_amount TO cumulative_excess",
                "ALTER TABLE approvals RENAME COLUMN amount TO excess",
            ],
        )
        .await?;
        append_only::protect(manager, "approval_steps").await
    }
}
