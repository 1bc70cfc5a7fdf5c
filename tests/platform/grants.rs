//! On PostgreSQL, a role that owns the tables migrates, and the role that serves may only look up and insert facts (SG-16.1).

use crate::support::{Backend, PROFILE, TestDatabase, config_for, monday};
use migration::DOORS;
use redress::app::App;
use redress::audit::metrics::AuditMetrics;
use redress::audit::service::seal_events::seal_events;
use redress::platform::access::Actor;
use redress::platform::clock::Clock;
use redress::platform::db::{Database, DatabaseConfig, Rights, migrate, rights};
use redress::platform::error::Failure;
use redress::profiles::service::publish::PublishProfile;
use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;
use std::sync::Arc;

const FACTS: [&str; 5] = ["audit_events", "audit_leaves", "audit_hashes", "audit_tree_heads", "access_register"];

async fn facts<C: ConnectionTrait>(db: &C) -> Vec<String> {
    let question = "SELECT c.relname::text AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = c.relname || '_append_only' ORDER BY 1";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), question)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

async fn with_a_role_of_its_own(owner: &DatabaseConfig, role: &str) {
    let raw = sea_orm::Database::connect(owner.url.expose_secret()).await.unwrap();
    raw.execute_unprepared(&format!("CREATE ROLE {role} LOGIN")).await.unwrap();
    let url = owner.url.expose_secret().replacen("://postgres", &format!("://{role}"), 1);
    let config = DatabaseConfig { url: url.into(), owner_url: Some(owner.url.clone()), ..owner.clone() };
    migrate::up(&config).await.unwrap();
    // Again: a server that starts grants anew.
    migrate::up(&config).await.unwrap();
    assert!(migrate::status(&config).await.unwrap().iter().all(|migration| migration.applied));

    let app = App::new(&config_for(owner.url.expose_secret()), Clock::standing_at(monday())).unwrap();
    let db =
        Database::open(&config, Clock::standing_at(monday()), Arc::clone(&app.vault), &app.statements).await.unwrap();
    let system = Actor::system("test");
    assert_eq!(rights(db.read(&system)).await.unwrap(), Rights::Appends);
    db.run(&system, &PublishProfile { content: PROFILE.to_owned() }).await.unwrap();
    assert_eq!(seal_events(&db, &system, &app.keys, &AuditMetrics::default()).await.unwrap(), 1);

    let serving = sea_orm::Database::connect(config.url.expose_secret()).await.unwrap();
    let facts = facts(&raw).await;
    assert!(FACTS.iter().all(|table| facts.iter().any(|fact| fact == table)), "{facts:?}");
    for table in &facts {
        for act in [
            format!("UPDATE {table} SET {}", column(&raw, table).await),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
            format!("ALTER TABLE {table} DISABLE TRIGGER USER"),
            format!("DROP TRIGGER {table}_append_only ON {table}"),
            format!("DROP TABLE {table} CASCADE"),
            format!("GRANT ALL ON {table} TO {role}"),
        ] {
            let outcome = serving.execute_unprepared(&act).await;
            let refused = match &outcome {
                Err(error) => error.to_string(),
                Ok(_) => String::new(),
            };
            let refused = ["permission denied", "must be owner"].iter().any(|why| refused.contains(why));
            // Rows of a case that was disposed of may go; the trigger keeps all others.
            let door =
                act.starts_with("DELETE") && DOORS.iter().any(|door| door.table == table && door.columns.is_empty());
            assert!(refused || door || act.starts_with("GRANT"), "{act}: {outcome:?}");
        }
        // Whoever owns the tables is refused by the triggers.
        for act in [format!("TRUNCATE {table} CASCADE"), format!("TRUNCATE {table}")] {
            assert!(raw.execute_unprepared(&act).await.is_err(), "{act}");
        }
    }
    for act in [
        "UPDATE seaql_migrations SET version = 'x'",
        "CREATE TABLE x (y INT)",
        "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ] {
        assert!(serving.execute_unprepared(act).await.is_err(), "{act}");
    }
    // SG-13.6: a disposal can be carried out, and the files that it is about can be locked.
    for door in DOORS {
        for column in door.columns {
            let erase = format!("UPDATE {} SET {column} = {column} WHERE false", door.table);
            serving.execute_unprepared(&erase).await.unwrap();
        }
    }
    serving.execute_unprepared("SELECT 1 FROM archive_files FOR UPDATE").await.unwrap();
    assert_eq!(rights(&serving).await.unwrap(), Rights::Appends);
    // What somebody granted by hand is seen, and taken back by the next migration.
    raw.execute_unprepared(&format!("GRANT UPDATE, TRUNCATE ON audit_events, access_register TO {role}"))
        .await
        .unwrap();
    let too_much = ["access_register", "audit_events"].map(str::to_owned).to_vec();
    assert_eq!(rights(&serving).await.unwrap(), Rights::Changes(too_much));
    migrate::up(&config).await.unwrap();
    assert_eq!(rights(&serving).await.unwrap(), Rights::Appends);
    assert_eq!(rights(&raw).await.unwrap(), Rights::Owner);
    let same = DatabaseConfig { owner_url: Some(owner.url.clone()), ..owner.clone() };
    assert!(matches!(migrate::up(&same).await, Err(Failure::BadInput { .. })));
    db.close().await.unwrap();
    serving.close().await.unwrap();
    raw.close().await.unwrap();
}

/// An assignment that changes nothing.
async fn column<C: ConnectionTrait>(db: &C, table: &str) -> String {
    let question = format!(
        "SELECT column_name::text AS name FROM information_schema.columns WHERE table_name = '{table}' LIMIT 1"
    );
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), question)).await.unwrap().unwrap();
    let name: String = row.try_get("", "name").unwrap();
    format!("\"{name}\" = \"{name}\"")
}

/// SG-16.1: the serving role inserts and reads facts, and changes none; a role that may do more is noticed.
#[test]
fn the_serving_role_appends_and_no_more() {
    let Some(database) = TestDatabase::create(Backend::Postgres) else { return };
    let role = format!("redress_test_serves_{}", std::process::id());
    let owner = config_for(&database.url).database;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let outcome = runtime.block_on(async {
        tokio::spawn({
            let (owner, role) = (owner.clone(), role.clone());
            async move { with_a_role_of_its_own(&owner, &role).await }
        })
        .await
    });
    drop(database);
    let server = std::env::var("REDRESS_TEST_POSTGRES").unwrap();
    runtime.block_on(async {
        let raw = sea_orm::Database::connect(server).await.unwrap();
        raw.execute_unprepared(&format!("DROP ROLE IF EXISTS {role}")).await.unwrap();
        raw.close().await.unwrap();
    });
    outcome.unwrap();
}
