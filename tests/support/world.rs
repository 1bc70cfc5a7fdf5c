//! The server under test and the people who use it.

use super::{Answer, Backend, TestDatabase};
use aws_lc_rs::signature::Ed25519KeyPair;
use chrono::{DateTime, TimeDelta, Utc};
use entity::StaffId;
use entity::staff_role::Role;
use redress::app::App;
use redress::cases::evidence::desk::EvidenceDesk;
use redress::identity::passwords;
use redress::identity::permissions::permissions_of_all;
use redress::identity::service::add_staff::{AddStaff, InDepartment};
use redress::identity::service::disable_staff::DisableStaff;
use redress::platform::access::{Actor, Who};
use redress::platform::clock::Clock;
use redress::platform::config::Config;
use redress::platform::db::Database;
use redress::platform::files::Place;
use redress::platform::http::{Engine, Start, start};
use sea_orm::{ConnectionTrait, DbBackend, Iterable, Statement};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tokio::sync::Mutex;

pub const PASSWORD: &str = "a password for tests";
pub const PROFILE: &str = include_str!("../../profiles/life-insurance.toml");

/// One hash for everybody: hashing is slow on purpose.
static HASH: LazyLock<String> = LazyLock::new(|| passwords::hash(&PASSWORD.to_owned().into()).unwrap());

/// More people than one of each role, so that somebody else can always be asked.
const OTHERS: [(&str, Role); 6] = [
    ("handler-2", Role::Handler),
    ("registrar-2", Role::Registrar),
    ("supervisor-2", Role::Supervisor),
    ("manager-2", Role::Manager),
    ("archivist-2", Role::Archivist),
    ("general-manager-2", Role::GeneralManager),
];

pub struct World {
    pub address: SocketAddr,
    pub clock: Clock,
    /// A handle on the same database, for what no API shows.
    pub db: Database,
    pub app: Arc<App>,
    pub backend: Backend,
    pub config: Config,
    client: reqwest::Client,
    tokens: Mutex<HashMap<String, (String, DateTime<Utc>)>>,
    server: actix_web::dev::ServerHandle,
    beside: std::sync::Mutex<Vec<actix_web::dev::ServerHandle>>,
    /// Where files are kept, for as long as the test runs.
    pub files: TempDir,
    tampered_with: AtomicBool,
    /// The first transaction that could be this world's own, on PostgreSQL.
    born: i64,
}

/// Counts and memories that no auditor asks for, what is forgotten after a while, and the log over the events.
const NOT_ACCOUNTED_FOR: [&str; 14] = [
    "audit_anchors",
    "audit_hashes",
    "audit_leaves",
    "audit_pending",
    "audit_tree_heads",
    // Made when a server first opens the database.
    "data_keys",
    "deliveries",
    "jobs",
    "refresh_tokens",
    "seaql_migrations",
    "service_account_key_uses",
    "service_assertions",
    "sign_in_failures",
    "staff_sessions",
];

/// The configuration of a test server.
pub fn config_for(database_url: &str) -> Config {
    let variables = [
        ("REDRESS_DATABASE__URL", database_url),
        ("REDRESS_DATABASE__READ_CONNECTIONS", "3"),
        ("REDRESS_DATABASE__WRITE_CONNECTIONS", "4"),
        ("REDRESS_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "30"),
        ("REDRESS_DATABASE__LOCK_TIMEOUT_SECONDS", "25"),
        ("REDRESS_DATABASE__STATEMENT_TIMEOUT_SECONDS", "30"),
        ("REDRESS_SECRETS__SIGNING_KEY", &SIGNING_KEY),
        ("REDRESS_SECRETS__KEY_ENCRYPTION_KEYS", "1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="),
        ("REDRESS_SECRETS__INDEX_KEY", "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI="),
        ("REDRESS_SERVER__WORKERS", "2"),
        ("REDRESS_SERVER__INTROSPECTION", "true"),
        ("REDRESS_SERVER__SHUTDOWN_SECONDS", "1"),
        ("REDRESS_SERVER__OPERATION_SECONDS", "60"),
        ("REDRESS_RATES__PERSON_BURST", "0"),
        ("REDRESS_RATES__ADDRESS_BURST", "0"),
    ];
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Config::from_sources(None, variables).unwrap()
}

/// Signs nothing but tests.
static SIGNING_KEY: LazyLock<String> = LazyLock::new(|| {
    let pair = Ed25519KeyPair::generate().unwrap();
    pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()))
});

/// Half past nine in Shanghai on the Monday of the requirements' worked dates.
pub fn monday() -> DateTime<Utc> {
    "2024-03-04T09:30:00+08:00".parse().unwrap()
}

/// When the template was furnished: long before the tests' Monday.
pub fn furnished_at() -> DateTime<Utc> {
    monday() - TimeDelta::days(400)
}

/// The people of every world: one of each role, who signs in by its name, and the others.
pub fn everybody() -> impl Iterator<Item = AddStaff> {
    let people = Role::iter().map(|role| (role.to_string().to_lowercase().replace('_', "-"), role));
    let people = people.chain(OTHERS.map(|(login, role)| (login.to_owned(), role)));
    people.map(|(login, role)| person("客服部", &login, &[role]))
}

fn person(department: &str, login: &str, roles: &[Role]) -> AddStaff {
    AddStaff {
        employee_number: None,
        login: login.to_owned(),
        name: format!("测试{login}"),
        title: None,
        department: InDepartment::Named(department.to_owned()),
        email: None,
        roles: roles.to_vec(),
        password_hash: HASH.clone(),
        password_temporary: false,
    }
}

impl World {
    /// Starts a server on a copy of the template.
    pub async fn new(database: &TestDatabase) -> Self {
        let files = tempfile::tempdir().unwrap();
        let mut config = config_for(&database.url);
        config.files.place = Place::Folder(files.path().to_owned());
        let clock = Clock::standing_at(monday());
        let app = Arc::new(App::new(&config, clock.clone()).unwrap());
        let db =
            Database::open(&config.database, clock.clone(), Arc::clone(&app.vault), &app.statements).await.unwrap();
        let (address, server) = serve(&app, &config);
        let born = match database.backend() {
            Backend::Sqlite => 0,
            Backend::Postgres => {
                let question = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next";
                let question = Statement::from_string(DbBackend::Postgres, question);
                let row = db.read(&Actor::system("test")).query_one_raw(question).await.unwrap().unwrap();
                row.try_get("", "next").unwrap()
            }
        };
        Self {
            address,
            clock,
            db,
            app,
            backend: database.backend(),
            config,
            client: reqwest::Client::new(),
            tokens: Mutex::default(),
            server,
            beside: std::sync::Mutex::default(),
            files,
            tampered_with: AtomicBool::new(false),
            born,
        }
    }

    /// The test wrote past the program.
    pub fn tampered_with(&self) {
        self.tampered_with.store(true, Ordering::Relaxed);
    }

    /// Tables with a row that was written by a transaction without an audit event, and `audit_events` if one transaction wrote two
    /// (G-9). PostgreSQL alone keeps with a row who wrote it.
    pub async fn unaccounted(&self) -> Vec<String> {
        let db = self.db.read(&Actor::system("test"));
        let tables =
            "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
        let names = async |question: &str| {
            let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, question)).await.unwrap();
            rows.iter().map(|row| row.try_get::<String>("", "name").unwrap()).collect::<Vec<_>>()
        };
        let tables = names(tables).await.into_iter().filter(|table| !NOT_ACCOUNTED_FOR.contains(&table.as_str()));
        let questions = tables.map(|table| match table.as_str() {
            "audit_events" => "SELECT 'audit_events' AS name WHERE EXISTS (SELECT 1 FROM audit_events GROUP BY xmin::text HAVING count(*) > 1)".to_owned(),
            _ => format!("SELECT '{table}' AS name WHERE EXISTS (SELECT 1 FROM {table} WHERE xmin::text::bigint >= {} AND xmin::text NOT IN (SELECT writer FROM writers))", self.born),
        });
        let questions: Vec<_> = questions.collect();
        let all = questions.join(" UNION ALL ");
        names(&format!(
            "WITH writers AS (SELECT xmin::text AS writer FROM audit_events) SELECT * FROM ({all}) t ORDER BY 1"
        ))
        .await
    }

    pub async fn stop(&self) {
        let beside = std::mem::take(&mut *self.beside.lock().unwrap());
        for server in beside {
            server.stop(false).await;
        }
        self.server.stop(true).await;
        if self.backend == Backend::Postgres && !self.tampered_with.load(Ordering::Relaxed) {
            assert_eq!(self.unaccounted().await, Vec::<String>::new(), "written without an audit event");
        }
    }

    /// Lets time pass, or go back.
    pub fn set_time(&self, local: &str) {
        self.clock.set(format!("{local}+08:00").parse().unwrap());
    }

    /// Adds a person with these roles, who signs in like everybody else.
    pub async fn add_person(&self, login: &str, roles: &[Role]) {
        self.add_person_in("客服部", login, roles).await;
    }

    /// The same in another department, which is made if it is not there.
    pub async fn add_person_in(&self, department: &str, login: &str, roles: &[Role]) {
        self.db.run(&Actor::system("test"), &person(department, login, roles)).await.unwrap();
    }

    /// Asks as a person, or as nobody with an empty login.
    pub async fn ask(&self, login: &str, query: &str, variables: Value) -> Answer {
        let token = self.token(login).await;
        let body = json!({ "query": query, "variables": variables });
        self.post(token.as_deref(), &body).await
    }

    /// Sends a body as it is.
    pub async fn post(&self, token: Option<&str>, body: &Value) -> Answer {
        let mut request = self.client.post(self.url("/graphql")).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
    }

    /// Brings a file as a person, or as nobody with an empty login. The answer is what `POST /files` says.
    pub async fn bring(&self, login: &str, name: &str, media_type: &str, content: impl Into<reqwest::Body>) -> Answer {
        let token = self.token(login).await;
        let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let mut request = self.client.post(self.url("/files")).body(content);
        request = request.header("content-disposition", format!("attachment; filename*=UTF-8''{name}"));
        request = request.header("content-type", media_type);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
    }

    /// Asks for a path as a person.
    pub async fn get(&self, login: &str, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let mut request = self.client.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = self.token(login).await {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The access token of a person; signs in when there is none or time has passed.
    pub async fn token(&self, login: &str) -> Option<String> {
        if login.is_empty() {
            return None;
        }
        let now = self.clock.now();
        let mut tokens = self.tokens.lock().await;
        if let Some((token, from)) = tokens.get(login)
            && (*from..*from + TimeDelta::minutes(14)).contains(&now)
        {
            return Some(token.clone());
        }
        let query = "mutation($login: String!, $password: String!) {
            login(input: { login: $login, password: $password }) { accessToken }
        }";
        let variables = json!({ "login": login, "password": PASSWORD });
        let answer = self.post(None, &json!({ "query": query, "variables": variables })).await;
        let token = answer.text("/login/accessToken");
        tokens.insert(login.to_owned(), (token.clone(), now));
        Some(token)
    }

    /// The key of a person.
    pub async fn staff_id(&self, login: &str) -> StaffId {
        let system = Actor::system("test");
        redress::identity::store::by_login(self.db.read(&system), login).await.unwrap().unwrap().id
    }

    /// A person as the services know one, past HTTP.
    pub async fn actor(&self, login: &str, roles: &[Role]) -> Actor {
        let system = Actor::system("test");
        let card = redress::identity::store::by_login(self.db.read(&system), login).await.unwrap().unwrap();
        Actor {
            who: Who::Staff { id: card.id, department_id: card.department_id, session_id: uuid::Uuid::nil().into() },
            roles: roles.into(),
            permissions: permissions_of_all(roles),
            ..Actor::nobody("test".into())
        }
    }

    /// Keeps a person from signing in, as from the command line.
    pub async fn disable(&self, login: &str) {
        let disable = DisableStaff { staff_id: self.staff_id(login).await, expected_version: None };
        self.db.run(&Actor::system("test"), &disable).await.unwrap();
    }

    /// The opaque id of a person.
    pub async fn id_of(&self, login: &str) -> String {
        self.ask(login, "{ viewer { staff { id } } }", json!({})).await.text("/viewer/staff/id")
    }
}

/// Another server on the same database, for as long as the test runs: its configuration and its engine may differ.
pub fn serve_beside<E: Engine>(world: &World, engine: Arc<E>, config: &Config) -> SocketAddr {
    serve_with_desk(world, engine, world.app.desk(), config)
}

/// The same with files kept in another way.
pub fn serve_with_desk<E: Engine>(
    world: &World,
    engine: Arc<E>,
    desk: Arc<EvidenceDesk>,
    config: &Config,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let begin = Start {
        config: config.clone(),
        engine,
        desk,
        clock: world.clock.clone(),
        vault: Arc::clone(&world.app.vault),
        statements: world.app.statements.clone(),
        listener,
    };
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let (_, server) = start(begin).unwrap();
            sender.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    world.beside.lock().unwrap().push(receiver.recv().unwrap());
    address
}

/// Starts a server on a thread of its own.
fn serve(app: &Arc<App>, config: &Config) -> (SocketAddr, actix_web::dev::ServerHandle) {
    let (app, config) = (Arc::clone(app), config.clone());
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let (address, server) = app.serve(config, listener).unwrap();
            sender.send((address, server.handle())).unwrap();
            server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

/// Another server with its own keys on the same database.
pub fn serve_with_vault(world: &World, app: Arc<App>, config: &Config) -> SocketAddr {
    let (address, server) = serve(&app, config);
    world.beside.lock().unwrap().push(server);
    address
}
