//! A database for one test, gone when the test ends, however it ends.

use sea_orm::{ConnectionTrait, Database};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

pub struct TestDatabase {
    pub url: String,
    kind: Kind,
}

enum Kind {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

static COUNTER: AtomicU32 = AtomicU32::new(0);

impl TestDatabase {
    /// A new, empty database; none when there is no server for it.
    pub fn create(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Some(Self { url, kind: Kind::Sqlite(folder) })
            }
            Backend::Postgres => {
                let server = std::env::var("REDRESS_TEST_POSTGRES").ok().filter(|server| !server.is_empty())?;
                Some(Self::on_postgres(&server, "").0)
            }
        }
    }

    /// A database like another one, which nobody may be connected to.
    pub fn copy_of(other: &Self) -> Self {
        match &other.kind {
            Kind::Sqlite(from) => {
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("test.db");
                std::fs::copy(from.path().join("test.db"), &file).unwrap();
                Self { url: format!("sqlite://{}", file.display()), kind: Kind::Sqlite(folder) }
            }
            Kind::Postgres { server, name: from } => {
                let (database, name) = Self::on_postgres(server, &format!("TEMPLATE {from}"));
                // The server that is under test may be killed in these worlds, PostgreSQL never.
                on_server(server, &format!("ALTER DATABASE {name} SET synchronous_commit = off"));
                database
            }
        }
    }

    /// A new database and its name.
    fn on_postgres(server: &str, how: &str) -> (Self, String) {
        let serial = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("redress_test_{}_{serial}", std::process::id());
        on_server(server, &format!("CREATE DATABASE {name} {how}"));
        let (base, _) = server
            .rsplit_once('/')
            .filter(|(base, _)| base.contains("//") && !base.ends_with('/'))
            .unwrap_or((server, ""));
        let kind = Kind::Postgres { server: server.to_owned(), name: name.clone() };
        (Self { url: format!("{base}/{name}"), kind }, name)
    }

    pub fn backend(&self) -> Backend {
        match self.kind {
            Kind::Sqlite(_) => Backend::Sqlite,
            Kind::Postgres { .. } => Backend::Postgres,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Kind::Postgres { server, name } = &self.kind {
            on_server(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Runs a statement on the server, on a thread of its own: a test may be inside a runtime or panicking.
fn on_server(server: &str, statement: &str) {
    let (server, statement) = (server.to_owned(), statement.to_owned());
    let work = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let connection = Database::connect(&server).await.unwrap();
            connection.execute_unprepared(&statement).await.unwrap();
            connection.close().await.unwrap();
        });
    });
    work.join().unwrap();
}
