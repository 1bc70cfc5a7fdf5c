//! What a decision is bound to, besides what is asked for: the plan and the evidence.

use crate::support::notices::told;
use crate::support::road::{self, Item};
use crate::support::scenario;
use entity::notification::NotificationKind;
use serde_json::json;

const BASIS: &str = "query($id: ID!) { node(id: $id) { ... on Approval { state version revision contentSha256 hasNewerEvidence decidedBy { name }
    basis { planNumber planSha256 evidence { evidenceId sha256 } } steps { act void } } } }";

scenario! {
    /// HK-4.1.8 HK-5.4.5: an item rests on the plan that was submitted; another plan voids what was decided on it, and says so.
    async fn another_plan_voids_the_decision(world) {
        let mut case = road::submitted(world).await;
        let item = Item::of(&case.request(world, "10000", "13000", "90000").await, "requestApproval");
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        let item = Item::of(&item.approve(world, "manager").await, "decideApproval");
        let decided = world.ask("supervisor", BASIS, json!({ "id": item.id })).await;
        assert_eq!(decided.number("/node/basis/planNumber"), 1);
        case.step(world, "supervisor", "reviewPlan", json!({ "verdict": "REDRAFT", "opinion": "补充。" })).await;
        // A draft is not a plan yet.
        case.step(world, "handler", "draftPlan", json!({ "basis": "条款第五条。", "proposal": "协议解约，补偿减半。" })).await;
        assert_eq!(world.ask("supervisor", BASIS, json!({ "id": item.id })).await.text("/node/state"), "APPROVED");
        assert_eq!(told(world, NotificationKind::ApprovalVoided).await, Vec::<String>::new());
        case.submit(world).await;
        let void = world.ask("supervisor", BASIS, json!({ "id": item.id })).await;
        assert_eq!((void.text("/node/state"), void.number("/node/basis/planNumber")), ("PENDING".to_owned(), 2));
        assert_ne!(void.text("/node/contentSha256"), decided.text("/node/contentSha256"));
        assert_eq!(void.at("/node/decidedBy"), &json!(null));
        let steps: Vec<_> = void.at("/node/steps").as_array().unwrap().iter().map(|step| (step["act"].as_str().unwrap(), step["void"] == true)).collect();
        assert_eq!(steps, [("REQUESTED", false), ("ENDORSED", true), ("APPROVED", true), ("PLAN_CHANGED", false)]);
        assert_eq!(told(world, NotificationKind::ApprovalVoided).await, ["manager", "supervisor"]);
        // Nothing is paid on it, and nothing is decided by whoever saw the old one.
        let pay = json!({ "idempotencyKey": road::key(), "approvalId": item.id, "voucherNumber": "FK-1", "amount": "1.00", "executedOn": "2024-03-04", "expectedContentSha256": decided.text("/node/contentSha256") });
        let query = "mutation($input: RecordExecutionInput!) { recordExecution(input: $input) { refusals { code rule field } } }";
        assert_eq!(world.ask("finance", query, json!({ "input": pay })).await.error_code(), "NOT_FOUND", "it waits for nobody to pay");
        let now = item.now(world).await;
        let seen = json!({ "opinion": "同意。", "expectedContentSha256": decided.text("/node/contentSha256") });
        assert_eq!(now.act(world, "supervisor", "endorseApproval", seen).await.error_code(), "CONFLICT");
        let endorsed = Item::of(&now.endorse(world, "supervisor").await, "endorseApproval");
        endorsed.approve(world, "manager").await.done("decideApproval");
    }
}

scenario! {
    /// HK-5.4.2 HK-4.1.8: an item rests on the evidence of the case, or on what is named of it; what comes later does not slip in.
    async fn evidence_is_part_of_what_is_decided(world) {
        let mut case = road::investigated(world).await;
        let first = case.add_evidence(world).await;
        let second = case.add_evidence(world).await;
        let surrender = json!({ "negotiatedSurrender": road::surrender("10000", "11000", "30000") });
        let mut input = json!({ "idempotencyKey": road::key(), "caseId": case.id, "content": surrender, "reason": "瑕疵。" });
        let all = Item::of(&road::on_approval(world, "handler", "requestApproval", input.clone()).await, "requestApproval");
        let seen = world.ask("supervisor", BASIS, json!({ "id": all.id })).await;
        let listed: Vec<_> = seen.at("/node/basis/evidence").as_array().unwrap().iter().map(|item| item["evidenceId"].clone()).collect();
        assert_eq!(listed, [json!(first), json!(second)]);
        assert_eq!(seen.at("/node/basis/planNumber"), &json!(null));
        assert_eq!(seen.at("/node/hasNewerEvidence"), &json!(false));
        let all = Item::of(&all.approve(world, "supervisor").await, "decideApproval");

        world.set_time("2024-03-04T10:00:00");
        let third = case.add_evidence(world).await;
        let later = world.ask("supervisor", BASIS, json!({ "id": all.id })).await;
        assert_eq!((later.text("/node/state"), later.at("/node/hasNewerEvidence")), ("APPROVED".to_owned(), &json!(true)));
        assert_eq!(later.text("/node/contentSha256"), seen.text("/node/contentSha256"), "what was decided is not touched");
        // Amended to rest on it, it is decided anew, though no figure changed.
        let more = json!({ "content": surrender, "evidenceIds": [first, third], "reason": "补充证据。" });
        let amended = all.act(world, "handler", "amendApproval", more).await;
        assert_eq!(amended.done("amendApproval").text("/amendApproval/approval/state"), "PENDING");
        let now = world.ask("supervisor", BASIS, json!({ "id": all.id })).await;
        assert_ne!(now.text("/node/contentSha256"), seen.text("/node/contentSha256"));
        assert_eq!(now.at("/node/basis/evidence").as_array().unwrap().len(), 2);
        assert_eq!(told(world, NotificationKind::ApprovalVoided).await, ["supervisor"]);

        // Evidence of another case is none of this one.
        let mut other = road::investigated(world).await;
        let foreign = other.add_evidence(world).await;
        input["idempotencyKey"] = json!(road::key());
        input["content"] = json!({ "agentChange": { "toAgentCode": "A0077" } });
        input["evidenceIds"] = json!([first, foreign]);
        let refused = road::on_approval(world, "handler", "requestApproval", input).await;
        assert_eq!(refused.refusals("requestApproval"), ["OBJECT_NOT_FOUND HK-5.4.2 evidenceIds"]);
    }
}

scenario! {
    /// HK-A22: approvals about the same contract in cases that are closed do not count, and are shown.
    async fn earlier_cases_are_shown(world) {
        let mut earlier = road::investigated(world).await;
        let item = Item::of(&earlier.request(world, "10000", "11500", "30000").await, "requestApproval");
        item.approve(world, "supervisor").await.done("decideApproval");
        let query = "query($id: ID!) { node(id: $id) { ... on Approval { tier earlierApprovals { id content { ... on NegotiatedSurrender { excess } } case { number } } } } }";
        let case = road::investigated(world).await;
        let now = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let open = world.ask("supervisor", query, json!({ "id": now.id })).await;
        assert_eq!(open.at("/node/earlierApprovals"), &json!([]), "that case is open");
        for step in ["draft", "submit"] {
            if step == "draft" { earlier.draft(world).await } else { earlier.submit(world).await }
        }
        earlier.approve_plan(world).await;
        earlier.reply(world).await;
        earlier.close(world).await;
        let closed = world.ask("supervisor", query, json!({ "id": now.id })).await;
        assert_eq!(closed.text("/node/tier"), "SURRENDER_1", "only items of the open case are summed");
        assert_eq!(closed.text("/node/earlierApprovals/0/id"), item.id);
        assert_eq!(closed.text("/node/earlierApprovals/0/content/excess"), "1500.00");
        let alone = world.ask("supervisor", query, json!({ "id": item.id })).await;
        assert_eq!(alone.at("/node/earlierApprovals"), &json!([]), "an item is not its own past");
    }
}
