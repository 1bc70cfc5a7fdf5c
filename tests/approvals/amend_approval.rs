use crate::support::road::{self, Item};
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-4.1.8: an amended item is worked out anew and its decision is void, though it stays on record.
    async fn an_amendment_voids_the_decision(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000.00", "12000.00", "20000.00").await, "requestApproval");
        let item = Item::of(&item.approve(world, "supervisor").await, "decideApproval");
        let before = item.see(world, "supervisor").await;

        let amended = item.amend(world, "handler", road::surrender("10000.00", "12000.01", "20000.00")).await;
        let item = Item::of(&amended, "amendApproval");
        assert_eq!(amended.text("/amendApproval/approval/state"), "PENDING");
        assert_eq!(amended.text("/amendApproval/approval/requiredRole"), "MANAGER");
        assert_eq!(amended.number("/amendApproval/approval/revision"), 2);
        let after = item.see(world, "supervisor").await;
        assert_ne!(after.text("/approval/contentSha256"), before.text("/approval/contentSha256"));
        assert_eq!(after.at("/approval/decidedBy"), &json!(null));
        assert_eq!(after.text("/approval/steps/1/act"), "APPROVED");
        assert_eq!(after.at("/approval/steps/1/void"), &json!(true));
        assert_eq!(after.text("/approval/steps/1/contentSha256"), before.text("/approval/contentSha256"));

        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.1.2"]);
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        item.approve(world, "manager").await.done("decideApproval");
    }
}

scenario! {
    /// HK-4.1.8: an endorsement is void after an amendment as well.
    async fn an_amendment_voids_the_endorsement(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "12500", "20000").await, "requestApproval");
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        let item = Item::of(&item.amend(world, "handler", road::surrender("10000", "12600", "20000")).await, "amendApproval");
        let seen = item.see(world, "manager").await;
        assert_eq!(seen.text("/approval/state"), "PENDING");
        assert_eq!(seen.at("/approval/steps/1/void"), &json!(true));
        assert_eq!(item.approve(world, "manager").await.refusals("decideApproval"), ["AWAITING_ENDORSEMENT HK-4.11"]);
    }
}

scenario! {
    /// HK-4.10: a refused item can be asked for again as a new revision; only the person who asked may change it.
    async fn a_refused_item_comes_back_as_a_new_revision(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11900", "20000").await, "requestApproval");
        let item = Item::of(&item.refuse(world, "supervisor").await, "decideApproval");
        let stranger = item.amend(world, "supervisor", road::surrender("10000", "11000", "20000")).await;
        assert_eq!(stranger.refusals("amendApproval"), ["NOT_THE_REQUESTER HK-4.10"]);
        let item = Item::of(&item.amend(world, "handler", road::surrender("10000", "11000", "20000")).await, "amendApproval");
        item.approve(world, "supervisor").await.done("decideApproval");
        let seen = item.see(world, "supervisor").await;
        let acts: Vec<_> = seen.at("/approval/steps").as_array().unwrap().iter().map(|step| step["act"].as_str().unwrap()).collect();
        assert_eq!(acts, ["REQUESTED", "REFUSED", "AMENDED", "APPROVED"]);
    }
}

scenario! {
    /// HK-4.1.9: an amendment cannot make a second full surrender, nor dodge the sum of the contract.
    async fn an_amendment_is_checked_like_a_request(world) {
        let case = road::investigated(world).await;
        let partial = json!({ "scope": "PARTIAL" });
        let one = Item::of(&case.request_with(world, "handler", partial.clone(), ("10000", "11500", "40000")).await, "requestApproval");
        let two = Item::of(&case.request_with(world, "handler", partial, ("5000", "5400", "40000")).await, "requestApproval");
        let one = one.now(world).await;
        let one = Item::of(&one.amend(world, "handler", road::surrender("10000", "11500", "40000")).await, "amendApproval");
        let two = two.now(world).await;
        let both = two.amend(world, "handler", road::surrender("5000", "5400", "40000")).await;
        assert_eq!(both.refusals("amendApproval"), ["FULL_SURRENDER_EXISTS HK-4.1.9 scope"]);
        let mut more = road::surrender("5000", "5500.01", "40000");
        more["scope"] = json!("PARTIAL");
        let more = two.amend(world, "handler", more).await;
        assert_eq!(more.done("amendApproval").text("/amendApproval/approval/requiredRole"), "MANAGER");
        assert_eq!(one.see(world, "supervisor").await.text("/approval/requiredRole"), "MANAGER");
        let below = two.now(world).await.amend(world, "handler", road::surrender("5000", "4999.99", "40000")).await;
        assert_eq!(below.refusals("amendApproval"), ["AMOUNT_NOT_ALLOWED HK-4.1.6 agreedTotal"]);
    }
}
