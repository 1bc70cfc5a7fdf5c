//! Faults that the server survives: callers who hang up, a database that goes away, is locked or full, a clock that jumps.

use super::command_line::{Keys, Served};
use crate::support::{Backend, TestDatabase, World, road, scenario, serve_beside};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const REGISTER: &str =
    "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { number } refusals { code } } }";

/// Another session on the database, as an operator would have it.
async fn operator(world: &World) -> DatabaseConnection {
    sea_orm::Database::connect(world.config.database.url.expose_secret()).await.unwrap()
}

/// The name of the world's own database and a session on another one of the same server.
async fn from_outside(world: &World) -> (String, DatabaseConnection) {
    let url = world.config.database.url.expose_secret();
    let (base, name) = url.rsplit_once('/').unwrap();
    (name.to_owned(), sea_orm::Database::connect(format!("{base}/postgres")).await.unwrap())
}

async fn count(db: &DatabaseConnection, sql: &str) -> i64 {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

async fn post(world: &World, address: SocketAddr, token: &str, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables });
    let request = world.client().post(format!("http://{address}/graphql")).bearer_auth(token).json(&body);
    request.timeout(Duration::from_secs(40)).send().await.unwrap().json().await.unwrap()
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("OK")
}

scenario! {
    /// Callers who hang up 0 to 15 ms after sending leave no transaction open, and take nothing from what was acknowledged.
    /// `REDRESS_TEST_HANG_UPS=12000` makes it as many as one likes.
    async fn callers_who_hang_up(world) {
        let many = std::env::var("REDRESS_TEST_HANG_UPS").ok().and_then(|many| many.parse().ok()).unwrap_or(600_usize);
        let token = world.token("registrar").await.unwrap();
        let request = |serial: usize| {
            let mut input = road::complaint();
            input["idempotencyKey"] = json!(format!("hang-up-{serial}"));
            let body = json!({ "query": REGISTER, "variables": { "input": input } }).to_string();
            format!("POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        };
        let mut acknowledged = 0;
        for batch in 0..many.div_ceil(100) {
            let hang_ups = (0..100).map(|serial| {
                let request = request(batch * 100 + serial);
                async move {
                    let mut connection = TcpStream::connect(world.address).await.unwrap();
                    connection.write_all(request.as_bytes()).await.unwrap();
                    tokio::time::sleep(Duration::from_micros((serial as u64 * 7_919) % 15_000)).await;
                }
            });
            let stays = async {
                let mut good = 0;
                for _ in 0..(200 * 100_usize).div_ceil(many).min(200) {
                    let answer = world.ask("registrar", REGISTER, json!({ "input": road::complaint() })).await;
                    good += usize::from(answer.body["data"]["registerCase"]["case"]["number"].is_string());
                }
                good
            };
            let (_, good) = futures_util::join!(futures_util::future::join_all(hang_ups), stays);
            acknowledged += good;
        }
        let db = operator(world).await;
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let busy = match world.backend {
                Backend::Sqlite => 0,
                Backend::Postgres => count(&db, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'").await,
            };
            if busy == 0 || Instant::now() > deadline {
                assert_eq!(busy, 0, "sessions in a transaction");
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(acknowledged >= 100, "{acknowledged}");
        let cases = usize::try_from(count(&db, "SELECT count(*) FROM cases").await).unwrap();
        assert!(cases >= acknowledged, "{cases} of {acknowledged}");
        let gaps = count(&db, "SELECT max(last_value) - (SELECT count(*) FROM cases) FROM number_series WHERE name LIKE 'case:%'").await;
        assert_eq!(gaps, 0, "every number is somebody's");
        assert_eq!(count(&db, "SELECT count(*) FROM audit_events WHERE action = 'CASE_REGISTERED'").await as usize, cases);
        db.close().await.unwrap();
    }
}

scenario! {
    /// The database goes away for some seconds: callers get a code, `/readyz` tells, and all is normal soon after.
    async fn the_database_goes_away(world) {
        if world.backend == Backend::Sqlite {
            return;
        }
        let token = world.token("supervisor").await.unwrap();
        let (name, outside) = from_outside(world).await;
        outside.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await.unwrap();
        outside.execute_unprepared(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await.unwrap();
        let until = Instant::now() + Duration::from_secs(4);
        while Instant::now() < until {
            let began = Instant::now();
            assert_eq!(world.client().get(world.url("/readyz")).send().await.unwrap().status(), 503);
            assert_eq!(world.client().get(world.url("/healthz")).send().await.unwrap().status(), 200);
            assert!(began.elapsed() < Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        outside.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await.unwrap();
        let back = Instant::now();
        let mut in_a_row = 0;
        while in_a_row < 20 {
            for (query, variables) in [("{ cases { totalCount } }", json!({})), (REGISTER, json!({ "input": road::complaint() }))] {
                let answer = post(world, world.address, &token, query, variables).await;
                assert!(matches!(code(&answer), "OK" | "LIMITED"), "{answer}");
                in_a_row = if code(&answer) == "OK" { in_a_row + 1 } else { 0 };
            }
            assert!(back.elapsed() < Duration::from_secs(10), "not yet normal");
        }
        assert_eq!(world.client().get(world.url("/readyz")).send().await.unwrap().status(), 200);
        outside.close().await.unwrap();
    }
}

scenario! {
    /// Somebody else holds a lock: callers are told to come back within the lock timeout; afterwards all is normal.
    async fn somebody_else_holds_a_lock(world) {
        let token = world.token("registrar").await.unwrap();
        let mut config = world.config.clone();
        config.database.lock_timeout_seconds = 1;
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let register = async || post(world, address, &token, REGISTER, json!({ "input": road::complaint() })).await;
        assert_eq!(code(&register().await), "OK");
        let db = operator(world).await;
        let lock = match world.backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN; LOCK TABLE cases IN ACCESS EXCLUSIVE MODE",
        };
        // One session: the pool of this connection has no other.
        let session = sea_orm::Database::connect({
            let mut options = sea_orm::ConnectOptions::new(world.config.database.url.expose_secret());
            options.max_connections(1).min_connections(1);
            options
        })
        .await
        .unwrap();
        session.execute_unprepared(lock).await.unwrap();
        for _ in 0..2 {
            let began = Instant::now();
            let refused = register().await;
            assert_eq!((code(&refused), &refused["errors"][0]["extensions"]["retryAfterSeconds"]), ("LIMITED", &json!(1)), "{refused}");
            assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
            assert_eq!(world.client().get(format!("http://{address}/readyz")).send().await.unwrap().status(), 200);
        }
        session.execute_unprepared("ROLLBACK").await.unwrap();
        assert_eq!(code(&register().await), "OK");
        assert_eq!(count(&db, "SELECT count(*) FROM cases").await, 2);
        session.close().await.unwrap();
        db.close().await.unwrap();
    }
}

scenario! {
    /// The server's clock jumps a day forth and back: tokens end as they must, and signing in again is all it takes.
    async fn the_clock_jumps(world) {
        let token = world.token("supervisor").await.unwrap();
        road::registered(world).await;
        for (at, code_then) in [("2024-03-05T09:30:00", "UNAUTHENTICATED"), ("2024-03-03T09:30:00", "UNAUTHENTICATED"), ("2024-03-04T09:30:00", "OK")] {
            world.set_time(at);
            assert_eq!(code(&post(world, world.address, &token, "{ viewer { roles } }", json!({})).await), code_then, "{at}");
            let answer = world.ask("supervisor", "{ cases { totalCount edges { node { deadlines { status } } } } }", json!({})).await;
            assert_eq!(answer.number("/cases/totalCount"), 1, "{at}");
            assert_eq!(world.client().get(world.url("/readyz")).send().await.unwrap().status(), 200);
        }
    }
}

/// SIGTERM while many ask: exit 0 within 15 s, and every answer that began is whole.
fn told_to_stop_under_load(backend: Backend) {
    let Some(database) = TestDatabase::create(backend) else { return };
    let keys = Keys::new(&database.url);
    let mut served = Served::start(&keys);
    let url = format!("http://{}/graphql", served.address);
    let (stop, whole, refused) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let load: Vec<_> = (0..8)
        .map(|_| {
            let (url, stop, whole, refused) =
                (url.clone(), Arc::clone(&stop), Arc::clone(&whole), Arc::clone(&refused));
            std::thread::spawn(move || {
                tokio::runtime::Runtime::new().unwrap().block_on(async {
                    let client = reqwest::Client::new();
                    while !stop.load(Ordering::Relaxed) {
                        let login = "mutation { login(input: { login: \"a\", password: \"b\" }) { expiresAt } }";
                        match client.post(&url).json(&json!({ "query": login })).send().await {
                            Err(_) => {
                                refused.fetch_add(1, Ordering::Relaxed);
                                tokio::time::sleep(Duration::from_millis(5)).await;
                            }
                            Ok(answer) => {
                                answer.json::<Value>().await.expect("a whole answer");
                                whole.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    }
                });
            })
        })
        .collect();
    while whole.load(Ordering::Relaxed) < 50 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let began = Instant::now();
    served.signal("-TERM");
    let status = served.child.wait().unwrap();
    assert!(status.success() && began.elapsed() < Duration::from_secs(15), "{status} {:?}", began.elapsed());
    stop.store(true, Ordering::Relaxed);
    load.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn told_to_stop_under_load_sqlite() {
    told_to_stop_under_load(Backend::Sqlite);
}

#[test]
fn told_to_stop_under_load_postgres() {
    told_to_stop_under_load(Backend::Postgres);
}
