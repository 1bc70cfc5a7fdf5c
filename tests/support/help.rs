//! Assistances and the departments that help.

use super::road::{Item, OnTheRoad, key};
use super::{Answer, World};
use entity::staff_role::Role;
use redress::identity::store::department_by_name;
use redress::platform::access::Actor;
use redress::platform::ids::NodeKey;
use serde_json::{Value, json};

pub const FINANCE: &str = "财务部";
pub const LAW: &str = "法规部";

/// Two departments that help: `clerk` and the head in one, `counsel` and the head in the other.
pub async fn departments(world: &World) {
    for (department, login, role) in [
        (FINANCE, "clerk", Role::CoHandler),
        (FINANCE, "finance-head", Role::DepartmentHead),
        (LAW, "counsel", Role::Legal),
        (LAW, "law-head", Role::DepartmentHead),
    ] {
        world.add_person_in(department, login, &[role]).await;
    }
}

/// The opaque id of a department.
pub async fn department(world: &World, name: &str) -> String {
    let db = world.db.read(&Actor::system("test"));
    department_by_name(db, name).await.unwrap().unwrap().id.global().0
}

/// Runs a mutation on an assistance.
pub async fn on_assistance(world: &World, who: &str, mutation: &str, input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{
            assistance {{ id number state version informationRequests {{ id }} }} refusals {{ code rule field message mayBeDoneBy }} }} }}"
    );
    world.ask(who, &query, json!({ "input": input })).await
}

/// Asks a department for help.
pub async fn request(world: &World, who: &str, case: &OnTheRoad, name: &str, more: Value) -> Answer {
    let mut input = json!({
        "idempotencyKey": key(), "caseId": case.id, "departmentId": department(world, name).await, "ground": "EXPERTISE",
        "question": "请核实客户历年缴费与收益演示是否相符。", "reason": "需财务数据支持。",
    });
    if name == LAW {
        input["legalGround"] = json!("POLICY_WORDING");
    }
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    on_assistance(world, who, "requestAssistance", input).await
}

/// An assistance and its current version.
#[derive(Clone, Debug)]
pub struct Help {
    pub id: String,
    pub number: String,
    pub version: i64,
}

impl Help {
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        answer.done("requestAssistance");
        let text = |name: &str| answer.text(&format!("/requestAssistance/assistance/{name}"));
        Self { id: text("id"), number: text("number"), version: 1 }
    }

    /// Asked by the handler of the case.
    pub async fn requested(world: &World, case: &OnTheRoad, name: &str) -> Self {
        Self::of(&request(world, &case.handler, case, name, json!({})).await)
    }

    /// The same, and the supervisor agreed.
    pub async fn approved(world: &World, case: &OnTheRoad, name: &str) -> Self {
        let help = Self::requested(world, case, name).await;
        help.item(world).await.approve(world, "supervisor").await.done("decideApproval");
        help
    }

    /// The same, and these pieces of evidence were delivered.
    pub async fn delivered(world: &World, case: &OnTheRoad, name: &str, evidence: &[&str]) -> Self {
        let mut help = Self::approved(world, case, name).await;
        help.step(world, &case.handler, "deliverAssistance", json!({ "evidenceIds": evidence })).await;
        help
    }

    /// Its approval item.
    pub async fn item(&self, world: &World) -> Item {
        let query = "query($id: ID!) { node(id: $id) { ... on Assistance { approval { id version } } } }";
        let seen = world.ask("supervisor", query, json!({ "id": self.id })).await;
        Item { id: seen.text("/node/approval/id"), version: seen.number("/node/approval/version") }
    }

    /// Runs a mutation and keeps the version that it answers with.
    pub async fn step(&mut self, world: &World, who: &str, mutation: &str, more: Value) -> Answer {
        let answer = self.attempt(world, who, mutation, more).await;
        self.version = answer.done(mutation).number(&format!("/{mutation}/assistance/version"));
        answer
    }

    /// The same without expecting that it is done.
    pub async fn attempt(&self, world: &World, who: &str, mutation: &str, more: Value) -> Answer {
        let mut input = json!({ "expectedVersion": self.version });
        if mutation != "answerInformationRequest" {
            input["assistanceId"] = json!(self.id);
        }
        if matches!(mutation, "deliverAssistance" | "returnAssistance" | "withdrawAssistance") {
            input["idempotencyKey"] = json!(key());
        }
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        on_assistance(world, who, mutation, input).await
    }

    /// The assistance as somebody sees it now; null when they do not.
    pub async fn see(&self, world: &World, who: &str) -> Value {
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Assistance {{ {SEEN} }} }} }}");
        world.ask(who, &query, json!({ "id": self.id })).await.at("/node").clone()
    }
}

const SEEN: &str = "id number state version department { name } ground legalGround question brief opinion caseNumber dueAt deadlineStatus
    evidence { evidenceId sha256 description path } informationRequests { id question answer }
    deliveredAt receivedAt returnedAt withdrawnAt readableUntil remindedAt requestedBy { name } receivedBy { name } returnedBy { name }
    viewerCan { deliver { allowed refusals { code rule } } receive { allowed refusals { code rule } } return { allowed refusals { code rule } }
        askForInformation { allowed } answerInformationRequest { allowed } remind { allowed refusals { code rule } } withdraw { allowed } }";

pub fn opinion() -> Value {
    json!({ "opinion": "经核对，收益演示与条款不符，建议协商解决。" })
}

/// What the audit trail keeps of the last act of a kind: the facts after it.
pub async fn audited(world: &World, action: &str) -> Value {
    let seen = world.ask("auditor", "{ auditEvents(first: 20) { edges { node { action after } } } }", json!({})).await;
    let edges = seen.at("/auditEvents/edges").as_array().unwrap().clone();
    let found = edges.iter().find(|edge| edge["node"]["action"] == action);
    found.unwrap_or_else(|| panic!("no {action} in {edges:#?}"))["node"]["after"].clone()
}
