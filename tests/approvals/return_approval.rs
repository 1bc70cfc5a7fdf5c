use crate::support::notices::told;
use crate::support::road::{self, Item};
use crate::support::scenario;
use entity::notification::NotificationKind;
use serde_json::json;

scenario! {
    /// HK-4.10 HK-4.11: whoever acts next sends an item back with a reason; amended, it is asked for anew.
    async fn an_item_is_sent_back(world) {
        let mut case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "12500", "30000").await, "requestApproval");
        let send_back = json!({ "opinion": "请补充回访录音。" });
        for who in ["handler", "registrar", "auditor", "assistant-manager"] {
            assert_eq!(item.act(world, who, "returnApproval", send_back.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        let blank = item.act(world, "supervisor", "returnApproval", json!({ "opinion": " " })).await;
        assert_eq!(blank.refusals("returnApproval"), ["OPINION_REQUIRED HK-4.10 opinion"]);
        let seen = item.see(world, "supervisor").await;
        assert_eq!(seen.at("/approval/viewerCan/return/allowed"), &json!(true));
        let returned = item.act(world, "supervisor", "returnApproval", send_back.clone()).await;
        assert_eq!(returned.done("returnApproval").text("/returnApproval/approval/state"), "RETURNED");
        assert_eq!(told(world, NotificationKind::ApprovalReturned).await, ["handler"]);
        let item = Item::of(&returned, "returnApproval");
        assert_eq!(item.endorse(world, "supervisor").await.refusals("endorseApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);
        assert_eq!(item.act(world, "supervisor", "returnApproval", send_back.clone()).await.refusals("returnApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);
        // It counts for nothing, and keeps nothing from being closed, until it is asked for anew.
        let second = case.request(world, "10000", "11000", "30000").await;
        Item::of(&second, "requestApproval").withdraw(world, "handler").await.done("withdrawApproval");
        let amended = Item::of(&item.amend(world, "handler", road::surrender("10000", "12400", "30000")).await, "amendApproval");
        let endorsed = Item::of(&amended.endorse(world, "supervisor").await, "endorseApproval");
        // The decider sends back too; what was endorsed is void then.
        let returned = endorsed.act(world, "manager", "returnApproval", send_back).await;
        let item = Item::of(&returned, "returnApproval");
        let seen = item.see(world, "handler").await;
        assert!(seen.at("/approval/endorsedBy").is_null());
        let acts: Vec<_> = seen.at("/approval/steps").as_array().unwrap().iter().map(|step| step["act"].as_str().unwrap()).collect();
        assert_eq!(acts, ["REQUESTED", "RETURNED", "AMENDED", "ENDORSED", "RETURNED"]);
        case.draft(world).await;
    }
}
