//! Approvals on which nothing was paid in time lapse, where the profile says so.

use crate::support::notices::told;
use crate::support::road::{self, Item};
use crate::support::{PROFILE, World, scenario};
use entity::notification::NotificationKind;
use redress::approvals::service::lapse_approvals::lapse_approvals;
use redress::cases::service::sweep_deadlines::sweep_deadlines;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::json;

/// From 1 March on, an approval lapses after five working days.
async fn allow(world: &World) {
    let rule = "[[deadlines]]\ncode = \"EXECUTION\"\nrule = \"X-1\"\nlabel = { zh = \"执行\", en = \"Execution\" }\nstart = \"APPROVAL_DECIDED\"\nperiod = { length = 5, unit = \"WORKING_DAY\" }\n";
    let content = PROFILE.replace("2013-01-01", "2024-03-01") + rule;
    world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
}

async fn pay(world: &World, item: &Item, day: &str) {
    let sha256 = item.see(world, "supervisor").await.text("/approval/contentSha256");
    let pay = json!({ "idempotencyKey": road::key(), "approvalId": item.id, "voucherNumber": road::key(), "amount": "0.01", "executedOn": day, "expectedContentSha256": sha256 });
    road::on_approval(world, "finance", "recordExecution", pay).await.done("recordExecution");
}

async fn state(world: &World, item: &Item) -> String {
    item.see(world, "supervisor").await.text("/approval/state")
}

scenario! {
    /// G-2 HK-4.0: not on the last second of the last day, but one second later; what something was paid on stays; people are told.
    async fn what_nobody_paid_lapses(world) {
        allow(world).await;
        let case = road::investigated(world).await;
        let partial = json!({ "scope": "PARTIAL" });
        let mut items = Vec::new();
        for _ in 0..3 {
            let item = Item::of(&case.request_with(world, "handler", partial.clone(), ("10000", "10100", "90000")).await, "requestApproval");
            items.push(Item::of(&item.approve(world, "supervisor").await, "decideApproval"));
        }
        let change = json!({ "agentChange": { "toAgentCode": "A0077" } });
        let unpaid = Item::of(&case.request_content(world, "handler", change).await, "requestApproval");
        let unpaid = Item::of(&unpaid.approve(world, "supervisor").await, "decideApproval");
        pay(world, &items[1], "2024-03-04").await;
        world.set_time("2024-03-11T23:59:59");
        assert_eq!(lapse_approvals(&world.db, 100).await.unwrap(), 0);
        pay(world, &items[2], "2024-03-11").await;
        world.set_time("2024-03-12T00:00:00");
        assert_eq!(sweep_deadlines(&world.db).await.unwrap().missed, 0, "lapsing says so itself");
        assert_eq!(lapse_approvals(&world.db, 1).await.unwrap(), 1);
        assert_eq!(lapse_approvals(&world.db, 100).await.unwrap(), 0, "once");
        let states = [state(world, &items[0]).await, state(world, &items[1]).await, state(world, &items[2]).await, state(world, &unpaid).await];
        assert_eq!(states, ["LAPSED", "APPROVED", "APPROVED", "APPROVED"]);
        assert_eq!(told(world, NotificationKind::ApprovalLapsed).await, ["handler", "supervisor"]);
        let query = "query($id: ID!) { node(id: $id) { ... on Approval { steps { act actedBy { name } } } } }";
        let seen = world.ask("supervisor", query, json!({ "id": items[0].id })).await;
        assert_eq!(seen.at("/node/steps/2"), &json!({ "act": "LAPSED", "actedBy": null }));
        let paid = json!({ "idempotencyKey": road::key(), "approvalId": items[0].id, "voucherNumber": "FK-9", "amount": "0.01", "executedOn": "2024-03-12", "expectedContentSha256": "" });
        assert_eq!(road::on_approval(world, "finance", "recordExecution", paid).await.error_code(), "NOT_FOUND");
        // Asked for again, it is decided anew, and its time begins anew.
        let surrender = json!({ "scope": "PARTIAL", "cashValue": "10000", "agreedTotal": "10100", "totalPremium": "90000" });
        let again = Item::of(&items[0].now(world).await.amend(world, "handler", surrender).await, "amendApproval");
        again.approve(world, "supervisor").await.done("decideApproval");
        world.set_time("2024-03-19T00:00:00");
        assert_eq!(lapse_approvals(&world.db, 100).await.unwrap(), 0);
        world.set_time("2024-03-20T00:00:00");
        assert_eq!(lapse_approvals(&world.db, 100).await.unwrap(), 1);
    }
}

scenario! {
    /// HK-4.1.8: what is amended or taken back does not lapse; a case that is closed does not keep an approval from lapsing.
    async fn only_what_waits_to_be_paid_lapses(world) {
        allow(world).await;
        let mut case = road::submitted(world).await;
        let partial = json!({ "scope": "PARTIAL" });
        let mut items = Vec::new();
        for _ in 0..2 {
            let item = Item::of(&case.request_with(world, "handler", partial.clone(), ("10000", "10100", "90000")).await, "requestApproval");
            items.push(Item::of(&item.approve(world, "supervisor").await, "decideApproval"));
        }
        items[0].act(world, "supervisor", "reverseApproval", json!({ "opinion": "撤销。" })).await.done("reverseApproval");
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        world.set_time("2024-03-12T00:00:00");
        assert_eq!(lapse_approvals(&world.db, 100).await.unwrap(), 1);
        assert_eq!([state(world, &items[0]).await, state(world, &items[1]).await], ["REVERSED", "LAPSED"]);
    }
}
