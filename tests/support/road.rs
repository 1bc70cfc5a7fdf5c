//! The steps of the main road, for tests that begin somewhere on it.

use super::{Answer, World};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

static KEYS: AtomicU32 = AtomicU32::new(0);

/// A new idempotency key.
pub fn key() -> String {
    format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed))
}

/// What every mutation on a case is asked for.
const CASE: &str = "case { id number state version } refusals { code rule field message mayBeDoneBy }";
const APPROVAL: &str = "approval { id state version revision tier requiredRole rule contentSha256 } refusals { code rule field message mayBeDoneBy }";

/// A complaint as it is registered, with every field that the profile asks for.
pub fn complaint() -> Value {
    json!({
        "idempotencyKey": key(),
        "channel": "PHONE",
        "summary": "客户反映投保时业务员承诺三年返还，要求全额退保。",
        "complainantName": "李秀英",
        "relation": "ONESELF",
        "phone": "138 1234 5678",
        "contractNumber": "HK2019-000123",
        "policyholderName": "李秀英",
        "insuredName": "李秀英",
        "callForm": call_form(),
    })
}

pub fn call_form() -> Value {
    json!({ "callerNumber": "138 1234 5678", "receiver": "周敏" })
}

/// A visit slip that somebody signed.
pub fn visit_form(signature: &Value) -> Value {
    json!({ "signature": signature, "receiver": "周敏" })
}

/// `complaint()` with some fields changed; null leaves one out. Another channel comes with the form that it asks for.
pub fn complaint_with(changes: Value) -> Value {
    let mut input = complaint();
    match changes["channel"].as_str() {
        None | Some("PHONE") => {}
        Some(channel) => {
            input.as_object_mut().unwrap().remove("callForm");
            if channel == "VISIT" {
                let name = changes.get("complainantName").unwrap_or(&input["complainantName"]);
                input["visitForm"] = visit_form(&name.clone());
            }
        }
    }
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => input.as_object_mut().unwrap().remove(name),
            value => input.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    input
}

/// Runs a mutation on a case.
pub async fn on_case(world: &World, who: &str, mutation: &str, input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {CASE} }} }}");
    world.ask(who, &query, json!({ "input": input })).await
}

/// Runs a mutation on an approval item.
pub async fn on_approval(world: &World, who: &str, mutation: &str, input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {APPROVAL} }} }}");
    world.ask(who, &query, json!({ "input": input })).await
}

/// What takes no version of the case, since it only adds to the record.
const APPEND_ONLY: [&str; 13] = [
    "addComplainant",
    "addRespondent",
    "recordAuthorityLetter",
    "linkCases",
    "declareRecusal",
    "recordContact",
    "recordStatement",
    "recordFinding",
    "reportProgress",
    "addCoordinationNote",
    "proposeClassification",
    "escalateCase",
    "transferEvidence",
];

/// A case somewhere on the road. Who handles it and which version is current are kept up to date.
#[derive(Clone, Debug)]
pub struct OnTheRoad {
    pub id: String,
    pub number: String,
    pub version: i64,
    pub handler: String,
}

pub async fn registered(world: &World) -> OnTheRoad {
    registered_with(world, json!({})).await
}

/// Registers `complaint()` with some fields changed, and with a file where the channel asks for one.
pub async fn register(world: &World, who: &str, changes: Value) -> Answer {
    let mut input = complaint_with(changes);
    let in_writing = ["LETTER", "EMAIL", "REGULATOR"].iter().any(|channel| input["channel"] == **channel);
    if in_writing && input.get("attachments").is_none() {
        input["attachments"] = json!([brought(world, who).await]);
    }
    on_case(world, who, "registerCase", input).await
}

/// The id of a small file that somebody brought.
pub async fn brought(world: &World, who: &str) -> String {
    let answer = world.bring(who, "来信.txt", "text/plain", "本人要求全额退保。").await;
    assert_eq!(answer.status, 201, "{:#}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

pub async fn registered_with(world: &World, changes: Value) -> OnTheRoad {
    let answer = register(world, "registrar", changes).await;
    answer.done("registerCase");
    OnTheRoad {
        id: answer.text("/registerCase/case/id"),
        number: answer.text("/registerCase/case/number"),
        version: 1,
        handler: String::new(),
    }
}

impl OnTheRoad {
    /// Runs a mutation that takes the case and its version, and keeps the version that it answers with.
    pub async fn step(&mut self, world: &World, who: &str, mutation: &str, more: Value) -> Answer {
        let answer = self.attempt(world, who, mutation, more).await;
        self.version = answer.done(mutation).number(&format!("/{mutation}/case/version"));
        answer
    }

    /// The same without expecting that it is done.
    pub async fn attempt(&self, world: &World, who: &str, mutation: &str, more: Value) -> Answer {
        let mut input = json!({ "caseId": self.id });
        if !APPEND_ONLY.contains(&mutation) {
            input["expectedVersion"] = json!(self.version);
        }
        if matches!(mutation, "reviewPlan" | "classifyCase") {
            input["idempotencyKey"] = json!(key());
        }
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        on_case(world, who, mutation, input).await
    }

    pub async fn allocate(&mut self, world: &World, handler: &str) {
        let handler_id = world.id_of(handler).await;
        self.step(world, "supervisor", "allocateCase", json!({ "handlerId": handler_id })).await;
        self.handler = handler.to_owned();
    }

    pub async fn investigate(&mut self, world: &World) {
        let handler = self.handler.clone();
        for (mutation, more) in [
            ("recordContact", contact()),
            ("recordStatement", statement("COMPLAINANT")),
            ("recordFinding", fact()),
            ("recordFinding", responsibility()),
        ] {
            self.step(world, &handler, mutation, more).await;
        }
    }

    /// Reports the case up; gives the id of the report.
    pub async fn escalate(&mut self, world: &World, who: &str) -> String {
        self.step(world, who, "escalateCase", json!({ "report": "客户情绪激动，请示如何处理。" })).await;
        let query = "query($id: ID!) { case(id: $id) { escalations { id } } }";
        let seen = world.ask("supervisor", query, json!({ "id": self.id })).await;
        let reports = seen.at("/case/escalations").as_array().unwrap();
        reports.last().unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// Answers a report, and keeps the version that the case then has.
    pub async fn answer(&mut self, world: &World, who: &str, escalation: &str) -> Answer {
        let input = json!({ "idempotencyKey": key(), "escalationId": escalation, "answer": "同意按重大投诉处理。" });
        let answer = on_case(world, who, "answerEscalation", input).await;
        self.version = answer.done("answerEscalation").number("/answerEscalation/case/version");
        answer
    }

    /// Decides how grave the case is.
    pub async fn classify(&mut self, world: &World, facts: Value, difficult: bool) -> Answer {
        let more = json!({ "facts": facts, "difficult": difficult, "reason": "经核实。" });
        self.step(world, "supervisor", "classifyCase", more).await
    }

    /// Attaches a small file as evidence; gives its id.
    pub async fn add_evidence(&mut self, world: &World) -> String {
        let handler = self.handler.clone();
        let upload = brought(world, &handler).await;
        let answer = add_evidence(world, &handler, &self.id, &upload, json!({})).await;
        self.version = answer.done("addEvidence").number("/addEvidence/case/version");
        answer.text("/addEvidence/evidence/id")
    }

    pub async fn draft(&mut self, world: &World) {
        let handler = self.handler.clone();
        self.step(world, &handler, "draftPlan", plan()).await;
    }

    pub async fn submit(&mut self, world: &World) {
        let handler = self.handler.clone();
        self.step(world, &handler, "submitPlan", json!({})).await;
    }

    pub async fn approve_plan(&mut self, world: &World) {
        self.step(world, "supervisor", "reviewPlan", json!({ "verdict": "APPROVE", "opinion": "同意" })).await;
    }

    pub async fn reply(&mut self, world: &World) {
        let handler = self.handler.clone();
        self.step(world, &handler, "recordReply", reply()).await;
    }

    pub async fn close(&mut self, world: &World) {
        let handler = self.handler.clone();
        self.step(world, &handler, "closeCase", closure()).await;
    }

    pub async fn archive(&mut self, world: &World) {
        let handler = self.handler.clone();
        let filing = self.filing(world).await;
        self.step(world, &handler, "archiveCase", filing).await;
    }

    /// What `archiveCase` needs: why there is no evidence of the customer, if there is none.
    pub async fn filing(&self, world: &World) -> Value {
        let seen = world
            .ask("supervisor", "query($id: ID!) { case(id: $id) { evidence { source } } }", json!({ "id": self.id }))
            .await;
        let evidence = seen.at("/case/evidence").as_array().unwrap();
        if evidence.iter().any(|item| item["source"] == "COMPLAINANT") { json!({}) } else { without_evidence() }
    }

    /// Asks for a negotiated surrender in yuan; gives the answer.
    pub async fn request(&self, world: &World, cash: &str, total: &str, premium: &str) -> Answer {
        self.request_with(world, &self.handler, json!({}), (cash, total, premium)).await
    }

    pub async fn request_with(&self, world: &World, who: &str, more: Value, amounts: (&str, &str, &str)) -> Answer {
        let mut surrender = surrender(amounts.0, amounts.1, amounts.2);
        for (name, value) in more.as_object().unwrap() {
            surrender[name] = value.clone();
        }
        self.request_content(world, who, json!({ "negotiatedSurrender": surrender })).await
    }

    /// Asks for an approval of any kind.
    pub async fn request_content(&self, world: &World, who: &str, content: Value) -> Answer {
        let reason = "销售过程存在瑕疵，客户同意协议解约。";
        let input = json!({ "idempotencyKey": key(), "caseId": self.id, "content": content, "reason": reason });
        on_approval(world, who, "requestApproval", input).await
    }
}

/// Makes evidence of an upload.
pub async fn add_evidence(world: &World, who: &str, case: &str, upload: &str, more: Value) -> Answer {
    let query = "mutation($input: AddEvidenceInput!) { addEvidence(input: $input) {
        evidence { id kind source sha256 size mediaType path name { visibility value } collector { name } collectedAt addedBy { name } description }
        case { id version state } refusals { code rule field message } } }";
    let mut input = json!({ "caseId": case, "uploadId": upload, "kind": "CORRESPONDENCE", "source": "COMPLAINANT" });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    world.ask(who, query, json!({ "input": input })).await
}

/// The customer brought nothing: what `archiveCase` is told.
pub fn without_evidence() -> Value {
    json!({ "absentParts": [{ "part": "CUSTOMER_EVIDENCE", "because": "客户未提供证据材料。" }] })
}

pub fn surrender(cash: &str, total: &str, premium: &str) -> Value {
    json!({ "scope": "FULL", "cashValue": cash, "agreedTotal": total, "totalPremium": premium })
}

/// An approval item and its current version.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: String,
    pub version: i64,
}

impl Item {
    #[track_caller]
    pub fn of(answer: &Answer, mutation: &str) -> Self {
        answer.done(mutation);
        Self {
            id: answer.text(&format!("/{mutation}/approval/id")),
            version: answer.number(&format!("/{mutation}/approval/version")),
        }
    }

    pub async fn endorse(&self, world: &World, who: &str) -> Answer {
        self.act(world, who, "endorseApproval", json!({ "opinion": "情况属实，建议同意。" })).await
    }

    pub async fn approve(&self, world: &World, who: &str) -> Answer {
        self.act(world, who, "decideApproval", json!({ "decision": "APPROVE", "opinion": "同意。" })).await
    }

    pub async fn refuse(&self, world: &World, who: &str) -> Answer {
        self.act(world, who, "decideApproval", json!({ "decision": "REFUSE", "opinion": "依据不足。" })).await
    }

    pub async fn withdraw(&self, world: &World, who: &str) -> Answer {
        self.act(world, who, "withdrawApproval", json!({ "reason": "客户改变主意。" })).await
    }

    pub async fn amend(&self, world: &World, who: &str, surrender: Value) -> Answer {
        let more = json!({ "content": { "negotiatedSurrender": surrender }, "reason": "金额有误。" });
        self.act(world, who, "amendApproval", more).await
    }

    pub async fn act(&self, world: &World, who: &str, mutation: &str, more: Value) -> Answer {
        let mut input = json!({ "idempotencyKey": key(), "approvalId": self.id, "expectedVersion": self.version });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        on_approval(world, who, mutation, input).await
    }

    /// The item as somebody sees it now.
    pub async fn see(&self, world: &World, who: &str) -> Answer {
        let query = format!("query($id: ID!) {{ approval: node(id: $id) {{ ... on Approval {{ {APPROVAL_NOW} }} }} }}");
        world.ask(who, &query, json!({ "id": self.id })).await
    }

    /// The item with its version brought up to date.
    pub async fn now(&self, world: &World) -> Self {
        Self { id: self.id.clone(), version: self.see(world, "supervisor").await.number("/approval/version") }
    }
}

const APPROVAL_NOW: &str = "id state version revision tier requiredRole rule contentSha256
    content { ... on NegotiatedSurrender { contractNumber excess cumulativeExcess ratioPercent agreedTotal } }
    endorsedBy { id } decidedBy { id }
    steps { act revision void actedBy { id } actedAs aboveTier opinion contentSha256 tier }
    viewerCan {
        endorse { allowed refusals { code rule mayBeDoneBy } } decide { allowed refusals { code rule mayBeDoneBy } }
        amend { allowed refusals { code rule } } return { allowed } remind { allowed } withdraw { allowed refusals { code rule } }
    }";

pub fn contact() -> Value {
    json!({ "direction": "OUTBOUND", "means": "PHONE", "content": "告知已受理，七个工作日内联系并处理。" })
}

/// An attempt that reached nobody.
pub fn attempt() -> Value {
    json!({ "direction": "OUTBOUND", "means": "PHONE", "reached": false, "content": "无人接听。" })
}

pub fn suspension(ground: &str) -> Value {
    json!({ "ground": ground, "reason": "多次调解未果，暂结案。" })
}

pub fn statement(party: &str) -> Value {
    json!({ "party": party, "text": "业务员说三年到期连本带息返还。" })
}

pub fn fact() -> Value {
    json!({ "finding": "FACT", "text": "业务员手写的收益说明与条款不一致。" })
}

pub fn responsibility() -> Value {
    json!({ "finding": "RESPONSIBILITY", "responsibleParty": "COMPANY", "text": "销售管理不到位。" })
}

pub fn plan() -> Value {
    json!({ "basis": "保险合同条款及《保险法》。", "proposal": "协议解约，适当补偿。" })
}

pub fn reply() -> Value {
    json!({ "means": "PHONE", "text": "已告知客户处理方案。" })
}

pub fn closure() -> Value {
    json!({ "outcome": "UPHELD", "complainantOpinion": "SATISFIED", "result": "客户接受协议解约。" })
}

/// A case that a handler investigates, with everything found.
pub async fn investigated(world: &World) -> OnTheRoad {
    let mut case = registered(world).await;
    case.allocate(world, "handler").await;
    case.investigate(world).await;
    case
}

/// A case whose plan waits for review.
pub async fn submitted(world: &World) -> OnTheRoad {
    let mut case = investigated(world).await;
    case.draft(world).await;
    case.submit(world).await;
    case
}

/// A case that was suspended because the complainant does not answer: the last contact was when it was registered.
pub async fn suspended(world: &World, at: &str) -> OnTheRoad {
    let mut case = investigated(world).await;
    world.set_time(at);
    case.step(world, "handler", "recordContact", attempt()).await;
    case.step(world, "handler", "suspendCase", suspension("COMPLAINANT_UNREACHABLE")).await;
    case
}

/// A case that was replied to.
pub async fn replied(world: &World) -> OnTheRoad {
    let mut case = submitted(world).await;
    case.approve_plan(world).await;
    case.reply(world).await;
    case
}
