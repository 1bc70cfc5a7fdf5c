//! A plan is an approval item of the kind HANDLING_PLAN: `reviewPlan` and `decideApproval` are one decision.

use crate::support::road::{self, Item, OnTheRoad};
use crate::support::{World, scenario};
use serde_json::json;

/// The item of the plan that waits for its review.
async fn plan_item(world: &World, case: &OnTheRoad) -> Item {
    let query = "query($id: ID!) { case(id: $id) { approvals { id version kind state } } }";
    let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
    let items = seen.at("/case/approvals").as_array().unwrap().clone();
    let waiting = items.iter().find(|item| item["kind"] == "HANDLING_PLAN" && item["state"] == "PENDING").unwrap();
    Item { id: waiting["id"].as_str().unwrap().to_owned(), version: waiting["version"].as_i64().unwrap() }
}

async fn state(world: &World, case: &OnTheRoad) -> String {
    world
        .ask("supervisor", "query($id: ID!) { case(id: $id) { state } }", json!({ "id": case.id }))
        .await
        .text("/case/state")
}

scenario! {
    /// HK-4.0 HK-5.4.4 HK-5.4.5: decided, refused or returned as an item, a plan is approved, investigated again or redrafted.
    async fn a_plan_is_an_item_like_others(world) {
        for (mutation, more, expected, verdict) in [
            ("decideApproval", json!({ "decision": "APPROVE", "opinion": "同意。" }), "PLAN_APPROVED", "APPROVE"),
            ("decideApproval", json!({ "decision": "REFUSE", "opinion": "事实不清。" }), "INVESTIGATING", "REINVESTIGATE"),
            ("returnApproval", json!({ "opinion": "方案需修改。" }), "PLAN_DRAFT", "REDRAFT"),
        ] {
            let case = road::submitted(world).await;
            let item = plan_item(world, &case).await;
            let seen = item.see(world, "supervisor").await;
            assert_eq!((seen.text("/approval/requiredRole"), seen.text("/approval/rule")), ("SUPERVISOR".to_owned(), "HK-5.4.4".to_owned()));
            item.act(world, "supervisor", mutation, more.clone()).await.done(mutation);
            assert_eq!(state(world, &case).await, expected);
            let query = "query($id: ID!) { case(id: $id) { plans { verdict reviewedBy { name } } } }";
            let plans = world.ask("supervisor", query, json!({ "id": case.id })).await;
            assert_eq!(plans.at("/case/plans/0/verdict"), verdict);
            assert_eq!(plans.at("/case/plans/0/reviewedBy/name"), "测试supervisor");
        }
    }
}

scenario! {
    /// HK-4.8 HK-5.4.4: reviewed, it has its decision with reasons that are replayed; its handler neither decides, amends nor withdraws it.
    async fn a_review_is_explained_and_replayed(world) {
        let mut case = road::submitted(world).await;
        let item = plan_item(world, &case).await;
        assert_eq!(item.approve(world, "handler").await.error_code(), "FORBIDDEN");
        assert_eq!(item.withdraw(world, "handler").await.refusals("withdrawApproval"), ["STATE_NOT_ALLOWED HK-5.4.4"]);
        let amend = item.amend(world, "handler", road::surrender("1", "1", "100")).await;
        assert_eq!(amend.refusals("amendApproval"), ["STATE_NOT_ALLOWED HK-5.4.4"]);
        case.approve_plan(world).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Approval { state content { ... on HandlingPlanReview { planNumber planSha256 } }
            viewerCan { reverse { refusals { code rule } } } steps { act actedAs replay { identical } } } } }";
        let seen = world.ask("supervisor", query, json!({ "id": item.id })).await;
        assert_eq!((seen.text("/node/state"), seen.number("/node/content/planNumber")), ("APPROVED".to_owned(), 1));
        assert_eq!(seen.at("/node/steps/1"), &json!({ "act": "APPROVED", "actedAs": "SUPERVISOR", "replay": { "identical": true } }));
        assert_eq!(seen.at("/node/viewerCan/reverse/refusals"), &json!([{ "code": "STATE_NOT_ALLOWED", "rule": "HK-4.10" }]));
        let record = world.ask("auditor", "{ auditEvents(filter: { actions: [PLAN_REVIEWED] }) { totalCount } }", json!({})).await;
        assert_eq!(record.number("/auditEvents/totalCount"), 1);
    }
}

scenario! {
    /// HK-5.4.7: a grave case's plan is not approved without guidance, by neither way; it may be sent back.
    async fn guidance_comes_first_by_either_way(world) {
        let mut case = road::investigated(world).await;
        case.classify(world, json!({ "mainstreamMedia": true }), false).await;
        case.draft(world).await;
        case.submit(world).await;
        let item = plan_item(world, &case).await;
        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ["GUIDANCE_REQUIRED HK-5.4.7"]);
        let review = case.attempt(world, "supervisor", "reviewPlan", json!({ "verdict": "APPROVE", "opinion": "同意" })).await;
        assert_eq!(review.refusals("reviewPlan"), ["GUIDANCE_REQUIRED HK-5.4.7"]);
        item.act(world, "supervisor", "returnApproval", json!({ "opinion": "先请示。" })).await.done("returnApproval");
        assert_eq!(state(world, &case).await, "PLAN_DRAFT");
    }
}
