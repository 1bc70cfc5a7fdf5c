use crate::support::road::{self, Item};
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// Whoever asked may take an item back until it is decided, and nobody else.
    async fn an_item_is_taken_back_until_it_is_decided(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        assert_eq!(item.withdraw(world, "supervisor").await.refusals("withdrawApproval"), ["NOT_THE_REQUESTER HK-4.10"]);
        assert_eq!(item.withdraw(world, "auditor").await.error_code(), "FORBIDDEN");
        let empty = item.act(world, "handler", "withdrawApproval", json!({ "reason": " " })).await;
        assert_eq!(empty.error_code(), "BAD_USER_INPUT");
        let withdrawn = item.withdraw(world, "handler").await;
        assert_eq!(withdrawn.done("withdrawApproval").text("/withdrawApproval/approval/state"), "WITHDRAWN");
        let item = Item::of(&withdrawn, "withdrawApproval");
        assert_eq!(item.withdraw(world, "handler").await.refusals("withdrawApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);
        assert_eq!(item.approve(world, "supervisor").await.error_code(), "CONFLICT");
        let amended = item.amend(world, "handler", road::surrender("1", "2", "3")).await;
        assert_eq!(amended.refusals("amendApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);

        let decided = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let decided = Item::of(&decided.approve(world, "supervisor").await, "decideApproval");
        assert_eq!(decided.withdraw(world, "handler").await.refusals("withdrawApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);
    }
}
