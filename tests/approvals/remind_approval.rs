use crate::support::notices::told;
use crate::support::road::{self, Item};
use crate::support::scenario;
use entity::notification::NotificationKind;
use serde_json::json;

scenario! {
    /// HK-4.11: who asked reminds those for whom the item waits, once a day.
    async fn those_who_act_next_are_reminded(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "12500", "30000").await, "requestApproval");
        let remind = async |item: &Item, who: &str| {
            let input = json!({ "approvalId": item.id, "expectedVersion": item.version });
            road::on_approval(world, who, "remindApproval", input).await
        };
        assert_eq!(remind(&item, "supervisor").await.refusals("remindApproval"), ["NOT_THE_REQUESTER HK-4.10"]);
        assert_eq!(remind(&item, "handler-2").await.error_code(), "NOT_FOUND");
        remind(&item, "handler").await.done("remindApproval");
        assert_eq!(told(world, NotificationKind::ApprovalReminded).await, ["supervisor", "supervisor-2"]);
        world.set_time("2024-03-04T23:59:59");
        assert_eq!(remind(&item, "handler").await.refusals("remindApproval"), ["ALREADY_DONE HK-4.10"]);
        world.set_time("2024-03-05T00:00:00");
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        remind(&item, "handler").await.done("remindApproval");
        assert_eq!(told(world, NotificationKind::ApprovalReminded).await, ["manager", "manager-2", "supervisor", "supervisor-2"]);
        let item = item.now(world).await;
        item.approve(world, "manager").await.done("decideApproval");
        assert_eq!(remind(&item.now(world).await, "handler").await.refusals("remindApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);
    }
}
