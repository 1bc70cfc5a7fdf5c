use crate::support::road::{self, Item};
use crate::support::{Answer, World, scenario};
use serde_json::{Value, json};

async fn decide(world: &World, who: &str, decisions: Vec<Value>) -> Answer {
    let query = "mutation($input: DecideApprovalsInput!) { decideApprovals(input: $input) {
        results { approvalId approval { state version } refusals { code rule field } } refusals { code } } }";
    world.ask(who, query, json!({ "input": { "decisions": decisions } })).await
}

fn decision(item: &Item, key: &str) -> Value {
    json!({ "idempotencyKey": key, "approvalId": item.id, "expectedVersion": item.version, "decision": "APPROVE", "opinion": "同意" })
}

scenario! {
    /// HK-4.8 HK-4.10: each item has its own answer and event; one bad item stops no other, and own work stays own work.
    async fn many_at_once(world) {
        let mut items = Vec::new();
        for _ in 0..4 {
            let case = road::investigated(world).await;
            items.push(Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval"));
        }
        let mut own = road::registered(world).await;
        own.allocate(world, "supervisor").await;
        own.investigate(world).await;
        let own = Item::of(&own.request(world, "10000", "11000", "30000").await, "requestApproval");
        let high = road::investigated(world).await;
        let high = Item::of(&high.request(world, "10000", "20000.01", "40000").await, "requestApproval");
        let stale = Item { version: 7, ..items[1].clone() };
        let mut blank = decision(&items[2], "blank");
        blank["opinion"] = json!(" ");
        let mut missing = decision(&items[2], "missing");
        missing["approvalId"] = json!(redress::platform::ids::global_of("Approval", uuid::Uuid::from_u128(7)).0);
        let mut unseen = decision(&items[3], "unseen");
        unseen["expectedContentSha256"] = json!("0".repeat(64));
        let mut huge = decision(&items[3], "huge");
        huge["opinion"] = json!("长".repeat(20_000));
        let all = vec![
            decision(&items[0], "one"), decision(&stale, "two"), decision(&own, "three"), blank, decision(&high, "five"), missing, unseen, huge,
            decision(&items[3], "last"),
        ];
        let answer = decide(world, "supervisor", all.clone()).await;
        let results = answer.at("/decideApprovals/results").as_array().unwrap();
        let codes: Vec<_> = results.iter().map(|result| result["refusals"][0]["code"].as_str().unwrap_or("done")).collect();
        let expected = ["done", "OBJECT_CHANGED", "OWN_WORK", "OPINION_REQUIRED", "ABOVE_AUTHORITY", "OBJECT_NOT_FOUND", "OBJECT_CHANGED", "INPUT_NOT_ALLOWED", "done"];
        assert_eq!(codes, expected, "{:#}", answer.body);
        assert_eq!(results[0]["approval"]["state"], "APPROVED");
        assert_eq!(results[2]["refusals"][0]["rule"], "HK-4.8");
        let events = "{ auditEvents(filter: { actions: [APPROVAL_DECIDED] }) { totalCount } }";
        assert_eq!(world.ask("auditor", events, json!({})).await.number("/auditEvents/totalCount"), 2);
        // Sent again: what was decided gives its first answer, the rest is tried again.
        let again = decide(world, "supervisor", all).await;
        let again: Vec<_> = again.at("/decideApprovals/results").as_array().unwrap().iter().map(|result| result["refusals"][0]["code"].as_str().unwrap_or("done").to_owned()).collect();
        let mut expected = expected;
        expected[7] = "OBJECT_CHANGED";
        assert_eq!(again, expected, "the item was decided meanwhile");
        assert_eq!(world.ask("auditor", events, json!({})).await.number("/auditEvents/totalCount"), 2);
        assert_eq!(decide(world, "supervisor", vec![]).await.error_code(), "BAD_USER_INPUT");
        assert_eq!(decide(world, "supervisor", vec![decision(&items[2], "x"); 201]).await.error_code(), "BAD_USER_INPUT");
        assert_eq!(decide(world, "handler", vec![decision(&items[2], "x")]).await.error_code(), "FORBIDDEN");
    }
}

scenario! {
    /// HK-4.10: a decision is over the content that its decider saw, or it is none.
    async fn the_content_that_was_seen(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "12500", "30000").await, "requestApproval");
        let hash = item.see(world, "supervisor").await.text("/approval/contentSha256");
        let with = |hash: &str| json!({ "expectedContentSha256": hash, "opinion": "同意" });
        assert_eq!(item.act(world, "supervisor", "endorseApproval", with(&"0".repeat(64))).await.error_code(), "CONFLICT");
        let item = Item::of(&item.act(world, "supervisor", "endorseApproval", with(&hash.to_uppercase())).await, "endorseApproval");
        let mut decide = with(&hash);
        decide["decision"] = json!("APPROVE");
        item.act(world, "manager", "decideApproval", decide).await.done("decideApproval");
    }
}
