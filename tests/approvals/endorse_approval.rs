use crate::support::road::{self, Item};
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-4.11: above the supervisor's tier the supervisor reviews first, then the tier decides.
    async fn the_supervisor_reviews_before_a_higher_tier_decides(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "20000.01", "40000").await, "requestApproval");
        let early = item.approve(world, "general-manager").await;
        assert_eq!(early.refusals("decideApproval"), ["AWAITING_ENDORSEMENT HK-4.11"]);
        let seen = item.see(world, "general-manager").await;
        assert_eq!(seen.text("/approval/viewerCan/decide/refusals/0/code"), "AWAITING_ENDORSEMENT");
        assert_eq!(seen.text("/approval/viewerCan/decide/refusals/0/mayBeDoneBy/0"), "SUPERVISOR");

        let blank = item.act(world, "supervisor", "endorseApproval", json!({ "opinion": " " })).await;
        assert_eq!(blank.refusals("endorseApproval"), ["OPINION_REQUIRED HK-4.10 opinion"]);
        let endorsed = item.endorse(world, "supervisor").await;
        assert_eq!(endorsed.done("endorseApproval").text("/endorseApproval/approval/state"), "ENDORSED");
        let item = Item::of(&endorsed, "endorseApproval");
        assert_eq!(item.endorse(world, "supervisor-2").await.refusals("endorseApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);
        item.approve(world, "general-manager").await.done("decideApproval");
    }
}

scenario! {
    /// HK-4.11: within the supervisor's tier there is nothing to endorse; handlers and assistants endorse nothing.
    async fn who_endorses_what(world) {
        let case = road::investigated(world).await;
        let low = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        assert_eq!(low.endorse(world, "supervisor").await.refusals("endorseApproval"), ["ENDORSEMENT_NOT_NEEDED HK-4.11"]);
        for who in ["handler", "assistant-manager", "auditor", "registrar"] {
            assert_eq!(low.endorse(world, who).await.error_code(), "FORBIDDEN", "{who}");
        }
    }
}

scenario! {
    /// HK-4.8 HK-4.11: every step by another person; whoever endorsed does not decide, however high the rank.
    async fn the_endorser_does_not_decide(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "supervisor").await;
        case.investigate(world).await;
        let item = Item::of(&case.request(world, "10000", "12500", "30000").await, "requestApproval");
        assert_eq!(item.endorse(world, "supervisor").await.refusals("endorseApproval"), ["OWN_WORK HK-4.8"]);
        let item = Item::of(&item.endorse(world, "manager").await, "endorseApproval");
        assert_eq!(item.approve(world, "manager").await.refusals("decideApproval"), ["OWN_WORK HK-4.11"]);
        item.approve(world, "manager-2").await.done("decideApproval");
    }
}
