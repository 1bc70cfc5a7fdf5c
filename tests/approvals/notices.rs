//! Who is told of what happens to an item.

use crate::support::notices::told;
use crate::support::road::{self, Item};
use crate::support::scenario;
use entity::notification::NotificationKind;

scenario! {
    /// HK-4.1.8 HK-4.11: whoever acts next, who asked, and those whose word no longer holds are told in the same transaction.
    async fn people_are_told(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "12500", "30000").await, "requestApproval");
        assert_eq!(told(world, NotificationKind::ApprovalRequested).await, ["supervisor", "supervisor-2"]);
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        assert_eq!(told(world, NotificationKind::ApprovalRequested).await, ["manager", "manager-2", "supervisor", "supervisor-2"]);
        let item = Item::of(&item.approve(world, "manager").await, "decideApproval");
        assert_eq!(told(world, NotificationKind::ApprovalDecided).await, ["handler"]);
        assert_eq!(told(world, NotificationKind::ApprovalVoided).await, Vec::<String>::new());
        item.amend(world, "handler", road::surrender("10000", "12500.01", "30000")).await.done("amendApproval");
        assert_eq!(told(world, NotificationKind::ApprovalVoided).await, ["manager", "supervisor"]);
    }
}
