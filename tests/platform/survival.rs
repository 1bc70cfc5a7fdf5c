//! What was acknowledged survives `kill -9`, with its audit event, and nothing is half-written.

use super::command_line::{Keys, Served};
use crate::support::road;
use crate::support::{Backend, TestDatabase};
use entity::staff_role::Role;
use redress::identity::passwords;
use redress::identity::service::add_staff::{AddStaff, InDepartment};
use redress::platform::access::Actor;
use redress::platform::clock::Clock;
use redress::platform::config::Config;
use redress::platform::db::{Database, migrate};
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PASSWORD: &str = "a password for tests";

async fn prepare(config: &Config, people: &[(&str, Role)]) {
    migrate::up(&config.database).await.unwrap();
    let app = redress::app::App::new(config, Clock::system()).unwrap();
    let db = Database::open(&config.database, Clock::system(), Arc::clone(&app.vault), &app.statements).await.unwrap();
    let system = Actor::system("test");
    let content = include_str!("../../profiles/life-insurance.toml").to_owned();
    db.run(&system, &PublishProfile { content }).await.unwrap();
    let password_hash = passwords::hash(&PASSWORD.to_owned().into()).unwrap();
    for (login, role) in people {
        let person = AddStaff {
            employee_number: None,
            login: (*login).to_owned(),
            name: (*login).to_owned(),
            title: None,
            department: InDepartment::Named("客服部".into()),
            email: None,
            roles: vec![*role],
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
    /// The same person on another server.
    fn moved(&self, served: &Served) -> Self {
        let url = format!("http://{}/graphql", served.address);
        Self { client: reqwest::Client::new(), url, token: self.token.clone() }
    }

    /// What a mutation did, which must have been done.
    async fn done(&self, mutation: &str, selection: &str, input: Value) -> Value {
        let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {selection} refusals {{ code rule field }} }} }}"
        );
        let answer = self.ask(&query, json!({ "input": input })).await.unwrap();
        assert_eq!(answer["data"][mutation]["refusals"], json!([]), "{answer:#}");
        answer["data"][mutation].clone()
    }

    async fn id(&self) -> Value {
        self.ask("{ viewer { staff { id } } }", json!({})).await.unwrap()["data"]["viewer"]["staff"]["id"].clone()
    }

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
        prepare(&config, &[("registrar", Role::Registrar), ("auditor", Role::Auditor)]).await;
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

/// A server that is killed after every step of a joint review, and started again.
struct Mortal<'a> {
    keys: &'a Keys,
    served: Served,
    people: HashMap<&'static str, Portal>,
    review: Value,
}

impl Mortal<'_> {
    fn person(&self, login: &str) -> Portal {
        self.people[login].moved(&self.served)
    }

    /// Does something, kills the server when it has answered, and looks at what is there afterwards.
    async fn step(&mut self, login: &str, mutation: &str, mut input: Value, expected: Value) {
        input["jointReviewId"] = self.review.clone();
        if ["conveneJointReview", "openJointReview", "closeJointReview"].contains(&mutation) {
            input["expectedVersion"] = self.seen().await["version"].clone();
        }
        if ["closeJointReview", "signMinutes"].contains(&mutation) {
            input["idempotencyKey"] = json!(road::key());
        }
        self.person(login).done(mutation, "jointReview { id }", input).await;
        self.die();
        let seen = self.seen().await;
        let present = seen["attendees"].as_array().unwrap().iter().filter(|one| one["present"] == json!(true)).count();
        let signed = seen["signatures"].as_array().unwrap().len();
        assert_eq!(json!([seen["state"], seen["minutesVersion"], present, signed]), expected, "after {mutation}");
    }

    fn die(&mut self) {
        self.served.signal("-KILL");
        self.served = Served::start(self.keys);
    }

    async fn seen(&self) -> Value {
        let query = "query($id: ID!) { jointReview(id: $id) { state version minutesVersion attendees { id present } minutes { sha256 } signatures { void } } }";
        let answer = self.person("auditor").ask(query, json!({ "id": self.review })).await.unwrap();
        answer["data"]["jointReview"].clone()
    }
}

/// HK-7.1 HK-7.5.6: every state of a meeting is there again after `kill -9`.
fn the_states_of_a_meeting_survive(backend: Backend) {
    const PEOPLE: [(&str, Role); 6] = [
        ("registrar", Role::Registrar),
        ("handler", Role::Handler),
        ("handler-2", Role::Handler),
        ("supervisor", Role::Supervisor),
        ("assistant-manager", Role::AssistantManager),
        ("auditor", Role::Auditor),
    ];
    let Some(database) = TestDatabase::create(backend) else { return };
    let keys = Keys::new(&database.url);
    let config = Config::from_sources(None, keys.settings.iter().cloned().collect()).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        prepare(&config, &PEOPLE).await;
        let served = Served::start(&keys);
        let mut people = HashMap::new();
        for (login, _) in PEOPLE {
            people.insert(login, Portal::sign_in(&served, login).await);
        }
        let mut mortal = Mortal { keys: &keys, served, people, review: Value::Null };
        let (supervisor, handler) = (mortal.person("supervisor"), mortal.person("handler"));
        let case = mortal.person("registrar").done("registerCase", "case { id }", road::complaint()).await["case"]["id"].clone();
        let given = json!({ "caseId": case, "handlerId": handler.id().await, "expectedVersion": 1 });
        supervisor.done("allocateCase", "case { id }", given).await;
        let file = handler.client.post(format!("http://{}/files", mortal.served.address)).bearer_auth(&handler.token);
        let file = file.header("content-disposition", "attachment; filename=a.txt").header("content-type", "text/plain");
        let brought: Value = file.body("来信").send().await.unwrap().json().await.unwrap();
        let evidence = json!({ "caseId": case, "uploadId": brought["id"], "kind": "CORRESPONDENCE", "source": "COMPLAINANT" });
        let evidence = handler.done("addEvidence", "evidence { id }", evidence).await["evidence"]["id"].clone();
        let request = json!({
            "idempotencyKey": road::key(), "caseId": case, "ground": "HANDLER_REQUEST", "question": "如何处理？",
            "evidenceIds": [evidence], "reason": "需合议。",
        });
        let asked = handler.done("requestJointReview", "jointReview { id approval { id } }", request).await["jointReview"].clone();
        mortal.review = asked["id"].clone();
        mortal.die();
        assert_eq!(mortal.seen().await["state"], "REQUESTED");
        let agreed = json!({ "idempotencyKey": road::key(), "approvalId": asked["approval"]["id"], "expectedVersion": 1, "decision": "APPROVE", "opinion": "同意" });
        mortal.person("supervisor").done("decideApproval", "approval { id }", agreed).await;
        mortal.die();
        assert_eq!(mortal.seen().await["state"], "AGREED");

        let mut attendees = Vec::new();
        for (login, capacity) in [("supervisor", "SUPERVISOR"), ("handler", "HANDLER"), ("assistant-manager", "MANAGEMENT")] {
            attendees.push(json!({ "personId": mortal.person(login).id().await, "capacity": capacity }));
        }
        let recorder = mortal.person("handler-2").id().await;
        let meets_at = Clock::system().now() + chrono::TimeDelta::seconds(2);
        let plan = json!({
            "meetsAt": meets_at, "place": "三楼会议室", "chairId": attendees[0]["personId"], "recorderId": recorder, "attendees": attendees,
        });
        mortal.step("supervisor", "conveneJointReview", plan, json!(["CONVENED", 0, 0, 0])).await;
        let ids: Vec<_> = mortal.seen().await["attendees"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        let came = json!({ "presence": "ARRIVED", "attendeeIds": ids });
        mortal.step("supervisor", "recordAttendance", came, json!(["CONVENED", 0, 3, 0])).await;
        mortal.step("supervisor", "openJointReview", json!({}), json!(["OPEN", 0, 3, 0])).await;
        let minutes = json!({ "expectedMinutesVersion": 0, "statements": [{ "personId": attendees[1]["personId"], "text": "各方陈述。" }] });
        mortal.step("handler-2", "recordMinutes", minutes, json!(["OPEN", 1, 3, 0])).await;
        let ending = json!({ "outcome": "DECISION", "text": "同意协议解约。" });
        mortal.step("supervisor", "closeJointReview", ending, json!(["DECIDED", 2, 3, 0])).await;
        let sha256 = mortal.seen().await["minutes"]["sha256"].clone();
        for (signed, login) in [(1, "supervisor"), (2, "handler"), (3, "assistant-manager")] {
            let confirm = json!({ "password": PASSWORD, "action": "SIGN_MINUTES" });
            let proof = mortal.person(login).done("confirmIdentity", "proof { token }", confirm).await["proof"]["token"].clone();
            let state = if signed == 3 { "FILED" } else { "DECIDED" };
            let signing = json!({ "expectedMinutesSha256": sha256, "proof": proof });
            mortal.step(login, "signMinutes", signing, json!([state, 2, 3, signed])).await;
        }
    });
}

#[test]
fn the_states_of_a_meeting_survive_sqlite() {
    the_states_of_a_meeting_survive(Backend::Sqlite);
}

#[test]
fn the_states_of_a_meeting_survive_postgres() {
    the_states_of_a_meeting_survive(Backend::Postgres);
}
