use super::add_respondent::told;
use crate::support::road::{self, Item, key};
use crate::support::scenario;
use serde_json::{Value, json};

fn because(reason: &str) -> Value {
    json!({ "idempotencyKey": key(), "reason": reason })
}

scenario! {
    /// HK-4.8 HK-5.3: whoever steps back is not given the case and decides nothing on it; others do.
    async fn who_steps_back_decides_nothing(world) {
        let mut case = road::submitted(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        case.step(world, "supervisor", "declareRecusal", because("被投诉的业务员是我的亲属。")).await;
        let decided = item.approve(world, "supervisor").await;
        assert_eq!(decided.refusals("decideApproval"), ["RECUSED HK-4.8"]);
        let reviewed = case.attempt(world, "supervisor", "reviewPlan", json!({ "verdict": "APPROVE", "opinion": "同意" })).await;
        assert_eq!(reviewed.refusals("reviewPlan"), ["RECUSED HK-4.8"]);
        let abilities = "query($id: ID!) { case(id: $id) { viewerCan { reviewPlan { allowed refusals { code rule } } }
            approvals { viewerCan { decide { allowed refusals { code rule } } } } } }";
        let no = json!({ "allowed": false, "refusals": [{ "code": "RECUSED", "rule": "HK-4.8" }] });
        let seen = world.ask("supervisor", abilities, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/viewerCan/reviewPlan"), &no);
        assert_eq!(seen.at("/case/approvals/0/viewerCan/decide"), &no);
        let other = world.ask("supervisor-2", abilities, json!({ "id": case.id })).await;
        assert_eq!(other.at("/case/viewerCan/reviewPlan/allowed"), &json!(true));
        item.approve(world, "supervisor-2").await.done("decideApproval");
        case.step(world, "supervisor-2", "reviewPlan", json!({ "verdict": "APPROVE", "opinion": "同意" })).await;
        assert_eq!(told(world, "supervisor-2").await, 0, "the handler stays");
    }
}

scenario! {
    /// HK-4.8 HK-4.11: an endorsement is a decision too.
    async fn who_is_complained_about_endorses_nothing(world) {
        let supervisor = world.id_of("supervisor").await;
        let mut case = road::registered_with(world, json!({ "respondents": [{ "kind": "STAFF", "staffId": supervisor }] })).await;
        case.allocate(world, "handler").await;
        case.investigate(world).await;
        let item = Item::of(&case.request(world, "10000", "12500", "20000").await, "requestApproval");
        assert_eq!(item.endorse(world, "supervisor").await.refusals("endorseApproval"), ["RECUSED HK-4.8"]);
        item.endorse(world, "supervisor-2").await.done("endorseApproval");
    }
}

scenario! {
    /// HK-5.3: a supervisor who stepped back is not given the case; one who handles it says so, and whoever allocates knows.
    async fn stepping_back_before_and_after_the_allocation(world) {
        let mut case = road::registered(world).await;
        case.step(world, "supervisor", "declareRecusal", because("与投诉人相识。")).await;
        let handler_id = world.id_of("supervisor").await;
        let refused = case.attempt(world, "supervisor-2", "allocateCase", json!({ "handlerId": handler_id })).await;
        assert_eq!(refused.refusals("allocateCase"), ["RECUSED HK-5.3 handlerId"]);
        case.allocate(world, "handler").await;
        let sent = because("与被投诉人有利害关系。");
        let first = case.step(world, "handler", "declareRecusal", sent.clone()).await;
        assert_eq!(case.step(world, "handler", "declareRecusal", sent).await.body, first.body);
        let again = case.attempt(world, "handler", "declareRecusal", because("再次申请。")).await;
        assert_eq!(again.refusals("declareRecusal"), ["ALREADY_THERE HK-4.8"]);
        assert_eq!(told(world, "supervisor").await, 1);
        assert_eq!(told(world, "supervisor-2").await, 1);
        let recusals = "query($id: ID!) { case(id: $id) { recusals { person { name } reasons statement declaredAt }
            timeline(first: 50) { edges { node { kind recordedBy { name } detail { ... on RecusalDetail { reason } } } } } } }";
        let seen = world.ask("manager", recusals, json!({ "id": case.id })).await;
        let listed = seen.at("/case/recusals").as_array().unwrap();
        assert_eq!(listed.len(), 2);
        let handler = listed.iter().find(|one| one["person"]["name"] == "测试handler").unwrap();
        assert_eq!(handler["reasons"], json!(["DECLARED"]));
        assert_eq!(handler["statement"], "与被投诉人有利害关系。");
        let entries = seen.at("/case/timeline/edges").as_array().unwrap();
        assert_eq!(entries.iter().filter(|edge| edge["node"]["kind"] == "RECUSAL_DECLARED").count(), 2);
    }
}

scenario! {
    /// SEC-11: who may step back from what; a reason is needed.
    async fn who_may_step_back(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        for who in ["registrar", "auditor", "assistant-manager", "archivist", "admin", "legal", "co-handler", "department-head"] {
            assert_eq!(case.attempt(world, who, "declareRecusal", because("x")).await.error_code(), "FORBIDDEN", "{who}");
        }
        for who in ["handler-2", "general-manager"] {
            assert_eq!(case.attempt(world, who, "declareRecusal", because("x")).await.error_code(), "NOT_FOUND", "{who}");
        }
        assert_eq!(case.attempt(world, "handler", "declareRecusal", because(" ")).await.error_code(), "BAD_USER_INPUT");
        let mut closed = road::replied(world).await;
        closed.close(world).await;
        let late = closed.attempt(world, "handler", "declareRecusal", because("x")).await;
        assert_eq!(late.refusals("declareRecusal"), ["STATE_NOT_ALLOWED HK-4.8"]);
    }
}
