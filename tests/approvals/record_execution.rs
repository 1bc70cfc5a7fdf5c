use crate::support::road::{self, Item};
use crate::support::{Answer, World, scenario};
use futures_util::future::join_all;
use serde_json::{Value, json};

const PAID: &str = "approval { id version state payableAmount executedAmount executions { voucherNumber amount executedOn contentSha256 recordedBy { name } } } refusals { code rule field }";

async fn pay(world: &World, who: &str, item: &Item, more: Value) -> Answer {
    let mut input = json!({ "idempotencyKey": road::key(), "approvalId": item.id, "voucherNumber": road::key(), "amount": "1.00", "executedOn": "2024-03-04" });
    if more.get("expectedContentSha256").is_none() {
        input["expectedContentSha256"] = json!(item.see(world, "supervisor").await.text("/approval/contentSha256"));
    }
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    let query = format!("mutation($input: RecordExecutionInput!) {{ recordExecution(input: $input) {{ {PAID} }} }}");
    world.ask(who, &query, json!({ "input": input })).await
}

async fn approved(world: &World) -> Item {
    let case = road::investigated(world).await;
    let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
    Item::of(&item.approve(world, "supervisor").await, "decideApproval")
}

scenario! {
    /// HK-4.0 HK-4.10: finance pays what was approved, in parts if need be, and not a fen more; no voucher twice.
    async fn what_was_approved_is_paid(world) {
        let item = approved(world).await;
        let first = pay(world, "finance", &item, json!({ "voucherNumber": "FK-001", "amount": "4000.00" })).await;
        let paid = first.done("recordExecution").at("/recordExecution/approval").clone();
        assert_eq!((&paid["payableAmount"], &paid["executedAmount"], &paid["state"]), (&json!("11000.00"), &json!("4000.00"), &json!("APPROVED")));
        assert_eq!(paid["executions"][0]["recordedBy"]["name"], "测试finance");
        let twice = pay(world, "finance", &item, json!({ "voucherNumber": "FK-001", "amount": "1.00" })).await;
        assert_eq!(twice.refusals("recordExecution"), ["ALREADY_DONE HK-4.0 voucherNumber"]);
        for (amount, refused) in [("7000.01", true), ("0", true), ("-1", true), ("7000.00", false)] {
            let answer = pay(world, "finance", &item, json!({ "amount": amount })).await;
            if refused {
                assert_eq!(answer.refusals("recordExecution"), ["AMOUNT_NOT_ALLOWED HK-4.0 amount"], "{amount}");
            } else {
                assert_eq!(answer.done("recordExecution").text("/recordExecution/approval/executedAmount"), "11000.00");
            }
        }
        assert_eq!(pay(world, "finance", &item, json!({ "amount": "0.01" })).await.refusals("recordExecution"), ["AMOUNT_NOT_ALLOWED HK-4.0 amount"]);
        // What was paid on is not changed any more.
        let amend = item.now(world).await.amend(world, "handler", road::surrender("10000", "11000.01", "30000")).await;
        assert_eq!(amend.refusals("amendApproval"), ["ALREADY_DONE HK-4.1.8"]);
        let waiting = "query($executed: Boolean) { approvals(filter: { states: [APPROVED], executed: $executed }) { totalCount } }";
        assert_eq!(world.ask("finance", waiting, json!({ "executed": true })).await.number("/approvals/totalCount"), 1);
        assert_eq!(world.ask("finance", waiting, json!({ "executed": false })).await.number("/approvals/totalCount"), 0);
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [APPROVAL_EXECUTED] }) { totalCount edges { node { after } } } }", json!({})).await;
        assert_eq!(events.number("/auditEvents/totalCount"), 2);
    }
}

scenario! {
    /// HK-4.8 HK-4.10: only finance, only what is approved and as it was approved, on a day that can be; finance sees no case.
    async fn who_pays_what(world) {
        let item = approved(world).await;
        for who in ["handler", "supervisor", "manager", "auditor"] {
            assert_eq!(pay(world, who, &item, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        for (more, refusal) in [
            (json!({ "expectedContentSha256": "0".repeat(64) }), "OBJECT_CHANGED HK-4.1.8 expectedContentSha256"),
            (json!({ "executedOn": "2024-03-03" }), "TIME_NOT_ALLOWED HK-4.0 executedOn"),
            (json!({ "executedOn": "2024-03-05" }), "TIME_NOT_ALLOWED HK-4.0 executedOn"),
        ] {
            assert_eq!(pay(world, "finance", &item, more.clone()).await.refusals("recordExecution"), [refusal], "{more}");
        }
        let case = road::investigated(world).await;
        let undecided = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        assert_eq!(pay(world, "finance", &undecided, json!({})).await.error_code(), "NOT_FOUND");
        let change = json!({ "agentChange": { "toAgentCode": "A0077" } });
        let change = Item::of(&case.request_content(world, "handler", change).await, "requestApproval");
        let change = Item::of(&change.approve(world, "supervisor").await, "decideApproval");
        assert_eq!(pay(world, "finance", &change, json!({})).await.error_code(), "NOT_FOUND", "there is nothing to pay on it");
        assert_eq!(world.ask("finance", "{ approvals { totalCount edges { node { kind content { __typename } viewerCan { decide { allowed } amend { allowed } } } } } }", json!({})).await.number("/approvals/totalCount"), 1);
        assert_eq!(world.ask("finance", "{ cases { totalCount } }", json!({})).await.error_code(), "FORBIDDEN");
        assert_eq!(world.ask("finance", "{ approvals { edges { node { case { number } } } } }", json!({})).await.error_code(), "FORBIDDEN");
        // Amended, it is approved no longer.
        item.amend(world, "handler", road::surrender("10000", "11000.01", "30000")).await.done("amendApproval");
        assert_eq!(pay(world, "finance", &item, json!({})).await.error_code(), "NOT_FOUND");
    }
}

scenario! {
    /// HK-4.10: twenty payments at once of more than half: one is recorded.
    async fn nothing_is_paid_twice(world) {
        let item = approved(world).await;
        world.token("finance").await;
        let answers = join_all((0..20).map(|_| pay(world, "finance", &item, json!({ "amount": "6000.00" })))).await;
        let done = answers.iter().filter(|answer| !answer.at("/recordExecution/approval").is_null()).count();
        assert_eq!(done, 1);
        let key = json!({ "idempotencyKey": "pay once", "voucherNumber": "FK-9", "amount": "100.00" });
        let answers = join_all((0..5).map(|_| pay(world, "finance", &item, key.clone()))).await;
        assert!(answers.iter().all(|answer| answer.refusals("recordExecution").is_empty()));
        let seen = world.ask("finance", "query($id: ID!) { node(id: $id) { ... on Approval { executedAmount executions { amount } } } }", json!({ "id": item.id })).await;
        assert_eq!(seen.text("/node/executedAmount"), "6100.00");
    }
}
