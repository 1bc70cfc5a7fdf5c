//! What was acknowledged survives `kill -9`, with its audit event, and nothing is half-written.

use super::command_line::{Keys, Served};
use crate::support::road;
use crate::support::{Backend, TestDatabase};
use redress::identity::passwords;
use redress::identity::service::add_staff::{AddStaff, InDepartment};
use redress::platform::access::Actor;
use redress::platform::clock::Clock;
use redress::platform::config::Config;
use redress::platform::db::{Database, migrate};
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PASSWORD: &str = "a password for tests";

async fn prepare(config: &Config) {
    migrate::up(&config.database).await.unwrap();
    let app = redress::app::App::new(config, Clock::system()).unwrap();
    let db = Database::open(&config.database, Clock::system(), Arc::clone(&app.vault), &app.statements).await.unwrap();
    let system = Actor::system("test");
    let content = include_str!("../../profiles/life-insurance.toml").to_owned();
    db.run(&system, &PublishProfile { content }).await.unwrap();
    let password_hash = passwords::hash(&PASSWORD.to_owned().into()).unwrap();
    for (login, role) in
        [("registrar", entity::staff_role::Role::Registrar), ("auditor", entity::staff_role::Role::Auditor)]
    {
        let person = AddStaff {
            employee_number: None,
            login: login.into(),
            name: login.into(),
            title: None,
            department: InDepartment::Named("客服部".into()),
            email: None,
            roles: vec![role],
            password_hash: password_hash.clone(),
            password_temporary: false,
        };
        db.run(&system, &person).await.unwrap();
    }
    db.close().await.unwrap();
}

struct Portal {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Portal {
    async fn sign_in(served: &Served, login: &str) -> Self {
        let (client, url) = (reqwest::Client::new(), format!("http://{}/graphql", served.address));
        let query = format!(
            "mutation {{ login(input: {{ login: \"{login}\", password: \"{PASSWORD}\" }}) {{ accessToken }} }}"
        );
        let answer: Value =
            client.post(&url).json(&json!({ "query": query })).send().await.unwrap().json().await.unwrap();
        Self { client, url, token: answer["data"]["login"]["accessToken"].as_str().unwrap().to_owned() }
    }

    /// None when the server is gone.
    async fn ask(&self, query: &str, variables: Value) -> Option<Value> {
        let body = json!({ "query": query, "variables": variables });
        self.client.post(&self.url).bearer_auth(&self.token).json(&body).send().await.ok()?.json().await.ok()
    }
}

fn what_was_acknowledged_survives(backend: Backend) {
    let Some(database) = TestDatabase::create(backend) else { return };
    let keys = Keys::new(&database.url);
    let config = Config::from_sources(None, keys.settings.iter().cloned().collect()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        prepare(&config).await;
        let mut acknowledged: BTreeMap<String, String> = BTreeMap::new();
        for round in 0..3 {
            let served = Served::start(&keys);
            let portal = Arc::new(Portal::sign_in(&served, "registrar").await);
            let written = Arc::new(Mutex::new(BTreeMap::new()));
            let writers: Vec<_> = (0..8)
                .map(|writer| {
                    let (portal, written) = (Arc::clone(&portal), Arc::clone(&written));
                    tokio::spawn(async move {
                        for serial in 0.. {
                            let key = format!("{round}-{writer}-{serial}");
                            let input = road::complaint_with(json!({ "idempotencyKey": key }));
                            let query = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { number } } }";
                            let Some(answer) = portal.ask(query, json!({ "input": input })).await else { return };
                            let number = answer["data"]["registerCase"]["case"]["number"].as_str().unwrap().to_owned();
                            written.lock().unwrap().insert(number, key);
                        }
                    })
                })
                .collect();
            tokio::time::sleep(Duration::from_millis(600)).await;
            served.signal("-KILL");
            for writer in writers {
                writer.await.unwrap();
            }
            acknowledged.append(&mut written.lock().unwrap());
        }
        assert!(acknowledged.len() > 20, "only {} writes", acknowledged.len());

        let served = Served::start(&keys);
        let auditor = Portal::sign_in(&served, "auditor").await;
        let (mut numbers, mut after) = (BTreeSet::new(), Value::Null);
        let page = "query($after: String) { cases(first: 100, after: $after) { pageInfo { hasNextPage endCursor }
            edges { node { number deadlines { code } timeline(first: 5) { edges { node { kind } } } } } } }";
        loop {
            let answer = auditor.ask(page, json!({ "after": after })).await.unwrap();
            for edge in answer["data"]["cases"]["edges"].as_array().unwrap() {
                let case = &edge["node"];
                assert_eq!(case["deadlines"].as_array().unwrap().len(), 2, "half-written: {case}");
                assert_eq!(case["timeline"]["edges"].as_array().unwrap().len(), 1, "half-written: {case}");
                numbers.insert(case["number"].as_str().unwrap().to_owned());
            }
            after = answer["data"]["cases"]["pageInfo"]["endCursor"].clone();
            if answer["data"]["cases"]["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
        }
        let lost: Vec<_> = acknowledged.keys().filter(|number| !numbers.contains(*number)).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let serials: Vec<u32> = numbers.iter().map(|number| number[7..].parse().unwrap()).collect();
        assert_eq!(serials, (1..=serials.len() as u32).collect::<Vec<_>>(), "numbers without gaps");
        let events = "{ auditEvents(filter: { actions: [CASE_REGISTERED] }) { totalCount } }";
        let events = auditor.ask(events, json!({})).await.unwrap();
        assert_eq!(events["data"]["auditEvents"]["totalCount"], json!(serials.len()), "one event for each");

        // A write whose answer was lost is found again by its key.
        let registrar = Portal::sign_in(&served, "registrar").await;
        let (number, key) = acknowledged.last_key_value().unwrap();
        let input = road::complaint_with(json!({ "idempotencyKey": key }));
        let query = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { number } } }";
        let again = registrar.ask(query, json!({ "input": input })).await.unwrap();
        assert_eq!(again["data"]["registerCase"]["case"]["number"], json!(number));
    });
}

#[test]
fn what_was_acknowledged_survives_sqlite() {
    what_was_acknowledged_survives(Backend::Sqlite);
}

#[test]
fn what_was_acknowledged_survives_postgres() {
    what_was_acknowledged_survives(Backend::Postgres);
}
