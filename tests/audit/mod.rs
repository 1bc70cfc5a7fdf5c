//! The audit trail (G-9).

mod completeness;
mod log;
mod measured;

use crate::support::road::{self, Item};
use crate::support::scenario;
use serde_json::{Value, json};

const EVENTS: &str = "query($filter: AuditEventFilter) { auditEvents(filter: $filter, first: 100) { totalCount edges { node {
    action actor { name } actorRoles systemReason subjectType subjectId caseId before after reason requestId occurredAt } } } }";

scenario! {
    /// G-9: one event per write: who, in which role, what, before and after, reason, request.
    async fn one_event_per_write(world) {
        let mut case = road::submitted(world).await;
        let item = Item::of(&case.request(world, "10000", "12000", "20000").await, "requestApproval");
        item.approve(world, "supervisor").await.done("decideApproval");
        case.approve_plan(world).await;
        let answer = world.ask("auditor", EVENTS, json!({ "filter": { "caseId": case.id } })).await;
        let events = answer.at("/auditEvents/edges").as_array().unwrap();
        let actions: Vec<_> = events.iter().rev().map(|event| event["node"]["action"].as_str().unwrap()).collect();
        assert_eq!(actions, [
            "CASE_REGISTERED", "CASE_ALLOCATED", "CONTACT_RECORDED", "STATEMENT_RECORDED", "FINDING_RECORDED", "FINDING_RECORDED",
            "PLAN_DRAFTED", "PLAN_SUBMITTED", "APPROVAL_REQUESTED", "APPROVAL_DECIDED", "PLAN_REVIEWED",
        ]);
        let decided = &events[1]["node"];
        assert_eq!(decided["actor"]["name"], "测试supervisor");
        assert_eq!(decided["actorRoles"], json!(["SUPERVISOR"]));
        assert_eq!((&decided["subjectType"], &decided["subjectId"]), (&json!("Approval"), &json!(item.id)));
        assert_eq!((&decided["before"]["state"], &decided["after"]["state"]), (&json!("PENDING"), &json!("APPROVED")));
        assert_eq!(decided["after"]["requiredRole"], "SUPERVISOR");
        assert_eq!(decided["reason"], "同意。");
        assert!(!decided["requestId"].as_str().unwrap().is_empty());
        // Facts hold no personal data and no free text.
        for event in events {
            let facts = format!("{}{}", event["node"]["before"], event["node"]["after"]);
            for secret in ["李秀英", "1381234", "HK2019", "业务员", "协议解约"] {
                assert!(!facts.contains(secret), "{facts}");
            }
        }
    }
}

scenario! {
    /// G-9: a refused or failed write leaves no event; a missing permission leaves one of its own (T1.2).
    async fn refusals_and_denials(world) {
        let case = road::registered(world).await;
        let count = async || world.ask("auditor", EVENTS, json!({})).await.number("/auditEvents/totalCount");
        for who in ["handler", "supervisor"] {
            world.token(who).await;
        }
        let before = count().await;
        let refused = case.attempt(world, "supervisor", "closeCase", road::closure()).await;
        assert!(!refused.refusals("closeCase").is_empty());
        let stale = case.attempt(world, "supervisor", "allocateCase", json!({ "handlerId": world.id_of("handler").await, "expectedVersion": 7 })).await;
        assert_eq!(stale.error_code(), "CONFLICT");
        assert_eq!(count().await, before);

        let denied = case.attempt(world, "handler", "allocateCase", json!({ "handlerId": world.id_of("handler").await })).await;
        assert_eq!(denied.error_code(), "FORBIDDEN");
        let events = world.ask("auditor", EVENTS, json!({ "filter": { "actions": ["ACCESS_DENIED"] } })).await;
        assert_eq!(events.number("/auditEvents/totalCount"), 1);
        let event = events.at("/auditEvents/edges/0/node");
        assert_eq!((&event["actor"]["name"], &event["after"]), (&json!("测试handler"), &json!({ "missing": "CASE_ALLOCATE" })));
    }
}

scenario! {
    /// Only auditors read the trail; filters narrow it; system acts say why.
    async fn who_reads_the_trail(world) {
        for who in ["handler", "supervisor", "manager", "general-manager", "archivist", "admin", "registrar"] {
            assert_eq!(world.ask(who, EVENTS, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        road::registered(world).await;
        let supervisor = world.id_of("supervisor").await;
        let theirs = world.ask("auditor", EVENTS, json!({ "filter": { "actorId": supervisor } })).await;
        let actions: Vec<_> = theirs.at("/auditEvents/edges").as_array().unwrap().iter().map(|e| e["node"]["action"].clone()).collect();
        assert_eq!(actions, ["ACCESS_DENIED", "SIGNED_IN"]);
        let published = world.ask("auditor", EVENTS, json!({ "filter": { "actions": ["PROFILE_PUBLISHED"] } })).await;
        assert_eq!(published.at("/auditEvents/edges/0/node/systemReason"), "test");
        assert_eq!(published.at("/auditEvents/edges/0/node/actor"), &Value::Null);
        let future = world.ask("auditor", EVENTS, json!({ "filter": { "from": "2024-03-04T09:30:01+08:00" } })).await;
        assert_eq!(future.number("/auditEvents/totalCount"), 0);
    }
}

scenario! {
    /// The request id of an answer is the one of its event, and a caller's own id is kept when it is harmless.
    async fn the_request_id_ties_things_together(world) {
        let token = world.token("registrar").await.unwrap();
        let query = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } } }";
        for (given, kept) in [("portal-42", true), ("line\\nbreak", false), (&*"x".repeat(65), false)] {
            let body = json!({ "query": query, "variables": { "input": road::complaint() } });
            let response = world.client().post(world.url("/graphql")).bearer_auth(&token).header("x-request-id", given).json(&body).send().await.unwrap();
            let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
            assert_eq!(id == given, kept);
            let events = world.ask("auditor", EVENTS, json!({ "filter": { "actions": ["CASE_REGISTERED"] } })).await;
            assert_eq!(events.text("/auditEvents/edges/0/node/requestId"), id);
        }
    }
}
