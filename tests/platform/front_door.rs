//! Rates, costs, slow callers, panics, other origins, metrics: what a caller meets before the domain.

use crate::support::{World, scenario, serve_beside};
use async_graphql::{Request, Response, ServerError};
use chrono::{DateTime, Utc};
use redress::app::App;
use redress::platform::access::{Actor, CheckedDocument, Permission};
use redress::platform::config::Config;
use redress::platform::db::Database;
use redress::platform::error::Failure;
use redress::platform::http::{Caller, Engine, Granted, NotGranted, TokenAsked, Wanted};
use redress::platform::live::{Hub, Round};
use redress::platform::origin::Origin;
use reqwest::{Method, Response as Answered};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The real engine, but an operation named `Panic` panics and one named `Slow` takes its time.
struct Breaking(Arc<App>);

impl Engine for Breaking {
    fn document(&self, wanted: &Wanted) -> Result<Arc<CheckedDocument>, ServerError> {
        self.0.document(wanted)
    }

    fn introspection(&self) -> bool {
        true
    }

    async fn authenticate(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<Actor, Failure> {
        self.0.authenticate(db, token, request_id).await
    }

    async fn admit(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<(Actor, DateTime<Utc>), Failure> {
        self.0.admit(db, token, request_id).await
    }

    fn hub(&self) -> &Arc<Hub> {
        self.0.hub()
    }

    async fn record_denial(&self, db: &Database, actor: &Actor, permission: Permission) -> Result<(), Failure> {
        self.0.record_denial(db, actor, permission).await
    }

    fn passwords_waiting(&self) -> usize {
        0
    }

    fn key_set(&self) -> String {
        self.0.key_set()
    }

    fn issuer(&self) -> &str {
        self.0.issuer()
    }

    async fn grant_token(
        self: Arc<Self>,
        db: Database,
        origin: Origin,
        asked: TokenAsked,
    ) -> Result<Granted, NotGranted> {
        Arc::clone(&self.0).grant_token(db, origin, asked).await
    }

    async fn print_form(
        self: Arc<Self>,
        db: Database,
        actor: Actor,
        origin: Origin,
        case: String,
        kind: String,
    ) -> Result<String, Failure> {
        Arc::clone(&self.0).print_form(db, actor, origin, case, kind).await
    }

    async fn execute(self: Arc<Self>, db: Database, caller: Caller, request: Request) -> Response {
        match request.operation_name.as_deref() {
            Some("Panic") => panic!("the phone number 13812345678 is in this message"),
            Some("Slow") => tokio::time::sleep(Duration::from_secs(3)).await,
            _ => {}
        }
        Arc::clone(&self.0).execute(db, caller, request).await
    }

    async fn round(
        self: Arc<Self>,
        db: Database,
        caller: Caller,
        request: Request,
        round: Arc<Round>,
    ) -> Vec<Response> {
        Arc::clone(&self.0).round(db, caller, request, round).await
    }
}

async fn post(world: &World, address: SocketAddr, token: Option<&str>, body: Value) -> Answered {
    let mut request = world.client().post(format!("http://{address}/graphql")).json(&body);
    request = request.header("accept", "application/graphql-response+json");
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.send().await.unwrap()
}

fn config(world: &World, change: impl FnOnce(&mut Config)) -> Config {
    let mut config = world.config.clone();
    change(&mut config);
    config
}

scenario! {
    /// A resolver that panics answers INTERNAL with the request's id; a slow one LIMITED; the server lives on.
    async fn panics_and_slow_resolvers(world) {
        let config = config(world, |config| config.server.operation_seconds = 1);
        let address = serve_beside(world, Arc::new(Breaking(Arc::clone(&world.app))), &config);
        for _ in 0..20 {
            let answer = post(world, address, None, json!({ "query": "query Panic { __typename }", "operationName": "Panic" })).await;
            assert_eq!(answer.status(), 500);
            assert!(!answer.headers()["x-request-id"].is_empty());
            let body: Value = answer.json().await.unwrap();
            assert_eq!(body["errors"][0]["extensions"]["code"], "INTERNAL");
            assert!(!body.to_string().contains("138"), "{body}");
        }
        // One at a time for each of the two workers: further ones are told to come back.
        let narrow = serve_beside(world, Arc::new(Breaking(Arc::clone(&world.app))), &self::config(world, |config| config.server.in_flight = 1));
        let slow = json!({ "query": "query Slow { __typename }", "operationName": "Slow" });
        let answers = futures_util::future::join_all((0..12).map(|_| post(world, narrow, None, slow.clone()))).await;
        let busy: Vec<_> = answers.iter().filter(|answer| answer.status() == 503).collect();
        assert!(busy.len() >= 10 && busy.iter().all(|answer| answer.headers()["retry-after"] == "1"), "{}", busy.len());
        let began = Instant::now();
        let slow = post(world, address, None, json!({ "query": "query Slow { __typename }", "operationName": "Slow" })).await;
        assert_eq!((slow.status().as_u16(), slow.headers()["retry-after"].to_str().unwrap()), (503, "1"));
        assert!(began.elapsed() < Duration::from_secs(3));
        assert_eq!(slow.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "LIMITED");
        assert_eq!(post(world, address, None, json!({ "query": "{ __typename }" })).await.status(), 200);
    }
}

scenario! {
    /// Who asks for too much waits, and is told in headers how much is left; others do not notice.
    async fn rates_by_cost(world) {
        let config = config(world, |config| {
            config.rates.person_per_second = 100;
            config.rates.person_burst = 300;
            config.rates.address_per_second = 10;
            config.rates.address_burst = 20;
        });
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let (supervisor, manager) = (world.token("supervisor").await, world.token("manager").await);
        let page = json!({ "query": "{ cases(first: 100) { edges { node { number } } } }", "extensions": { "cost": true } });
        let first = post(world, address, supervisor.as_deref(), page.clone()).await;
        let policy = first.headers()["ratelimit-policy"].to_str().unwrap().to_owned();
        let left = first.headers()["ratelimit"].to_str().unwrap().to_owned();
        assert_eq!((policy.as_str(), left.as_str()), ("\"person\";q=300;w=3", "\"person\";r=196;t=2"));
        let body: Value = first.json().await.unwrap();
        assert_eq!(body["extensions"]["cost"], json!({ "fields": 4, "nodes": 100, "total": 104 }));
        let mut statuses = Vec::new();
        for _ in 0..4 {
            let answer = post(world, address, supervisor.as_deref(), page.clone()).await;
            statuses.push(answer.status().as_u16());
            if answer.status() == 429 {
                assert_eq!(answer.headers()["retry-after"], "1");
                assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "LIMITED");
            }
        }
        assert!(statuses.contains(&429), "{statuses:?}");
        assert_eq!(post(world, address, manager.as_deref(), page.clone()).await.status(), 200, "somebody else");
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(post(world, address, supervisor.as_deref(), page).await.status(), 200, "after waiting");
        let mut anonymous = Vec::new();
        for _ in 0..40 {
            anonymous.push(post(world, address, None, json!({ "query": "{ __typename }" })).await.status().as_u16());
        }
        assert!(anonymous.contains(&429) && anonymous[0] == 200, "{anonymous:?}");
        let unlimited = post(world, world.address, supervisor.as_deref(), json!({ "query": "{ __typename }" })).await;
        assert!(unlimited.headers().get("ratelimit").is_none());
    }
}

scenario! {
    /// Compressed bodies are not unpacked, large ones not read to their end.
    async fn bombs(world) {
        use std::io::Write;
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        bomb.write_all(&vec![b' '; 50 << 20]).unwrap();
        let bomb = bomb.finish().unwrap();
        let began = Instant::now();
        let request = world.client().post(world.url("/graphql")).header("content-type", "application/json");
        let answer = request.header("content-encoding", "gzip").body(bomb).send().await.unwrap();
        assert_eq!(answer.status(), 415);
        assert!(began.elapsed() < Duration::from_secs(1));
        let mut connection = TcpStream::connect(world.address).await.unwrap();
        let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 16777216\r\n\r\n";
        connection.write_all(head.as_bytes()).await.unwrap();
        // The server answers, or closes, long before all of it is sent.
        let mut sent = 0;
        while sent < 16 << 20 && connection.write_all(&[b' '; 65_536]).await.is_ok() {
            sent += 65_536;
        }
        let mut answer = vec![0; 200];
        let read = connection.read(&mut answer).await.unwrap_or(0);
        assert!(read == 0 || answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
    }
}

scenario! {
    /// No other origin is let in unless the configuration names it.
    async fn other_origins(world) {
        let config = config(world, |config| config.server.cors_origins = vec!["https://portal.example".to_owned()]);
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let preflight = async |address: SocketAddr, origin: &str| {
            let request = world.client().request(Method::OPTIONS, format!("http://{address}/graphql"));
            let request = request.header("origin", origin).header("access-control-request-method", "POST");
            let answer = request.header("access-control-request-headers", "authorization,content-type").send().await.unwrap();
            answer.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(preflight(address, "https://portal.example").await.as_deref(), Some("https://portal.example"));
        assert_eq!(preflight(address, "https://evil.example").await, None);
        assert_eq!(preflight(world.address, "https://portal.example").await, None, "closed by default");
    }
}

scenario! {
    /// Metrics tell operations by root field and code, never anything that callers chose; only some may read them.
    async fn metrics_for_operators(world) {
        let token = world.token("supervisor").await;
        post(world, world.address, token.as_deref(), json!({ "query": "query Secret13812345678 { cases { totalCount } }" })).await;
        post(world, world.address, token.as_deref(), json!({ "query": "{ auditEvents { totalCount } }" })).await;
        post(world, world.address, None, json!({ "query": "{ nonsense13812345678 }" })).await;
        let text = world.client().get(world.url("/metrics")).send().await.unwrap().text().await.unwrap();
        for line in [
            "redress_operations_total{operation=\"Query.cases\",code=\"OK\"} 1",
            "redress_operations_total{operation=\"Mutation.login\",code=\"OK\"} 1",
            "redress_operations_total{operation=\"refused\",code=\"FORBIDDEN\"} 1",
            "redress_operation_duration_seconds_count{operation=\"Query.cases\"} 1",
            "redress_operations_in_flight 0",
            "redress_passwords_waiting 0",
            "redress_database_connections{pool=\"read\",state=\"idle\"}",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains("13812345678"));
        let config = config(world, |config| config.server.metrics_from = vec!["203.0.113.1".parse().unwrap()]);
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        assert_eq!(world.client().get(format!("http://{address}/metrics")).send().await.unwrap().status(), 404);
    }
}

scenario! {
    /// A body that comes too slowly, headers that never end, hundreds of connections that say nothing: others are served.
    async fn slow_callers(world) {
        let config = config(world, |config| {
            config.server.body_seconds = 2;
            config.server.in_flight = 8;
        });
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let mut idle = Vec::new();
        for serial in 0..500 {
            let mut connection = TcpStream::connect(address).await.unwrap();
            match serial % 3 {
                0 => connection.write_all(b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap(),
                1 => {
                    let half = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
                    connection.write_all(half).await.unwrap();
                }
                _ => {}
            }
            idle.push(connection);
        }
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{").await.unwrap();
        let began = Instant::now();
        assert_eq!(post(world, address, None, json!({ "query": "{ __typename }" })).await.status(), 200);
        assert!(began.elapsed() < Duration::from_secs(1));
        let mut answer = vec![0; 400];
        let read = tokio::time::timeout(Duration::from_secs(5), slow.read(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        drop(idle);
    }
}
