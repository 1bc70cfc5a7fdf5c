use crate::support::road;
use crate::support::{Answer, World, scenario};
use redress::platform::digest::{canonical_json, sha256_hex};
use serde_json::{Value, json};

async fn filed(world: &World) -> String {
    let mut case = road::replied(world).await;
    case.close(world).await;
    case.archive(world).await;
    let query = "query($number: String!) { archiveFiles(filter: { caseNumber: $number }) { edges { node { id } } } }";
    world.ask("auditor", query, json!({ "number": case.number })).await.text("/archiveFiles/edges/0/node/id")
}

async fn open(world: &World, who: &str, id: &str, purpose: &str) -> Answer {
    let query = "query($id: ID!, $purpose: ReadingPurpose!) { openArchiveFile(input: { id: $id, purpose: $purpose }) {
        refusals { code rule field } opened { intact file { number sha256 } registerEntry { id purpose readerRoles requestId reader { name } archiveFileId }
        parts { kind sha256 content } } } }";
    world.ask(who, query, json!({ "id": id, "purpose": purpose })).await
}

const REGISTER: &str = "{ accessRegister(first: 100) { totalCount edges { node { id purpose occurredAt readerRoles archiveFileId act outcome sections reader { id name } } } } }";

scenario! {
    /// HK-5.6.3 SG-14.9: archivist and auditor open with a purpose, and who handled, supervised or decided the case; each opening is
    /// one row. To everybody else it is not there, and each attempt is a row too.
    async fn each_opening_is_a_row(world) {
        let id = filed(world).await;
        for (serial, (who, purpose)) in [("archivist", "HANDLING"), ("auditor", "COMPLIANCE_CHECK"), ("auditor", "TRAINING")].into_iter().enumerate() {
            let opened = open(world, who, &id, purpose).await;
            opened.done("openArchiveFile");
            assert_eq!(opened.text("/openArchiveFile/opened/registerEntry/purpose"), purpose);
            assert_eq!(opened.text("/openArchiveFile/opened/registerEntry/reader/name"), format!("测试{who}"));
            let register = world.ask("auditor", REGISTER, json!({})).await;
            assert_eq!(register.number("/accessRegister/totalCount"), serial as i64 + 1);
            assert_eq!(register.text("/accessRegister/edges/0/node/archiveFileId"), id);
        }
        assert_eq!(open(world, "auditor", &id, "CURIOSITY").await.error_code(), "BAD_USER_INPUT");
        for who in ["handler", "supervisor", "manager"] {
            open(world, who, &id, "HANDLING").await.done("openArchiveFile");
        }
        assert_eq!(open(world, "admin", &id, "HANDLING").await.error_code(), "FORBIDDEN");
        let strangers = ["handler-2", "general-manager", "registrar", "department-head", "co-handler", "legal", "assistant-manager", "finance", "external"];
        for who in strangers {
            assert_eq!(open(world, who, &id, "HANDLING").await.error_code(), "NOT_FOUND", "{who}");
        }
        let unknown = "QXJjaGl2ZUZpbGU6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA";
        assert_eq!(open(world, "auditor", unknown, "HANDLING").await.error_code(), "NOT_FOUND");
        let register = world.ask("auditor", REGISTER, json!({})).await;
        assert_eq!(register.number("/accessRegister/totalCount"), 6 + strangers.len() as i64);
        let denied = "{ accessRegister(first: 100, filter: { outcome: DENIED }) { edges { node { act denial purpose archiveFileId sections reader { name } } } } }";
        let denied = world.ask("archivist", denied, json!({})).await;
        let edges = denied.at("/accessRegister/edges").as_array().unwrap();
        assert_eq!(edges.len(), strangers.len());
        for edge in edges {
            let node = &edge["node"];
            assert_eq!((&node["act"], &node["denial"], &node["archiveFileId"]), (&json!("OPEN_FILE"), &json!("NO_WAY_IN"), &json!(id)));
            assert_eq!((&node["purpose"], &node["sections"]), (&json!("HANDLING"), &Value::Null));
        }
    }
}

scenario! {
    /// HK-5.6.3: who keeps the archive and who audits see all rows; everybody else what they were shown, and not what they were
    /// denied: it would tell that there is something.
    async fn who_sees_the_register(world) {
        let id = filed(world).await;
        open(world, "archivist", &id, "HANDLING").await.done("openArchiveFile");
        open(world, "auditor", &id, "ACCOUNTABILITY").await.done("openArchiveFile");
        open(world, "handler", &id, "HANDLING").await.done("openArchiveFile");
        assert_eq!(open(world, "handler-2", &id, "HANDLING").await.error_code(), "NOT_FOUND");
        for (who, rows) in [("auditor", 4), ("archivist", 4), ("archivist-2", 4), ("handler", 1), ("handler-2", 0), ("registrar", 0), ("external", 0)] {
            assert_eq!(world.ask(who, REGISTER, json!({})).await.number("/accessRegister/totalCount"), rows, "{who}");
        }
        assert_eq!(world.ask("admin", REGISTER, json!({})).await.error_code(), "FORBIDDEN");
    }
}

scenario! {
    /// HK-5.6.2 HK-F.4 HK-F.5: the parts are complete and hashed, and personal data in them is masked.
    async fn the_parts_of_a_file(world) {
        let mut case = road::submitted(world).await;
        let evidence = case.add_evidence(world).await;
        let item = road::Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        item.approve(world, "supervisor").await.done("decideApproval");
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        case.archive(world).await;
        let file = world.ask("auditor", "{ archiveFiles { edges { node { id number sha256 } } } }", json!({})).await;
        let opened = open(world, "auditor", &file.text("/archiveFiles/edges/0/node/id"), "COMPLIANCE_CHECK").await;
        opened.done("openArchiveFile");
        assert_eq!(opened.at("/openArchiveFile/opened/intact"), &json!(true));
        let parts = opened.at("/openArchiveFile/opened/parts").as_array().unwrap();
        let kinds: Vec<_> = parts.iter().map(|part| part["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["ARCHIVE_FORM", "HANDLING_RECORD", "PLANS", "APPROVALS", "DEADLINES", "EVIDENCE", "ASSISTANCES", "JOINT_REVIEWS", "CONTENTS"]);
        let content = |kind: &str| &parts[kinds.iter().position(|k| *k == kind).unwrap()]["content"];
        let form = content("ARCHIVE_FORM");
        assert_eq!(form["archiveNumber"], file.text("/archiveFiles/edges/0/node/number"));
        assert_eq!((&form["channel"], &form["caseNumber"]), (&json!("PHONE"), &json!(case.number)));
        assert_eq!(form["phone"]["visibility"], "PARTIAL");
        let acts: Vec<_> = content("HANDLING_RECORD").as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
        assert_eq!(acts.len(), 15);
        assert_eq!(acts.last(), Some(&"ARCHIVED"));
        let filed = &content("EVIDENCE")[0];
        let id = uuid::Uuid::parse_str(filed["id"].as_str().unwrap()).unwrap();
        assert_eq!(redress::platform::ids::global_of("Evidence", id).0, evidence);
        assert_eq!(filed["sha256"], sha256_hex("本人要求全额退保。".as_bytes()));
        assert_eq!(content("APPROVALS")[0]["steps"][1]["act"], "APPROVED");
        assert_eq!(content("APPROVALS")[0]["steps"][1]["actedBy"]["name"], "测试supervisor");
        // A part without personal data can be hashed by anybody who knows RFC 8785.
        for kind in ["HANDLING_RECORD", "PLANS", "APPROVALS", "DEADLINES", "EVIDENCE", "ASSISTANCES"] {
            let part = &parts[kinds.iter().position(|k| *k == kind).unwrap()];
            assert_eq!(sha256_hex(canonical_json(&part["content"]).unwrap().as_bytes()), part["sha256"].as_str().unwrap());
        }
        assert!(!opened.body.to_string().contains("李秀英"));
    }
}

scenario! {
    /// Filters of the archive, and node shows no contents.
    async fn looking_files_up(world) {
        let id = filed(world).await;
        for (filter, found) in [
            ("number: \"DA2024-000001\"", 1), ("number: \"DA2024-000002\"", 0), ("year: 2024", 1), ("year: 2023", 0),
            ("channels: [\"PHONE\"]", 1), ("channels: [\"EMAIL\"]", 0), ("severities: [\"ORDINARY\"], year: 2024", 1), ("severities: []", 0),
        ] {
            let answer = world.ask("archivist", &format!("{{ archiveFiles(filter: {{ {filter} }}) {{ totalCount }} }}"), json!({})).await;
            assert_eq!(answer.number("/archiveFiles/totalCount"), found, "{filter}");
        }
        let node = "query($id: ID!) { node(id: $id) { id } }";
        assert_eq!(world.ask("archivist", node, json!({ "id": id })).await.text("/node/id"), id);
        for who in ["handler", "supervisor", "manager"] {
            assert_eq!(world.ask(who, node, json!({ "id": id })).await.text("/node/id"), id);
        }
        for who in ["handler-2", "registrar", "external", "admin"] {
            assert_eq!(world.ask(who, node, json!({ "id": id })).await.at("/node"), &Value::Null, "{who}");
        }
    }
}
