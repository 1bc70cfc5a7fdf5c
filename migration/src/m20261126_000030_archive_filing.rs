//! What archive files are browsed by, on what they are kept, and the hash of each part.

use crate::append_only;
use crate::tables::{create_indexes, run};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{json_binary_null, text, text_null, timestamp_with_time_zone_null, uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [&str; 3] = ["archive_files_tree", "archive_files_handler", "archive_files_medium"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "archive_files").await?;
        let columns = [
            text_null("category"),
            text("medium").default("ELECTRONIC").take(),
            text_null("outcome"),
            uuid_null("handler_id"),
            timestamp_with_time_zone_null("completed_at"),
            json_binary_null("part_hashes"),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("archive_files").add_column(column).take()).await?;
        }
        // A case does not change once it is filed.
        let of_case = |column: &str| format!("(SELECT {column} FROM cases WHERE cases.id = archive_files.case_id)");
        let fill = format!(
            "UPDATE archive_files SET outcome = {}, handler_id = {}, completed_at = {}",
            of_case("outcome"),
            of_case("handler_id"),
            of_case("closed_at")
        );
        run(manager, &[&fill]).await?;
        create_indexes(
            manager,
            "archive_files",
            &[
                (INDEXES[0], &["year", "severity", "category", "filed_at", "id"]),
                (INDEXES[1], &["handler_id", "filed_at", "id"]),
                (INDEXES[2], &["medium", "filed_at"]),
            ],
        )
        .await?;
        append_only::protect(manager, "archive_files").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::unprotect(manager, "archive_files").await?;
        for index in INDEXES {
            manager.drop_index(Index::drop().name(index).table("archive_files").to_owned()).await?;
        }
        for column in ["part_hashes", "completed_at", "handler_id", "outcome", "medium", "category"] {
            manager.alter_table(Table::alter().table("archive_files").drop_column(column).take()).await?;
        }
        append_only::protect(manager, "archive_files").await
    }
}
