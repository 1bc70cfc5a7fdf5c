use crate::support::road::{self, Item};
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-5.4.5: no reply before the plan is approved, nor while an approval waits; a refused one does not wait.
    async fn a_reply_waits_for_everything_it_needs(world) {
        let mut case = road::submitted(world).await;
        let early = case.attempt(world, "handler", "recordReply", road::reply()).await;
        assert_eq!(early.refusals("recordReply"), ["STATE_NOT_ALLOWED HK-5.4.5"]);
        let item = Item::of(&case.request(world, "10000", "12500", "30000").await, "requestApproval");
        case.approve_plan(world).await;
        for _ in 0..2 {
            let waiting = case.attempt(world, "handler", "recordReply", road::reply()).await;
            assert_eq!(waiting.refusals("recordReply"), ["APPROVALS_OPEN HK-5.5.1"]);
            item.endorse(world, "supervisor").await;
        }
        item.now(world).await.refuse(world, "manager").await.done("decideApproval");
        let replied = case.step(world, "handler", "recordReply", road::reply()).await;
        assert_eq!(replied.text("/recordReply/case/state"), "REPLIED");
    }
}

scenario! {
    /// HK-5.4.5: only the handler replies, at a time that has passed.
    async fn who_replies_and_when(world) {
        let mut case = road::submitted(world).await;
        case.approve_plan(world).await;
        let supervisor = case.attempt(world, "supervisor", "recordReply", road::reply()).await;
        assert_eq!(supervisor.refusals("recordReply"), ["NOT_THE_HANDLER HK-5.4.5"]);
        for who in ["manager", "auditor", "registrar"] {
            assert_eq!(case.attempt(world, who, "recordReply", road::reply()).await.error_code(), "FORBIDDEN");
        }
        let mut future = road::reply();
        future["occurredAt"] = json!("2024-03-04T09:30:01+08:00");
        let refused = case.attempt(world, "handler", "recordReply", future).await;
        assert_eq!(refused.refusals("recordReply"), ["TIME_NOT_ALLOWED HK-8.2 occurredAt"]);
        // A reply that is dated back would meet HK-8.2 before anybody approved what was replied.
        let mut case = road::submitted(world).await;
        world.set_time("2024-04-20T10:00:00");
        case.approve_plan(world).await;
        for (at, refusals) in [("2024-03-05T10:00:00", vec!["TIME_NOT_ALLOWED HK-5.4.5 occurredAt"]), ("2024-04-20T10:00:00", vec![])] {
            let mut reply = road::reply();
            reply["occurredAt"] = json!(format!("{at}+08:00"));
            assert_eq!(case.attempt(world, "handler", "recordReply", reply).await.refusals("recordReply"), refusals, "{at}");
        }
    }
}
