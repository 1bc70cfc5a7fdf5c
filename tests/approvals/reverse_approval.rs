//! reverseApproval: a new decision that names the old one.

use crate::support::notices::told;
use crate::support::road::{self, Item};
use crate::support::scenario;
use entity::notification::NotificationKind;
use serde_json::json;

const STEPS: &str =
    "query($id: ID!) { node(id: $id) { ... on Approval { state viewerCan { reverse { allowed refusals { code rule } } }
    steps { id act actedAs opinion reverses } } } }";

scenario! {
    /// HK-4.10: an approval is taken back by a decision of its own, by whoever has the authority; the old one stays as it was.
    async fn an_approval_is_taken_back(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "13000", "90000").await, "requestApproval");
        let opinion = json!({ "opinion": "客户撤诉，决定撤销。" });
        assert_eq!(item.act(world, "manager", "reverseApproval", opinion.clone()).await.refusals("reverseApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        let item = Item::of(&item.approve(world, "manager").await, "decideApproval");
        assert_eq!(item.act(world, "handler", "reverseApproval", opinion.clone()).await.error_code(), "FORBIDDEN");
        assert_eq!(item.act(world, "supervisor-2", "reverseApproval", opinion.clone()).await.refusals("reverseApproval"), ["ABOVE_AUTHORITY HK-4.1.2"]);
        assert_eq!(item.act(world, "manager", "reverseApproval", json!({ "opinion": "  " })).await.refusals("reverseApproval"), ["OPINION_REQUIRED HK-4.10 opinion"]);
        let before = world.ask("manager-2", STEPS, json!({ "id": item.id })).await;
        assert_eq!(before.at("/node/viewerCan/reverse/allowed"), &json!(true));
        let reversed = item.act(world, "manager-2", "reverseApproval", opinion.clone()).await;
        assert_eq!(reversed.done("reverseApproval").text("/reverseApproval/approval/state"), "REVERSED");
        let after = world.ask("auditor", STEPS, json!({ "id": item.id })).await;
        assert_eq!(after.at("/node/steps/2"), before.at("/node/steps/2"), "the decision is a fact");
        assert_eq!(after.at("/node/steps/3/act"), "REVERSED");
        assert_eq!(after.at("/node/steps/3/reverses"), after.at("/node/steps/2/id"));
        assert_eq!(told(world, NotificationKind::ApprovalReversed).await, ["handler", "manager", "supervisor"]);
        let again = Item::of(&reversed, "reverseApproval").act(world, "manager", "reverseApproval", opinion).await;
        assert_eq!(again.refusals("reverseApproval"), ["STATE_NOT_ALLOWED HK-4.10"]);
        // It can be asked for again, and is decided anew.
        let again = item.now(world).await.amend(world, "handler", road::surrender("10000", "11000", "90000")).await;
        let again = Item::of(&again, "amendApproval");
        again.approve(world, "supervisor").await.done("decideApproval");
    }
}

scenario! {
    /// HK-4.1.9 HK-4.10: what was taken back no longer counts towards its contract; what something was paid on is not taken back.
    async fn it_no_longer_counts(world) {
        let case = road::investigated(world).await;
        let partial = json!({ "scope": "PARTIAL" });
        let first = Item::of(&case.request_with(world, "handler", partial.clone(), ("10000", "11500", "90000")).await, "requestApproval");
        let first = Item::of(&first.approve(world, "supervisor").await, "decideApproval");
        let second = Item::of(&case.request_with(world, "handler", partial, ("10000", "10500.01", "90000")).await, "requestApproval");
        assert_eq!(second.see(world, "supervisor").await.text("/approval/requiredRole"), "MANAGER");
        first.act(world, "supervisor", "reverseApproval", json!({ "opinion": "撤销。" })).await.done("reverseApproval");
        assert_eq!(second.see(world, "supervisor").await.text("/approval/requiredRole"), "SUPERVISOR");
        let second = Item::of(&second.now(world).await.approve(world, "supervisor").await, "decideApproval");
        let sha256 = second.see(world, "supervisor").await.text("/approval/contentSha256");
        let pay = json!({ "idempotencyKey": road::key(), "approvalId": second.id, "voucherNumber": "FK-1", "amount": "0.01", "executedOn": "2024-03-04", "expectedContentSha256": sha256 });
        road::on_approval(world, "finance", "recordExecution", pay).await.done("recordExecution");
        let refused = second.now(world).await.act(world, "supervisor", "reverseApproval", json!({ "opinion": "撤销。" })).await;
        assert_eq!(refused.refusals("reverseApproval"), ["ALREADY_DONE HK-4.1.8"]);
    }
}
