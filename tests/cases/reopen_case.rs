//! reopenCase, and contacts that reopen.

use super::told;
use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use entity::notification::NotificationKind;
use serde_json::{Value, json};

fn evidence() -> Value {
    json!({ "ground": "NEW_EVIDENCE", "reason": "客户寄来录音。" })
}

async fn see(world: &World, case: &OnTheRoad) -> Value {
    let query = "query($id: ID!) { case(id: $id) { state number version suspensions { reopenedAt reopeningGround }
        viewerCan { recordContact { allowed refusals { code rule } } reopen { allowed refusals { code rule } } close { allowed } suspend { allowed } } } }";
    world.ask("handler", query, json!({ "id": case.id })).await.at("/case").clone()
}

scenario! {
    /// HK-5.5.4: a contact in the last second of the period takes the case up again, under its number; closing it instead is
    /// refused.
    async fn a_contact_in_the_last_second_reopens(world) {
        let mut case = road::suspended(world, "2024-03-20T10:00:00").await;
        world.set_time("2024-06-04T23:59:59");
        let closing = case.attempt(world, "handler", "closeCase", road::closure()).await;
        assert_eq!(closing.refusals("closeCase"), ["STATE_NOT_ALLOWED HK-5.5.1"]);
        assert_eq!(see(world, &case).await["viewerCan"]["reopen"]["allowed"], true);
        let answer = case.step(world, "handler", "recordContact", road::contact()).await;
        assert_eq!(answer.text("/recordContact/case/state"), "INVESTIGATING");
        let seen = see(world, &case).await;
        assert_eq!(seen["number"], case.number);
        assert_eq!(seen["suspensions"], json!([{ "reopenedAt": "2024-06-04T15:59:59+00:00", "reopeningGround": "CONTACT" }]));
        assert_eq!(told(world, "supervisor", NotificationKind::CaseReopened).await, 1);
        let query = "query($id: ID!) { case(id: $id) { timeline(first: 2) { edges { node { kind } } } } }";
        let timeline = world.ask("handler", query, json!({ "id": case.id })).await;
        let kinds = ["REOPENED", "CONTACT"].map(|kind| json!({ "node": { "kind": kind } }));
        assert_eq!(timeline.at("/case/timeline/edges"), &json!(kinds));
        // It goes on like any other case, and is replied to in the end.
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
    }
}

scenario! {
    /// HK-5.5.4 HK-5.5.6: new evidence reopens within the period; a second later nothing does, whether or not it was swept.
    async fn after_the_period_nothing_reopens(world) {
        let mut in_time = road::suspended(world, "2024-03-20T10:00:00").await;
        world.set_time("2024-03-04T09:30:00");
        let late = road::suspended(world, "2024-03-20T10:00:00").await;
        world.set_time("2024-06-04T23:59:59");
        let answer = in_time.step(world, "handler", "reopenCase", evidence()).await;
        assert_eq!(answer.text("/reopenCase/case/state"), "INVESTIGATING");
        assert_eq!(answer.text("/reopenCase/case/number"), in_time.number);

        world.set_time("2024-06-05T00:00:00");
        let expired = "SUSPENSION_EXPIRED HK-5.5.6";
        assert_eq!(late.attempt(world, "handler", "reopenCase", evidence()).await.refusals("reopenCase"), [expired]);
        // Also when the contact is said to have been in time: it was not told in time.
        for at in ["2024-06-05T00:00:00+08:00", "2024-06-04T12:00:00+08:00"] {
            let mut contact = road::contact();
            contact["occurredAt"] = json!(at);
            assert_eq!(late.attempt(world, "handler", "recordContact", contact).await.refusals("recordContact"), [expired]);
        }
        let seen = see(world, &late).await;
        assert_eq!((&seen["state"], &seen["version"]), (&json!("SUSPENDED"), &json!(late.version)));
        for button in ["recordContact", "reopen"] {
            assert_eq!(seen["viewerCan"][button]["refusals"], json!([{ "code": "SUSPENSION_EXPIRED", "rule": "HK-5.5.6" }]));
        }
        redress::cases::service::expire_suspensions::expire_suspensions(&world.db, 100).await.unwrap();
        let swept = late.attempt(world, "handler", "reopenCase", json!({ "expectedVersion": late.version + 1, "ground": "CONTACT", "reason": "客户来电" })).await;
        assert_eq!(swept.refusals("reopenCase"), ["STATE_NOT_ALLOWED HK-5.5.4"]);
    }
}

scenario! {
    /// HK-5.5.4: what reaches nobody, or happened before the last contact, is only noted.
    async fn an_attempt_does_not_reopen(world) {
        let mut case = road::suspended(world, "2024-03-20T10:00:00").await;
        let mut old = road::contact();
        old["occurredAt"] = json!("2024-03-04T09:30:00+08:00");
        for more in [road::attempt(), old] {
            let answer = case.step(world, "handler", "recordContact", more).await;
            assert_eq!(answer.text("/recordContact/case/state"), "SUSPENDED");
        }
        // One that was forgotten, between the last contact and the suspension, counts.
        let mut forgotten = road::contact();
        forgotten["occurredAt"] = json!("2024-03-10T09:30:00+08:00");
        let answer = case.step(world, "handler", "recordContact", forgotten).await;
        assert_eq!(answer.text("/recordContact/case/state"), "INVESTIGATING");
    }
}

scenario! {
    /// HK-5.5.4: sent twice it is one contact and one reopening; others may not.
    async fn who_reopens_and_how_often(world) {
        let case = road::suspended(world, "2024-03-20T10:00:00").await;
        assert_eq!(case.attempt(world, "handler-2", "reopenCase", evidence()).await.error_code(), "NOT_FOUND");
        let supervisor = case.attempt(world, "supervisor", "reopenCase", evidence()).await;
        assert_eq!(supervisor.refusals("reopenCase"), ["NOT_THE_HANDLER HK-5.5.4"]);
        for who in ["manager", "registrar", "auditor"] {
            assert_eq!(case.attempt(world, who, "reopenCase", evidence()).await.error_code(), "FORBIDDEN", "{who}");
        }
        let blank = json!({ "ground": "NEW_EVIDENCE", "reason": "\u{3000}" });
        assert_eq!(case.attempt(world, "handler", "reopenCase", blank).await.error_code(), "BAD_USER_INPUT");
        let mut contact = road::contact();
        contact["idempotencyKey"] = json!("the call");
        let calls = (0..6).map(|_| case.attempt(world, "handler", "recordContact", contact.clone()));
        for answer in futures_util::future::join_all(calls).await {
            answer.done("recordContact");
        }
        let query = "query($id: ID!) { case(id: $id) { timeline(first: 100) { edges { node { kind } } } suspensions { reopenedAt } } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        let edges = seen.at("/case/timeline/edges").as_array().unwrap();
        assert_eq!(edges.iter().filter(|edge| edge["node"]["kind"] == "REOPENED").count(), 1);
    }
}

scenario! {
    /// HK-8.8: a case that was replied to in time stays so when it is suspended, reopened and replied to again.
    async fn a_limit_that_was_met_stays_met(world) {
        let mut case = road::replied(world).await;
        case.step(world, "handler", "suspendCase", road::suspension("PLAN_REFUSED")).await;
        world.set_time("2024-05-20T10:00:00");
        case.step(world, "handler", "recordContact", road::contact()).await;
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        let query = "query($id: ID!) { case(id: $id) { overdue repliedAt deadlines { status } } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/deadlines"), &json!([{ "status": "MET" }, { "status": "MET" }, { "status": "MET" }]));
        assert_eq!(seen.text("/case/repliedAt"), "2024-03-04T01:30:00+00:00");
    }
}
