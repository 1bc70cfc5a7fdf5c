//! recordAgentFault, transferEvidence, and the closing that waits for it.

use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use serde_json::{Value, json};

fn transfer() -> Value {
    json!({ "receiver": "吴志刚", "evidence": [
        { "description": "业务员手写的收益说明（原件）" },
        { "description": "通话录音光盘" },
    ] })
}

fn agent_responsible() -> Value {
    json!({ "finding": "RESPONSIBILITY", "responsibleParty": "AGENT", "text": "业务员误导销售。" })
}

async fn replied_with_agent_at_fault(world: &World) -> OnTheRoad {
    let mut case = road::investigated(world).await;
    case.step(world, "handler", "recordFinding", agent_responsible()).await;
    case.draft(world).await;
    case.submit(world).await;
    case.approve_plan(world).await;
    case.reply(world).await;
    case
}

const LOOK: &str = "query($id: ID!) { case(id: $id) { agentAtFault evidenceTransfers { department receiver occurredAt evidence { description sha256 } recordedBy { name } }
    viewerCan { close { allowed refusals { code rule } } transferEvidence { allowed refusals { code } } takeBack: recordAgentFault(atFault: false) { allowed } } } }";

scenario! {
    /// HK-5.4.8: with an agent at fault the case is closed after the evidence was handed over, and stays with its handler.
    async fn closing_waits_for_the_transfer(world) {
        let mut case = replied_with_agent_at_fault(world).await;
        let refused = case.attempt(world, "handler", "closeCase", road::closure()).await;
        assert_eq!(refused.refusals("closeCase"), ["TRANSFER_REQUIRED HK-5.4.8"]);
        let seen = world.ask("handler", LOOK, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/viewerCan/close/refusals"), &json!([{ "code": "TRANSFER_REQUIRED", "rule": "HK-5.4.8" }]));
        assert_eq!((seen.at("/case/agentAtFault"), seen.at("/case/viewerCan/transferEvidence/allowed")), (&json!(true), &json!(true)));

        let mut nothing = transfer();
        nothing["evidence"] = json!([]);
        let empty = case.attempt(world, "handler", "transferEvidence", nothing).await;
        assert_eq!(empty.refusals("transferEvidence"), ["FIELD_REQUIRED HK-5.4.8 evidence"]);
        case.step(world, "handler", "transferEvidence", transfer()).await;
        let seen = world.ask("handler", LOOK, json!({ "id": case.id })).await;
        let expected = json!([{ "department": "个险管理部", "receiver": "吴志刚", "occurredAt": "2024-03-04T01:30:00+00:00", "recordedBy": { "name": "测试handler" },
            "evidence": [
                { "description": "业务员手写的收益说明（原件）", "sha256": null },
                { "description": "通话录音光盘", "sha256": null },
            ] }]);
        assert_eq!(seen.at("/case/evidenceTransfers"), &expected);
        case.close(world).await;
    }
}

scenario! {
    /// HK-5.4.8: what the case holds is handed over as it is held, with its hash; what another case holds is not there.
    async fn evidence_of_the_case_is_named_by_its_hash(world) {
        let mut case = road::investigated(world).await;
        case.step(world, "handler", "recordAgentFault", json!({ "atFault": true, "reason": "业务员代签名" })).await;
        let item = case.add_evidence(world).await;
        let mut other = road::investigated(world).await;
        let foreign = other.add_evidence(world).await;
        let with = |id: &str| json!({ "receiver": "吴志刚", "evidence": [{ "evidenceId": id }, { "description": "保单原件" }] });
        assert_eq!(case.attempt(world, "handler", "transferEvidence", with(&foreign)).await.error_code(), "NOT_FOUND");
        case.attempt(world, "handler", "transferEvidence", with(&item)).await.done("transferEvidence");
        let query = "query($id: ID!) { case(id: $id) { evidence { id sha256 } evidenceTransfers { evidence { description sha256 item { id case { number } } } } } }";
        let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
        let pieces = seen.at("/case/evidenceTransfers/0/evidence");
        assert_eq!(pieces[0]["item"], json!({ "id": item, "case": { "number": case.number } }));
        assert_eq!(&pieces[0]["sha256"], seen.at("/case/evidence/0/sha256"));
        assert_eq!(pieces[1], json!({ "description": "保单原件", "sha256": null, "item": null }));
    }
}

scenario! {
    /// HK-5.4.8: only the handler hands over, only when an agent is at fault, and only what makes sense.
    async fn who_hands_over_what(world) {
        let mut case = road::investigated(world).await;
        let innocent = case.attempt(world, "handler", "transferEvidence", transfer()).await;
        assert_eq!(innocent.refusals("transferEvidence"), ["FIELD_REQUIRED HK-5.4.8 agentAtFault"]);
        case.step(world, "handler", "recordAgentFault", json!({ "atFault": true, "reason": "业务员代签名" })).await;
        assert_eq!(case.attempt(world, "handler-2", "transferEvidence", transfer()).await.error_code(), "NOT_FOUND");
        assert_eq!(case.attempt(world, "supervisor", "transferEvidence", transfer()).await.refusals("transferEvidence"), ["NOT_THE_HANDLER HK-5.4.8"]);
        for who in ["registrar", "manager", "auditor"] {
            assert_eq!(case.attempt(world, who, "transferEvidence", transfer()).await.error_code(), "FORBIDDEN", "{who}");
        }
        for (field, value) in [
            ("receiver", json!(" ")),
            ("evidence", json!([{ "description": "" }])),
            ("evidence", json!([{}])),
            ("evidence", json!([{ "description": "x", "evidenceId": case.id }])),
            ("evidence", json!([{ "evidenceId": case.id }])),
            ("evidence", json!(vec![json!({ "description": "x" }); 201])),
            ("department", json!("部".repeat(201))),
        ] {
            let mut wrong = transfer();
            wrong[field] = value;
            assert_eq!(case.attempt(world, "handler", "transferEvidence", wrong).await.error_code(), "BAD_USER_INPUT", "{field}");
        }
        let mut early = transfer();
        early["occurredAt"] = json!("2024-03-04T09:29:59+08:00");
        assert_eq!(case.attempt(world, "handler", "transferEvidence", early).await.refusals("transferEvidence"), ["TIME_NOT_ALLOWED HK-5.4.8 occurredAt"]);
        let mut keyed = transfer();
        keyed["idempotencyKey"] = json!("once");
        keyed["department"] = json!("银保部");
        for _ in 0..2 {
            case.attempt(world, "handler", "transferEvidence", keyed.clone()).await.done("transferEvidence");
        }
        let seen = world.ask("supervisor", LOOK, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/evidenceTransfers").as_array().unwrap().len(), 1);
        assert_eq!(seen.at("/case/evidenceTransfers/0/department"), "银保部");
    }
}

scenario! {
    /// HK-5.4.8: a later finding does not take the fault back, and neither does the handler; somebody above may.
    async fn who_takes_a_fault_back(world) {
        let mut case = replied_with_agent_at_fault(world).await;
        let back = json!({ "atFault": false, "reason": "复核后认定代理人无过错" });
        let own = case.attempt(world, "handler", "recordAgentFault", back.clone()).await;
        assert_eq!(own.refusals("recordAgentFault"), ["ABOVE_AUTHORITY HK-5.4.8"]);
        for who in ["registrar", "manager", "auditor"] {
            assert_eq!(case.attempt(world, who, "recordAgentFault", back.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        let seen = world.ask("supervisor", LOOK, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/viewerCan/takeBack/allowed"), &json!(true));
        case.step(world, "supervisor", "recordAgentFault", back).await;
        case.close(world).await;
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [AGENT_FAULT_RECORDED] }) { edges { node { before after } } } }", json!({})).await;
        let event = events.at("/auditEvents/edges/0/node");
        assert_eq!((&event["before"]["agentAtFault"], &event["after"]["agentAtFault"]), (&json!(true), &json!(false)));
    }
}
