//! Many at once: one decision, however it is asked for.

use crate::support::road::{self, Item};
use crate::support::{Answer, World, scenario};
use entity::ApprovalId;
use entity::staff_role::Role;
use futures_util::future::join_all;
use redress::approvals::service::decide_approval::{ApprovalDecision, DecideApproval};
use redress::platform::error::Failure;
use redress::platform::ids::{Global, parse_global};
use serde_json::json;

scenario! {
    /// HK-4.10: fifty approvers on one item at once: one decision, the others CONFLICT.
    async fn fifty_approvers_make_one_decision(world) {
        let approvers: Vec<_> = (0..50).map(|i| format!("approver-{i}")).collect();
        for login in &approvers {
            world.add_person(login, &[Role::Supervisor]).await;
            world.token(login).await;
        }
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let answers = join_all(approvers.iter().map(|login| item.approve(world, login))).await;
        let (decided, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.body.get("errors").is_none());
        assert_eq!(decided.len(), 1);
        decided[0].done("decideApproval");
        assert!(refused.iter().all(|answer| answer.error_code() == "CONFLICT"));
        let seen = item.see(world, "supervisor").await;
        assert_eq!(seen.at("/approval/steps").as_array().unwrap().len(), 2);
        assert_eq!(audited(world, "APPROVAL_DECIDED").await, 1);
    }
}

scenario! {
    /// HK-4.10: a thousand decisions on one item at once, by twenty people: one decision, 999 told of the version that now is.
    async fn a_thousand_decisions_at_once_are_one(world) {
        let deciders: Vec<_> = (0..20).map(|i| format!("decider-{i}")).collect();
        for login in &deciders {
            world.add_person(login, &[Role::Supervisor]).await;
        }
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let key = parse_global(&item.id).unwrap().1;
        let mut actors = Vec::new();
        for login in &deciders {
            actors.push(world.actor(login, &[Role::Supervisor]).await);
        }
        let commands = (0..1000).map(|serial| {
            let (db, actor) = (world.db.clone(), actors[serial % actors.len()].clone());
            let decision = DecideApproval {
                idempotency_key: format!("decision {serial}"),
                approval_id: Global(ApprovalId::from(key)),
                expected_version: i32::try_from(item.version).unwrap(),
                expected_content_sha256: None,
                decision: if serial % 3 == 0 { ApprovalDecision::Refuse } else { ApprovalDecision::Approve },
                opinion: "同意。".to_owned(),
            };
            tokio::spawn(async move { db.run(&actor, &decision).await })
        });
        let (mut decided, mut conflicts) = (0, 0);
        for outcome in join_all(commands).await {
            match outcome.unwrap() {
                Ok(_) => decided += 1,
                Err(Failure::Conflict { current, .. }) => {
                    assert_eq!(i64::from(current), item.version + 1);
                    conflicts += 1;
                }
                Err(other) => panic!("{}", other.summary()),
            }
        }
        assert_eq!((decided, conflicts), (1, 999));
        assert_eq!(audited(world, "APPROVAL_DECIDED").await, 1);
        assert_eq!(item.see(world, "supervisor").await.at("/approval/steps").as_array().unwrap().len(), 2);
    }
}

scenario! {
    /// The same decision sent twenty times with one key, all at once: one decision, twenty equal answers.
    async fn one_key_is_one_decision(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        world.token("supervisor").await;
        let decision = json!({ "idempotencyKey": "the decision", "decision": "APPROVE", "opinion": "同意" });
        let answers: Vec<Answer> =
            join_all((0..20).map(|_| item.act(world, "supervisor", "decideApproval", decision.clone()))).await;
        answers[0].done("decideApproval");
        assert!(answers.iter().all(|answer| answer.body == answers[0].body));
        assert_eq!(audited(world, "APPROVAL_DECIDED").await, 1);

        let other = json!({ "idempotencyKey": "the decision", "decision": "REFUSE", "opinion": "同意" });
        assert_eq!(item.act(world, "supervisor", "decideApproval", other).await.error_code(), "BAD_USER_INPUT");
        let somebody_else = item.act(world, "manager", "decideApproval", decision).await;
        assert_eq!(somebody_else.error_code(), "CONFLICT", "a key is one person's own");
    }
}

async fn audited(world: &World, action: &str) -> i64 {
    let query = "query($actions: [AuditAction!]) { auditEvents(filter: { actions: $actions }) { totalCount } }";
    world.ask("auditor", query, json!({ "actions": [action] })).await.number("/auditEvents/totalCount")
}

scenario! {
    /// HK-4.1.9: two requests for one contract at the same moment are summed all the same.
    async fn simultaneous_requests_are_summed(world) {
        let case = road::investigated(world).await;
        world.token("handler").await;
        let partial = json!({ "scope": "PARTIAL" });
        let amounts = [("10000", "11500", "40000"), ("5000", "5500.01", "40000")];
        let answers = join_all(amounts.map(|amounts| case.request_with(world, "handler", partial.clone(), amounts))).await;
        for answer in answers {
            let item = Item::of(&answer, "requestApproval");
            let seen = item.see(world, "supervisor").await;
            assert_eq!(seen.text("/approval/requiredRole"), "MANAGER");
            assert_eq!(seen.text("/approval/content/cumulativeExcess"), "2000.01");
        }
    }
}

scenario! {
    /// HK-4.10: whoever comes second is told in the conflict how the item stands and what was decided, by whom and why.
    async fn the_loser_is_told_of_the_decision(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "13000", "90000").await, "requestApproval");
        let amended = Item::of(&item.amend(world, "handler", road::surrender("10000", "11000", "90000")).await, "amendApproval");
        let stale = item.approve(world, "supervisor").await;
        assert_eq!(stale.error_code(), "CONFLICT");
        let current = &stale.body["errors"][0]["extensions"]["current"];
        assert_eq!((&current["state"], &current["revision"], &current["decision"]), (&json!("PENDING"), &json!(2), &json!(null)));
        amended.approve(world, "supervisor").await.done("decideApproval");
        let late = amended.refuse(world, "manager").await;
        let extensions = &late.body["errors"][0]["extensions"];
        assert_eq!((&extensions["code"], &extensions["currentVersion"]), (&json!("CONFLICT"), &json!(amended.version + 1)));
        let decision = &extensions["current"]["decision"];
        assert_eq!((&decision["act"], &decision["actedAs"], &decision["opinion"]), (&json!("APPROVED"), &json!("SUPERVISOR"), &json!("同意。")));
        assert_eq!(decision["decidedBy"], world.id_of("supervisor").await.as_str());
    }
}

scenario! {
    /// A key is one person's own, and for one mutation: the same text may be used for another.
    async fn a_key_is_for_one_mutation(world) {
        let case = road::investigated(world).await;
        let small = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let other = road::investigated(world).await;
        let large = Item::of(&other.request(world, "10000", "13000", "90000").await, "requestApproval");
        let decision = json!({ "idempotencyKey": "the same", "decision": "APPROVE", "opinion": "同意" });
        small.act(world, "supervisor", "decideApproval", decision).await.done("decideApproval");
        let endorsement = json!({ "idempotencyKey": "the same", "opinion": "同意" });
        large.act(world, "supervisor", "endorseApproval", endorsement).await.done("endorseApproval");
    }
}
