//! Every act in every state: what the table of transitions does not list is refused and changes nothing.

use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use serde_json::{Value, json};

const STATES: [&str; 9] = [
    "REGISTERED",
    "ALLOCATED",
    "INVESTIGATING",
    "PLAN_DRAFT",
    "PLAN_REVIEW",
    "PLAN_APPROVED",
    "REPLIED",
    "CLOSED",
    "ARCHIVED",
];

/// States off the main road.
const ASIDE: [&str; 2] = ["SUSPENDED", "VOIDED"];

/// A case in a state, by the shortest road.
async fn in_state(world: &World, state: &str) -> OnTheRoad {
    let mut case = road::registered(world).await;
    match state {
        "SUSPENDED" => {
            case.allocate(world, "handler").await;
            case.investigate(world).await;
            case.step(world, "handler", "recordContact", road::attempt()).await;
            case.step(world, "handler", "suspendCase", road::suspension("COMPLAINANT_SILENT")).await;
            return case;
        }
        "VOIDED" => {
            case.step(world, "registrar", "voidVoucher", json!({ "reason": "x" })).await;
            case.step(world, "supervisor", "agreeToVoid", json!({})).await;
            return case;
        }
        _ => {}
    }
    for step in &STATES[1..=STATES.iter().position(|s| *s == state).unwrap()] {
        match *step {
            "ALLOCATED" => case.allocate(world, "handler").await,
            "INVESTIGATING" => {
                case.investigate(world).await;
                case.step(world, "handler", "recordContact", road::attempt()).await;
            }
            "PLAN_DRAFT" => case.draft(world).await,
            "PLAN_REVIEW" => case.submit(world).await,
            "PLAN_APPROVED" => case.approve_plan(world).await,
            "REPLIED" => case.reply(world).await,
            "CLOSED" => case.close(world).await,
            _ => case.archive(world).await,
        }
    }
    case
}

scenario! {
    /// HK-5.3 HK-5.4.4 HK-5.4.5 HK-5.5.1 HK-5.6.1: T2.2, every pair.
    async fn every_act_in_every_state(world) {
        let handler_id = world.id_of("handler").await;
        let handled: &[&str] = &["ALLOCATED", "INVESTIGATING", "PLAN_DRAFT", "PLAN_REVIEW", "PLAN_APPROVED", "REPLIED"];
        let acts: Vec<(&str, &str, Value, &[&str])> = vec![
            ("allocateCase", "supervisor", json!({ "handlerId": handler_id }), &["REGISTERED"]),
            ("recordContact", "handler", road::contact(), &["ALLOCATED", "INVESTIGATING", "PLAN_DRAFT", "PLAN_REVIEW", "PLAN_APPROVED", "REPLIED", "SUSPENDED"]),
            ("recordStatement", "handler", road::statement("INSURED"), &["ALLOCATED", "INVESTIGATING", "PLAN_DRAFT"]),
            ("recordFinding", "handler", road::fact(), &["ALLOCATED", "INVESTIGATING", "PLAN_DRAFT"]),
            ("draftPlan", "handler", road::plan(), &["INVESTIGATING", "PLAN_DRAFT"]),
            ("submitPlan", "handler", json!({}), &["PLAN_DRAFT"]),
            ("reviewPlan", "supervisor", json!({ "verdict": "REDRAFT", "opinion": "x" }), &["PLAN_REVIEW"]),
            ("recordReply", "handler", road::reply(), &["PLAN_APPROVED"]),
            ("closeCase", "handler", road::closure(), &["REPLIED"]),
            ("archiveCase", "handler", road::without_evidence(), &["CLOSED"]),
            ("suspendCase", "handler", road::suspension("COMPLAINANT_SILENT"), &["INVESTIGATING", "PLAN_APPROVED", "REPLIED"]),
            ("reopenCase", "handler", json!({ "ground": "NEW_EVIDENCE", "reason": "x" }), &["SUSPENDED"]),
            ("voidVoucher", "registrar", json!({ "reason": "x" }), &["REGISTERED"]),
            ("classifyCase", "supervisor", json!({ "facts": {}, "reason": "x" }), &["REGISTERED", "ALLOCATED", "INVESTIGATING", "PLAN_DRAFT", "PLAN_REVIEW", "PLAN_APPROVED", "REPLIED"]),
            ("escalateCase", "handler", json!({ "report": "x" }), handled),
            ("addCoordinationNote", "supervisor", json!({ "text": "x" }), handled),
        ];
        let look = "query($id: ID!) { case(id: $id) { state version timeline(first: 100) { edges { node { id } } } } }";
        for state in STATES.into_iter().chain(ASIDE) {
            let case = in_state(world, state).await;
            for (mutation, who, more, allowed) in &acts {
                if allowed.contains(&state) {
                    let fresh = in_state(world, state).await;
                    fresh.attempt(world, who, mutation, more.clone()).await.done(mutation);
                    continue;
                }
                // Before it is allocated a case has no handler, and the registrar's is not the handler's to see.
                let before = world.ask("supervisor", look, json!({ "id": case.id })).await;
                let refused = case.attempt(world, who, mutation, more.clone()).await;
                match (state, *who) {
                    ("REGISTERED" | "VOIDED", "handler") => assert_eq!(refused.error_code(), "NOT_FOUND", "{mutation}"),
                    _ => {
                        let refusals = refused.refusals(mutation);
                        assert!(refusals[0].starts_with("STATE_NOT_ALLOWED"), "{mutation} in {state}: {refusals:?}");
                    }
                }
                assert_eq!(before.body, world.ask("supervisor", look, json!({ "id": case.id })).await.body);
            }
        }
    }
}

scenario! {
    /// A stale version is a conflict, and tells both versions.
    async fn a_stale_version_is_a_conflict(world) {
        let case = in_state(world, "PLAN_DRAFT").await;
        for version in [0, case.version - 1, case.version + 1, -1] {
            let stale = case.attempt(world, "handler", "submitPlan", json!({ "expectedVersion": version })).await;
            assert_eq!(stale.error_code(), "CONFLICT");
            assert_eq!(stale.body["errors"][0]["extensions"]["currentVersion"], json!(case.version));
        }
    }
}
