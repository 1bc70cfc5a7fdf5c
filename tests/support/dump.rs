//! Everything that stands in a database, for tests that look for what must not be there.

use super::{Backend, World};
use redress::platform::access::Actor;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Every row of every table, as text: the name of the table and the row.
pub async fn dump(world: &World) -> Vec<(String, String)> {
    let tables = match world.backend {
        Backend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Backend::Postgres => {
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'"
        }
    };
    let system = Actor::system("test");
    let db = world.db.read(&system);
    let backend = db.get_database_backend();
    let mut rows = Vec::new();
    for table in db.query_all_raw(Statement::from_string(backend, tables)).await.unwrap() {
        let table: String = table.try_get("", "name").unwrap();
        let whole = match backend {
            DbBackend::Sqlite => {
                let columns = format!("SELECT name FROM pragma_table_info('{table}')");
                let columns = db.query_all_raw(Statement::from_string(backend, columns)).await.unwrap();
                let columns: Vec<String> = columns
                    .iter()
                    .map(|row| {
                        let column: String = row.try_get("", "name").unwrap();
                        format!("coalesce(iif(typeof(\"{column}\") = 'blob', hex(\"{column}\"), cast(\"{column}\" AS text)), '')")
                    })
                    .collect();
                format!("SELECT {} AS whole FROM {table}", columns.join(" || ' ' || "))
            }
            _ => format!("SELECT to_jsonb(t)::text AS whole FROM {table} t"),
        };
        for row in db.query_all_raw(Statement::from_string(backend, whole)).await.unwrap() {
            rows.push((table.clone(), row.try_get("", "whole").unwrap()));
        }
    }
    rows
}

/// The bytes of an embedded database and of what it has not yet written into its file.
pub async fn raw_bytes(world: &World) -> Vec<u8> {
    let url = secrecy::ExposeSecret::expose_secret(&world.config.database.url);
    let raw = sea_orm::Database::connect(url).await.unwrap();
    raw.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    raw.close().await.unwrap();
    let path = url.trim_start_matches("sqlite://");
    let mut bytes = std::fs::read(path).unwrap();
    bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
    bytes
}
