//! Every migration goes up and down on both; a newer database is refused; two servers at once do not race.

use crate::support::{Backend, TestDatabase, config_for, road, scenario};
use redress::platform::db::migrate;
use redress::platform::error::Failure;
use sea_orm::{ConnectionTrait, Database, Statement};

fn on(backend: Backend, work: impl AsyncFnOnce(&TestDatabase)) {
    if let Some(database) = TestDatabase::create(backend) {
        tokio::runtime::Runtime::new().unwrap().block_on(work(&database));
    }
}

/// The tables and indexes of a database.
async fn shape(url: &str) -> Vec<String> {
    let connection = Database::connect(url).await.unwrap();
    let backend = connection.get_database_backend();
    let question = match backend {
        sea_orm::DbBackend::Sqlite => "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS thing FROM sqlite_master ORDER BY 1",
        _ => "SELECT thing FROM (SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || is_nullable AS thing FROM information_schema.columns WHERE table_schema = 'public'
              UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
              UNION ALL SELECT 'function ' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE nspname = 'public') t ORDER BY 1",
    };
    let rows = connection.query_all_raw(Statement::from_string(backend, question)).await.unwrap();
    let things = rows.iter().map(|row| row.try_get("", "thing").unwrap()).collect();
    connection.close().await.unwrap();
    things
}

async fn up_down_up(database: &TestDatabase) {
    let config = config_for(&database.url).database;
    let count = migrate::status(&config).await.unwrap().len() as u32;
    assert!(migrate::status(&config).await.unwrap().iter().all(|migration| !migration.applied));
    migrate::up(&config).await.unwrap();
    let full = shape(&database.url).await;
    assert!(migrate::status(&config).await.unwrap().iter().all(|migration| migration.applied));
    for _ in 0..count {
        migrate::down(&config, 1).await.unwrap();
    }
    let left = shape(&database.url).await;
    assert!(left.iter().all(|thing| thing.contains("seaql_migrations")), "{left:?}");
    migrate::up(&config).await.unwrap();
    assert_eq!(shape(&database.url).await, full);
}

#[test]
fn up_down_up_sqlite() {
    on(Backend::Sqlite, up_down_up);
}

#[test]
fn up_down_up_postgres() {
    on(Backend::Postgres, up_down_up);
}

async fn newer_is_refused(database: &TestDatabase) {
    let config = config_for(&database.url).database;
    migrate::up(&config).await.unwrap();
    let connection = Database::connect(&database.url).await.unwrap();
    connection
        .execute_unprepared(
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_from_the_future', 1)",
        )
        .await
        .unwrap();
    connection.close().await.unwrap();
    for outcome in
        [migrate::up(&config).await, migrate::down(&config, 1).await, migrate::status(&config).await.map(drop)]
    {
        match outcome {
            Err(Failure::BadInput { message, .. }) => {
                assert!(message.contains("newer") && message.contains("m29990101_000001_from_the_future"), "{message}")
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn newer_is_refused_sqlite() {
    on(Backend::Sqlite, newer_is_refused);
}

#[test]
fn newer_is_refused_postgres() {
    on(Backend::Postgres, newer_is_refused);
}

async fn many_at_once(database: &TestDatabase) {
    let config = config_for(&database.url).database;
    let outcomes = futures_util::future::join_all((0..6).map(|_| migrate::up(&config))).await;
    for outcome in outcomes {
        outcome.unwrap();
    }
    assert!(migrate::status(&config).await.unwrap().iter().all(|migration| migration.applied));
}

#[test]
fn many_at_once_sqlite() {
    on(Backend::Sqlite, many_at_once);
}

#[test]
fn many_at_once_postgres() {
    on(Backend::Postgres, many_at_once);
}

scenario! {
    /// The phone numbers that cases are found by move to a table of their own, and back.
    async fn cases_are_found_by_phone_after_the_way_down_and_up(world) {
        road::registered(world).await;
        let query = "{ cases(filter: { phone: \"138 1234 5678\" }) { totalCount } }";
        let found = async || world.ask("supervisor", query, serde_json::json!({})).await.number("/cases/totalCount");
        assert_eq!(found().await, 1);
        let config = &world.config.database;
        let status = migrate::status(config).await.unwrap();
        let later = status.iter().rev().take_while(|migration| !migration.name.ends_with("people_create")).count();
        migrate::down(config, later as u32 + 1).await.unwrap();
        let connection = Database::connect(secrecy::ExposeSecret::expose_secret(&config.url)).await.unwrap();
        let column = Statement::from_string(connection.get_database_backend(), "SELECT phone_index FROM cases");
        let index: Option<String> = connection.query_one_raw(column).await.unwrap().unwrap().try_get("", "phone_index").unwrap();
        assert!(index.is_some());
        connection.close().await.unwrap();
        migrate::up(config).await.unwrap();
        world.tampered_with();
        assert_eq!(found().await, 1);
    }
}
