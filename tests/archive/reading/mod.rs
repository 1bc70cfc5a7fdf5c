//! Controlled reading: who asks, who agrees, who reads what, and what stands in the register.

mod access_grid;
mod concurrent_readers;
mod export_archive_file;
mod external_readers;
mod register;
mod requests;
mod reveal_field;

use crate::archive::writer;
use crate::support::road::{self, OnTheRoad};
use crate::support::{Answer, PROFILE, World};
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// The values of SG-14 and SG-16, with ORDINARY for level 1, DIFFICULT for level 2 and MAJOR for level 3.
const RULES: &str = r#"
[archive_access]
audience = "HANDLER"
line = ["DEPARTMENT_HEAD", "MANAGER", "GENERAL_MANAGER"]
[[archive_access.chains]]
severities = ["ORDINARY"]
approvers = ["DEPARTMENT_HEAD"]
[[archive_access.chains]]
severities = ["DIFFICULT", "MAJOR"]
approvers = ["DEPARTMENT_HEAD", "MANAGER"]
[archive_access.external]
approver = "GENERAL_MANAGER"
[privacy]
reveal = ["REGISTRAR", "HANDLER", "ARCHIVIST"]
export = ["ARCHIVIST"]
"#;

pub fn profile() -> String {
    PROFILE.replace("\"2013-01-01\"", "\"2024-01-01\"") + RULES
}

/// Publishes the shipped profile from 2024 on with the rules above.
async fn publish(world: &World) {
    world.db.run(&Actor::system("test"), &PublishProfile { content: profile() }).await.unwrap();
}

/// An archive file: its id, its number, and its case.
#[derive(Clone, Debug)]
struct Filed {
    id: String,
    number: String,
    case: OnTheRoad,
}

/// The archived case of `handler`, of some severity.
async fn filed(world: &World, severity: &str) -> Filed {
    let mut case = road::replied(world).await;
    case.close(world).await;
    if severity != "ORDINARY" {
        let graver = format!("UPDATE cases SET severity = '{severity}' WHERE number = '{}'", case.number);
        let writer = writer(world).await;
        writer.execute_unprepared(&graver).await.unwrap();
        writer.close().await.unwrap();
    }
    case.archive(world).await;
    let query =
        "query($number: String!) { archiveFiles(filter: { caseNumber: $number }) { edges { node { id number } } } }";
    let found = world.ask("auditor", query, json!({ "number": case.number })).await;
    let text = |name: &str| found.text(&format!("/archiveFiles/edges/0/node/{name}"));
    Filed { id: text("id"), number: text("number"), case }
}

async fn open(world: &World, who: &str, file: &Filed, purpose: &str) -> Answer {
    let query = "query($id: ID!, $purpose: ReadingPurpose!) { openArchiveFile(input: { id: $id, purpose: $purpose }) {
        refusals { code rule field } opened { intact file { number } registerEntry { id readingId sections } parts { kind content } } } }";
    world.ask(who, query, json!({ "id": file.id, "purpose": purpose })).await
}

/// Whether somebody reads a file for training, which is what they ask for here.
async fn reads(world: &World, who: &str, file: &Filed) -> bool {
    let answer = open(world, who, file, "TRAINING").await;
    if answer.body.get("errors").is_none() {
        answer.done("openArchiveFile");
        return true;
    }
    assert_eq!(answer.error_code(), "NOT_FOUND", "{who}");
    false
}

/// How many files somebody finds by a filter.
async fn finds(world: &World, who: &str, filter: &str) -> i64 {
    let query = format!("{{ archiveFiles(filter: {{ {filter} }}) {{ totalCount }} }}");
    world.ask(who, &query, json!({})).await.number("/archiveFiles/totalCount")
}

/// Every row of the register as somebody sees it, the latest first.
async fn register(world: &World, who: &str, filter: &str) -> Vec<Value> {
    let query = format!(
        "{{ accessRegister(first: 100, filter: {{ {filter} }}) {{ edges {{ node {{ act outcome denial purpose field reason sections
            archiveFileId caseId readingId requestId reader {{ name }} }} }} }} }}"
    );
    let answer = world.ask(who, &query, json!({})).await;
    let edges = answer.at("/accessRegister/edges").as_array().unwrap();
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

/// Why the last attempt was denied.
async fn last_denial(world: &World) -> Value {
    register(world, "auditor", "outcome: DENIED").await.first().map_or(Value::Null, |row| row["denial"].clone())
}

const READING: &str = "reading { id version state waitsFor chain readable intact place } refusals { code rule field message mayBeDoneBy }";

/// Runs a mutation on readings.
async fn on_reading(world: &World, who: &str, mutation: &str, input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {READING} }} }}");
    world.ask(who, &query, json!({ "input": input })).await
}

/// Asks to read files for training from 4 to 6 March.
async fn request(world: &World, who: &str, files: &[&Filed], more: Value) -> Answer {
    let numbers: Vec<_> = files.iter().map(|file| file.number.as_str()).collect();
    let mut input = json!({
        "idempotencyKey": road::key(), "archiveNumbers": numbers, "purpose": "TRAINING", "reason": "新员工培训。",
        "firstDay": "2024-03-04", "lastDay": "2024-03-06",
    });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    on_reading(world, who, "requestArchiveReading", input).await
}

/// Asks that the external reader reads files, escorted by the registrar.
async fn request_external(world: &World, files: &[&Filed], more: Value) -> Answer {
    let numbers: Vec<_> = files.iter().map(|file| file.number.as_str()).collect();
    let certificate = world.bring("archivist", "调查函.txt", "text/plain", "兹介绍我院工作人员前往查阅。").await;
    let mut input = json!({
        "idempotencyKey": road::key(), "archiveNumbers": numbers, "purpose": "TRAINING", "reason": "依法调查。",
        "firstDay": "2024-03-04", "lastDay": "2024-03-06", "unit": "市中级人民法院",
        "readerId": world.id_of("external").await, "escortId": world.id_of("registrar").await,
        "certificateUploadId": certificate.body["id"],
    });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    on_reading(world, "archivist", "requestExternalReading", input).await
}

/// A reading and its current version.
#[derive(Clone, Debug)]
struct Leave {
    id: String,
    version: i64,
}

impl Leave {
    #[track_caller]
    fn of(answer: &Answer, mutation: &str) -> Self {
        answer.done(mutation);
        Self {
            id: answer.text(&format!("/{mutation}/reading/id")),
            version: answer.number(&format!("/{mutation}/reading/version")),
        }
    }

    /// Does something about it; keeps the version that it then has.
    async fn act(&mut self, world: &World, who: &str, mutation: &str, more: Value) -> Answer {
        let mut input = json!({ "readingId": self.id, "expectedVersion": self.version });
        if mutation == "decideArchiveReading" {
            input["idempotencyKey"] = json!(road::key());
            input["opinion"] = json!("同意。");
        }
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        let answer = on_reading(world, who, mutation, input).await;
        if let Some(version) = answer.body.pointer(&format!("/data/{mutation}/reading/version")).and_then(Value::as_i64)
        {
            self.version = version;
        }
        answer
    }

    async fn approve(&mut self, world: &World, who: &str) -> Answer {
        self.act(world, who, "decideArchiveReading", json!({ "decision": "APPROVE" })).await
    }

    async fn release(&mut self, world: &World) -> Answer {
        self.act(world, "archivist", "releaseArchiveReading", json!({ "place": "档案室阅览间" })).await
    }
}

/// A reading of level-1 files by `handler-2` that was agreed to and released.
async fn released(world: &World, files: &[&Filed]) -> Leave {
    let mut leave = Leave::of(&request(world, "handler-2", files, json!({})).await, "requestArchiveReading");
    leave.approve(world, "department-head").await.done("decideArchiveReading");
    leave.release(world).await.done("releaseArchiveReading");
    leave
}
