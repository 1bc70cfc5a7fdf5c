//! Approval items of every kind: what counts towards authority is no longer an excess only, not every item is about a
//! contract, and a decision keeps what it was worked out from. Cases say whether premium was misappropriated.

use crate::append_only;
use crate::tables::create_indexes;
use sea_orm_migration::prelude::{
    ConnectionTrait, DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager, async_trait,
};

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
                "ALTER TABLE cases ADD COLUMN premium_misappropriated boolean NOT NULL DEFAULT false",
            ],
        )
        .await?;
        create_indexes(manager, "approvals", &[("approvals_subject", &["subject_index", "kind"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "approval_steps").await?;
        manager.drop_index(Index::drop().name("approvals_subject").table("approvals").to_owned()).await?;
        run(
            manager,
            &[
                "ALTER TABLE cases DROP COLUMN premium_misappropriated",
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

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
