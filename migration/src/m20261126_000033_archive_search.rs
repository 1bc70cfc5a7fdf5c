//! What is searched of archive files, and the index of its pairs of characters: an FTS5 table on SQLite, a GIN index on
//! PostgreSQL (docs/adr/0012-archive-search.md). Rows can be deleted.

use crate::tables::{drop_tables, run};
use sea_orm_migration::prelude::{
    ColumnDef, ConnectionTrait, DbErr, DeriveMigrationName, ForeignKey, MigrationTrait, SchemaManager, Table,
    async_trait,
};
use sea_orm_migration::schema::{text, uuid};
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // INTEGER PRIMARY KEY is SQLite's own number of the row.
        let serial = match manager.get_database_backend() {
            DbBackend::Sqlite => ColumnDef::new("serial").integer().not_null().primary_key().take(),
            _ => ColumnDef::new("serial").big_integer().not_null().auto_increment().primary_key().take(),
        };
        manager
            .create_table(
                Table::create()
                    .table("archive_texts")
                    .col(serial)
                    .col(uuid("archive_file_id").unique_key())
                    .col(text("folded"))
                    .foreign_key(
                        ForeignKey::create().from("archive_texts", "archive_file_id").to("archive_files", "id"),
                    )
                    .take(),
            )
            .await?;
        match manager.get_database_backend() {
            // Nothing but the index is kept, and what is deleted leaves no term behind.
            DbBackend::Sqlite => {
                let index = "CREATE VIRTUAL TABLE archive_text_pairs USING fts5(pairs, content='', tokenize='ascii')";
                run(
                    manager,
                    &[index, "INSERT INTO archive_text_pairs(archive_text_pairs, rank) VALUES ('secure-delete', 1)"],
                )
                .await
            }
            _ => {
                let statements = [
                    "ALTER TABLE archive_texts ADD COLUMN pairs text[] NOT NULL",
                    // A row is searched as soon as it is there: no list of pending entries.
                    "CREATE INDEX archive_texts_pairs ON archive_texts USING gin (pairs) WITH (fastupdate = off)",
                ];
                run(manager, &statements).await
            }
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_connection().get_database_backend() == DbBackend::Sqlite {
            run(manager, &["DROP TABLE archive_text_pairs"]).await?;
        }
        drop_tables(manager, &["archive_texts"]).await
    }
}
