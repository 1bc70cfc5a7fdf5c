//! draftPlan, submitPlan, reviewPlan.

use crate::support::road;
use crate::support::scenario;
use entity::staff_role::Role;
use serde_json::json;

scenario! {
    /// HK-2.1 HK-2.3 HK-5.4.1 HK-5.4.3: facts and liability are settled before the decision; everything missing is named.
    async fn a_plan_rests_on_facts_and_liability(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        case.step(world, "handler", "recordContact", road::contact()).await;
        case.step(world, "handler", "draftPlan", json!({ "basis": " ", "proposal": null })).await;
        let mut missing = vec![
            "FIELD_REQUIRED HK-5.4.1 statement",
            "FIELD_REQUIRED HK-2.1 fact",
            "FIELD_REQUIRED HK-2.1 responsibility",
            "FIELD_REQUIRED HK-2.1 basis",
            "FIELD_REQUIRED HK-2.3 proposal",
        ];
        let refused = case.attempt(world, "handler", "submitPlan", json!({})).await;
        assert_eq!(refused.refusals("submitPlan"), missing);
        for (mutation, more) in [
            ("recordStatement", road::statement("AGENT")),
            ("recordStatement", road::statement("COMPLAINANT")),
            ("recordFinding", road::fact()),
            ("recordFinding", road::responsibility()),
        ] {
            case.step(world, "handler", mutation, more.clone()).await;
            if more["party"] != "AGENT" {
                missing.remove(0);
            }
            let refused = case.attempt(world, "handler", "submitPlan", json!({})).await;
            assert_eq!(refused.refusals("submitPlan"), missing, "after {mutation}");
        }
        case.step(world, "handler", "draftPlan", json!({ "basis": "条款" })).await;
        let refused = case.attempt(world, "handler", "submitPlan", json!({})).await;
        assert_eq!(refused.refusals("submitPlan"), ["FIELD_REQUIRED HK-2.3 proposal"]);
        case.draft(world).await;
        case.submit(world).await;
        let query = "query($id: ID!) { case(id: $id) { state plans { number proposal submittedAt draftedBy { name } } } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        assert_eq!(seen.text("/case/state"), "PLAN_REVIEW");
        assert_eq!(seen.at("/case/plans").as_array().unwrap().len(), 3, "every draft is kept");
        assert_eq!(seen.at("/case/plans/1/submittedAt"), &json!(null));
    }
}

scenario! {
    /// HK-2.4: a clear case may go from allocation to an approved plan on the same day, without any waiting.
    async fn a_clear_case_is_settled_the_same_day(world) {
        let mut case = road::submitted(world).await;
        case.approve_plan(world).await;
        let query = "query($id: ID!) { case(id: $id) { state registeredAt plans { reviewedAt } } }";
        let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
        assert_eq!(seen.text("/case/state"), "PLAN_APPROVED");
        assert_eq!(seen.text("/case/registeredAt"), seen.text("/case/plans/0/reviewedAt"));
    }
}

scenario! {
    /// HK-5.4.4: the supervisor reviews, a higher rank may; nobody else does.
    async fn who_reviews_a_plan(world) {
        let verdict = json!({ "verdict": "APPROVE", "opinion": "同意" });
        let case = road::submitted(world).await;
        for who in ["assistant-manager", "handler", "registrar", "auditor", "department-head", "admin"] {
            let forbidden = case.attempt(world, who, "reviewPlan", verdict.clone()).await;
            assert_eq!(forbidden.error_code(), "FORBIDDEN", "{who}");
        }
        let blank = case.attempt(world, "supervisor", "reviewPlan", json!({ "verdict": "APPROVE", "opinion": " " })).await;
        assert_eq!(blank.error_code(), "BAD_USER_INPUT");
        for reviewer in ["supervisor", "manager"] {
            road::submitted(world).await.step(world, reviewer, "reviewPlan", verdict.clone()).await;
        }
    }
}

scenario! {
    /// HK-4.8 HK-5.4.4: nobody reviews their own plan, whatever other roles they hold.
    async fn nobody_reviews_their_own_plan(world) {
        world.add_person("both", &[Role::Handler, Role::Supervisor, Role::Manager]).await;
        for (who, next) in [("supervisor", "manager"), ("both", "general-manager")] {
            let mut case = road::registered(world).await;
            case.allocate(world, who).await;
            case.investigate(world).await;
            case.draft(world).await;
            case.submit(world).await;
            let own = case.attempt(world, who, "reviewPlan", json!({ "verdict": "APPROVE", "opinion": "同意" })).await;
            assert_eq!(own.refusals("reviewPlan"), ["OWN_WORK HK-4.8"], "{who}");
            let colleague = case.attempt(world, "supervisor-2", "reviewPlan", json!({ "verdict": "APPROVE", "opinion": "同意" })).await;
            assert_eq!(colleague.refusals("reviewPlan"), ["ABOVE_AUTHORITY HK-4.8"], "{who}");
            case.step(world, next, "reviewPlan", json!({ "verdict": "APPROVE", "opinion": "同意" })).await;
        }
    }
}

scenario! {
    /// HK-5.4.5: sent back, the case is investigated or drafted again, and the first plan is kept with its verdict.
    async fn a_plan_that_is_sent_back(world) {
        for (verdict, state) in [("REINVESTIGATE", "INVESTIGATING"), ("REDRAFT", "PLAN_DRAFT")] {
            let mut case = road::submitted(world).await;
            let more = json!({ "verdict": verdict, "opinion": "事实不清" });
            let answer = case.step(world, "supervisor", "reviewPlan", more).await;
            assert_eq!(answer.text("/reviewPlan/case/state"), state);
            let unchanged = case.attempt(world, "handler", "submitPlan", json!({})).await;
            assert!(!unchanged.refusals("submitPlan").is_empty(), "a reviewed plan is not submitted again");
            case.draft(world).await;
            case.submit(world).await;
            case.approve_plan(world).await;
            let query = "query($id: ID!) { case(id: $id) { plans { number verdict opinion reviewedBy { name } } } }";
            let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
            assert_eq!(seen.at("/case/plans/0/verdict"), verdict);
            assert_eq!(seen.at("/case/plans/0/opinion"), "事实不清");
            assert_eq!(seen.at("/case/plans/1/verdict"), "APPROVE");
        }
    }
}

scenario! {
    /// A review sent twice with one key is one review.
    async fn a_review_sent_twice_is_one_review(world) {
        let case = road::submitted(world).await;
        let more = json!({ "idempotencyKey": "the review", "verdict": "APPROVE", "opinion": "同意" });
        let first = case.attempt(world, "supervisor", "reviewPlan", more.clone()).await;
        let again = case.attempt(world, "supervisor", "reviewPlan", more).await;
        first.done("reviewPlan");
        assert_eq!(first.body, again.body);
        let other = json!({ "verdict": "REDRAFT", "opinion": "不同意" });
        assert_eq!(case.attempt(world, "supervisor-2", "reviewPlan", other).await.error_code(), "CONFLICT");
    }
}
