//! Retention and disposal in tests: the rules, and the ways of proposing, agreeing and carrying out.

use crate::support::road::{self, Item, OnTheRoad, key};
use crate::support::{Answer, PASSWORD, PROFILE, World};
use redress::archive::disposal::carry_out::carry_out;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

/// The values of a source that sets times, for the severities of the shipped profile.
pub(super) const RETENTION: &str = r#"
[retention]
proposer = "ARCHIVIST"
approver = "MANAGER"
[[retention.rules]]
severity = "ORDINARY"
years = 2
rule = "SG-13.4"
[[retention.rules]]
severity = "DIFFICULT"
years = 5
rule = "SG-13.4"
[[retention.rules]]
severity = "MAJOR"
years = 10
permanent_on = ["LEGAL_DISPUTE", "MAJOR_BRAND_EFFECT"]
rule = "SG-13.5"
"#;

/// The shipped profile with such rules, from a day on.
pub(super) fn with_retention(from: &str, rules: &str) -> String {
    PROFILE.replace("\"2013-01-01\"", &format!("\"{from}\"")) + rules
}

pub(super) async fn publish(world: &World, from: &str, rules: &str) {
    let content = with_retention(from, rules);
    world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
}

/// A filed case, and the id of its file.
pub(super) async fn filed(world: &World, case: &mut OnTheRoad) -> String {
    case.close(world).await;
    case.archive(world).await;
    file_of(world, case).await
}

pub(super) async fn file_of(world: &World, case: &OnTheRoad) -> String {
    let query = "query($number: String!) { archiveFiles(filter: { caseNumber: $number }) { edges { node { id } } } }";
    world.ask("auditor", query, json!({ "number": case.number })).await.text("/archiveFiles/edges/0/node/id")
}

/// How long a file is kept, as the archivist sees it.
pub(super) async fn kept(world: &World, file: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on ArchiveFile { number sha256 retention { state retainUntil rule disposedAt disposalId
        permanentGrounds { ground reason setBy { name } } holds { id reason placedBy { name } releasedAt releaseReason releasedBy { name } } } } } }";
    world.ask("archivist", query, json!({ "id": file })).await.at("/node").clone()
}

pub(super) async fn keep(world: &World, who: &str, mutation: &str, input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ archiveFile {{ id }} refusals {{ code rule field }} }} }}"
    );
    world.ask(who, &query, json!({ "input": input })).await
}

pub(super) async fn hold(world: &World, file: &str) -> Answer {
    keep(world, "archivist", "placeLegalHold", json!({ "archiveFileId": file, "reason": "客户已提起诉讼。" })).await
}

pub(super) async fn on_disposal(world: &World, who: &str, mutation: &str, mut input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ disposal {{ id version state }} refusals {{ code rule field mayBeDoneBy }} }} }}"
    );
    input["idempotencyKey"] = json!(key());
    world.ask(who, &query, json!({ "input": input })).await
}

pub(super) async fn propose(world: &World, who: &str, files: &[String]) -> Answer {
    let input = json!({ "archiveFileIds": files, "reason": "保管期满。", "legalBasis": "SG-13.4" });
    on_disposal(world, who, "proposeDisposal", input).await
}

pub(super) async fn approve(world: &World, who: &str, disposal: &str, version: i64) -> Answer {
    let query = "mutation($password: String!) { confirmIdentity(input: { password: $password, action: APPROVE_DISPOSAL }) { proof { token } } }";
    let proof = world.ask(who, query, json!({ "password": PASSWORD })).await.text("/confirmIdentity/proof/token");
    let input = json!({ "disposalId": disposal, "expectedVersion": version, "proof": proof, "opinion": "同意。" });
    on_disposal(world, who, "approveDisposal", input).await
}

/// A disposal that was agreed to; gives its id.
pub(super) async fn agreed(world: &World, files: &[String]) -> String {
    let proposed = propose(world, "archivist", files).await;
    let id = proposed.done("proposeDisposal").text("/proposeDisposal/disposal/id");
    approve(world, "manager", &id, 1).await.done("approveDisposal");
    id
}

pub(super) async fn carried_out(world: &World) -> u64 {
    carry_out(&world.db, &world.app.disposing).await.unwrap()
}

pub(super) async fn seen(world: &World, disposal: &str) -> Value {
    let query = "query($id: ID!) { disposal(id: $id) { state version proposedBy { name } decidedBy { name } files { number sha256 outcome endedAt }
        certificate { content sha256 keyId signature } } }";
    world.ask("auditor", query, json!({ "id": disposal })).await.at("/disposal").clone()
}

/// A replied case with a word that stands nowhere else in every text that people write.
pub(super) async fn replied_with(world: &World, canary: &str, serial: usize) -> OnTheRoad {
    let says = |what: &str| json!(format!("{what}{canary}"));
    let mut case = road::registered_with(world, json!({
        "summary": says("要求退保"),
        "complainantName": format!("{canary}甲"), "policyholderName": format!("{canary}乙"), "insuredName": format!("{canary}丙"),
        "phone": format!("1397{serial:07}"), "contractNumber": format!("CANARY-{serial:05}"),
        "callForm": { "callerNumber": format!("1397{serial:07}"), "receiver": says("接待") },
        "furtherComplainants": [{ "name": format!("{canary}丁"), "phone": format!("1396{serial:07}"), "relation": "OTHER" }],
        "respondents": [{ "kind": "AGENT", "name": format!("{canary}戊"), "agentCode": format!("CANARY{serial:05}") }],
        "authorityLetter": { "holderName": format!("{canary}己"), "holderPhone": format!("1395{serial:07}"), "scope": "GENERAL", "grantedOn": "2024-03-01" },
    }))
    .await;
    case.allocate(world, "handler").await;
    for (mutation, more) in [
        (
            "recordContact",
            json!({ "direction": "OUTBOUND", "means": "PHONE", "content": says("电话"), "outcome": says("结果") }),
        ),
        ("recordStatement", json!({ "party": "COMPLAINANT", "text": says("陈述") })),
        ("recordFinding", json!({ "finding": "FACT", "text": says("事实") })),
        ("recordFinding", json!({ "finding": "RESPONSIBILITY", "responsibleParty": "COMPANY", "text": says("责任") })),
    ] {
        case.step(world, "handler", mutation, more).await;
    }
    let upload = world.bring("handler", &format!("{canary}.txt"), "text/plain", format!("证据{canary}")).await;
    let upload = upload.body["id"].as_str().unwrap().to_owned();
    road::add_evidence(world, "handler", &case.id, &upload, json!({ "description": says("证据") }))
        .await
        .done("addEvidence");
    let input = json!({ "idempotencyKey": key(), "caseId": case.id, "reason": says("申请"),
        "content": { "negotiatedSurrender": road::surrender("10000", "11000", "30000") } });
    let item = Item::of(&road::on_approval(world, "handler", "requestApproval", input).await, "requestApproval");
    item.act(world, "handler", "withdrawApproval", json!({ "reason": says("撤回") })).await.done("withdrawApproval");
    let version = world.ask("handler", "query($id: ID!) { case(id: $id) { version } }", json!({ "id": case.id })).await;
    case.version = version.number("/case/version");
    case.step(world, "handler", "draftPlan", json!({ "basis": says("依据"), "proposal": says("方案") })).await;
    case.submit(world).await;
    case.step(world, "supervisor", "reviewPlan", json!({ "verdict": "APPROVE", "opinion": says("意见") })).await;
    case.step(world, "handler", "recordReply", json!({ "means": "PHONE", "text": says("答复") })).await;
    let more = json!({ "outcome": "UPHELD", "complainantOpinion": "SATISFIED", "result": says("结案") });
    case.step(world, "handler", "closeCase", more).await;
    case
}
