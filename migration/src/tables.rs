//! What every migration of this crate does to its tables.

use sea_orm_migration::prelude::{ConnectionTrait, DbErr, Index, SchemaManager, Table};
use sea_orm_migration::sea_orm::{DbBackend, Statement};

/// Makes plain indexes: name and columns of each.
pub async fn create_indexes(
    manager: &SchemaManager<'_>,
    table: &'static str,
    indexes: &[(&'static str, &[&'static str])],
) -> Result<(), DbErr> {
    for (name, columns) in indexes {
        let mut index = Index::create().name(*name).table(table).take();
        for column in *columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops tables in the order given.
pub async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).take()).await?;
    }
    Ok(())
}

/// Runs statements that are the same on both databases.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// The name of a column type where it differs.
pub fn column_type(manager: &SchemaManager<'_>, postgres: &'static str, sqlite: &'static str) -> &'static str {
    match manager.get_database_backend() {
        DbBackend::Sqlite => sqlite,
        _ => postgres,
    }
}

/// Lets a key be missing, or not. SQLite keeps the words of CREATE TABLE and nothing else of this, and says of exactly this
/// change that the words may be edited (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
pub async fn set_nullable(manager: &SchemaManager<'_>, table: &str, column: &str, nullable: bool) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() != DbBackend::Sqlite {
        let change = if nullable { "DROP" } else { "SET" };
        let statement = format!("ALTER TABLE {table} ALTER COLUMN {column} {change} NOT NULL");
        connection.execute_unprepared(&statement).await?;
        return Ok(());
    }
    let (without, with) = (format!("\"{column}\" uuid_text"), format!("\"{column}\" uuid_text NOT NULL"));
    let (from, to) = if nullable { (with, without) } else { (without, with) };
    let version = Statement::from_string(DbBackend::Sqlite, "PRAGMA schema_version");
    let version = connection.query_one_raw(version).await?.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
    let edit = format!("UPDATE sqlite_master SET sql = replace(sql, '{from}', '{to}') WHERE name = '{table}'");
    let next = format!("PRAGMA schema_version = {}", version.unwrap_or_default() + 1);
    run(manager, &["PRAGMA writable_schema = ON", &edit, &next, "PRAGMA writable_schema = RESET"]).await
}
