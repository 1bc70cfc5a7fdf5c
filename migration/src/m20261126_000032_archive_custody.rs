//! How the archive is kept: where paper files are, checks, damage and its treatment, backups.

use crate::append_only;
use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, MigrationTrait, SchemaManager, Table, TableCreateStatement, async_trait,
};
use sea_orm_migration::schema::{boolean, text, text_null, timestamp_with_time_zone, uuid, uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Those that name others last.
const TABLES: [&str; 5] =
    ["archive_placements", "archive_checks", "archive_damages", "archive_treatments", "archive_backups"];

fn key(from: (&'static str, &'static str), to: &'static str) -> sea_orm_migration::prelude::ForeignKeyCreateStatement {
    ForeignKey::create().from(from.0, from.1).to(to, "id").take()
}

fn tables() -> [TableCreateStatement; 5] {
    let [placements, checks, damages, treatments, backups] = TABLES;
    [
        Table::create()
            .table(placements)
            .col(uuid("id").primary_key())
            .col(uuid("archive_file_id"))
            .col(text("cabinet"))
            .col(text("place"))
            .col(uuid("key_holder_id"))
            .col(uuid("placed_by"))
            .col(timestamp_with_time_zone("placed_at"))
            .foreign_key(&mut key((placements, "archive_file_id"), "archive_files"))
            .foreign_key(&mut key((placements, "key_holder_id"), "staff"))
            .foreign_key(&mut key((placements, "placed_by"), "staff"))
            .take(),
        Table::create()
            .table(checks)
            .col(uuid("id").primary_key())
            .col(text("medium"))
            .col(text_null("remark"))
            .col(uuid("checked_by"))
            .col(timestamp_with_time_zone("checked_at"))
            .foreign_key(&mut key((checks, "checked_by"), "staff"))
            .take(),
        Table::create()
            .table(damages)
            .col(uuid("id").primary_key())
            .col(uuid_null("archive_file_id"))
            .col(uuid_null("check_id"))
            .col(text("kind"))
            .col(text_null("part"))
            .col(text_null("remark"))
            .col(uuid_null("found_by"))
            .col(timestamp_with_time_zone("found_at"))
            .foreign_key(&mut key((damages, "archive_file_id"), "archive_files"))
            .foreign_key(&mut key((damages, "check_id"), checks))
            .foreign_key(&mut key((damages, "found_by"), "staff"))
            .take(),
        Table::create()
            .table(treatments)
            .col(uuid("id").primary_key())
            .col(uuid("damage_id").unique_key())
            .col(text("measure"))
            .col(uuid("treated_by"))
            .col(timestamp_with_time_zone("treated_at"))
            .foreign_key(&mut key((treatments, "damage_id"), damages))
            .foreign_key(&mut key((treatments, "treated_by"), "staff"))
            .take(),
        Table::create()
            .table(backups)
            .col(uuid("id").primary_key())
            .col(timestamp_with_time_zone("made_at"))
            .col(text("place"))
            .col(boolean("succeeded"))
            .col(text_null("remark"))
            .col(uuid("recorded_by"))
            .col(timestamp_with_time_zone("recorded_at"))
            .foreign_key(&mut key((backups, "recorded_by"), "staff"))
            .take(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        create_indexes(manager, TABLES[0], &[("archive_placements_file", &["archive_file_id", "placed_at", "id"])])
            .await?;
        create_indexes(
            manager,
            TABLES[1],
            &[("archive_checks_time", &["checked_at", "id"]), ("archive_checks_medium", &["medium", "checked_at"])],
        )
        .await?;
        create_indexes(
            manager,
            TABLES[2],
            &[
                ("archive_damages_time", &["found_at", "id"]),
                ("archive_damages_file", &["archive_file_id", "found_at", "id"]),
                ("archive_damages_check", &["check_id"]),
            ],
        )
        .await?;
        create_indexes(manager, TABLES[4], &[("archive_backups_time", &["made_at", "id"])]).await?;
        for table in TABLES {
            append_only::protect(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.into_iter().rev() {
            append_only::unprotect(manager, table).await?;
            drop_tables(manager, &[table]).await?;
        }
        Ok(())
    }
}
