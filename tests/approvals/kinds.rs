//! Every kind of item: what it asks for, what it needs, and who decides it (HK-4.0, HK-4.2…HK-4.6, HK-7.3).

use crate::support::road::{self, Item, OnTheRoad};
use crate::support::{Answer, PROFILE, World, scenario};
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

/// Asks for something, has it endorsed where it must be, and tries who decides it: everybody before the last is refused.
async fn decided_by(world: &World, case: &OnTheRoad, content: Value, rule: &str, tried: &[&str]) -> Item {
    let item = Item::of(&case.request_content(world, "handler", content.clone()).await, "requestApproval");
    let (decider, others) = tried.split_last().unwrap();
    let endorsed = item.endorse(world, "supervisor-2").await;
    let mut item = item.now(world).await;
    if *decider == "supervisor" {
        assert_eq!(endorsed.refusals("endorseApproval"), ["ENDORSEMENT_NOT_NEEDED HK-4.11"], "{content}");
    } else {
        endorsed.done("endorseApproval");
    }
    for who in others {
        let refused = item.approve(world, who).await;
        if matches!(*who, "supervisor" | "manager") {
            assert_eq!(refused.refusals("decideApproval"), [format!("ABOVE_AUTHORITY {rule}")], "{who} {content}");
        } else {
            assert_eq!(refused.error_code(), "FORBIDDEN", "{who} {content}");
        }
    }
    let seen = item.see(world, decider).await;
    assert_eq!(
        (seen.text("/approval/rule"), seen.at("/approval/viewerCan/decide/allowed")),
        (rule.to_owned(), &json!(true)),
        "{content}"
    );
    item.approve(world, decider).await.done("decideApproval");
    item = item.now(world).await;
    item
}

fn freeze(action: &str, account: &str, agent: &str) -> Value {
    json!({ "commissionOrDepositFreeze": { "action": action, "account": account, "agentCode": agent } })
}

async fn content_of(world: &World, item: &Item) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Approval { kind content { __typename
        ... on AgentChange { contractNumber fromAgentCode toAgentCode } ... on ContractAmount { contractNumber amount cumulativeAmount }
        ... on CommissionOrDepositFreeze { action account agentCode amount from until } } } } }";
    world.ask("supervisor", query, json!({ "id": item.id })).await.at("/node").clone()
}

scenario! {
    /// HK-4.2: a change of agent is the supervisor's; handler and assistant manager decide nothing.
    async fn a_change_of_agent(world) {
        let case = road::investigated(world).await;
        let content = json!({ "agentChange": { "fromAgentCode": "A0012", "toAgentCode": "A0077" } });
        let item = decided_by(world, &case, content, "HK-4.2", &["handler", "assistant-manager", "supervisor"]).await;
        let expected = json!({ "kind": "AGENT_CHANGE", "content": { "__typename": "AgentChange", "contractNumber": "HK2019-000123", "fromAgentCode": "A0012", "toAgentCode": "A0077" } });
        assert_eq!(content_of(world, &item).await, expected);
    }
}

scenario! {
    /// HK-4.3 HK-4.4: late fees are the supervisor's, call-backs the manager's, whatever the amount.
    async fn amounts_without_limit(world) {
        let case = road::investigated(world).await;
        for amount in ["0.01", "123456789.00"] {
            let waiver = json!({ "lateFeeWaiver": { "amount": amount } });
            decided_by(world, &case, waiver, "HK-4.3", &["handler", "supervisor"]).await;
            let callback = json!({ "premiumCallback": { "amount": amount } });
            decided_by(world, &case, callback, "HK-4.4", &["handler", "supervisor", "manager"]).await;
        }
        for amount in ["0", "-0.01"] {
            let refused = case.request_content(world, "handler", json!({ "lateFeeWaiver": { "amount": amount } })).await;
            assert_eq!(refused.refusals("requestApproval"), ["AMOUNT_NOT_ALLOWED HK-4.0 amount"], "{amount}");
        }
        for wrong in [json!({}), json!({ "unknown": {} }), json!({ "lateFeeWaiver": { "amount": "1" }, "premiumCallback": { "amount": "1" } })] {
            assert_eq!(case.request_content(world, "handler", wrong.clone()).await.error_code(), "BAD_USER_INPUT", "{wrong}");
        }
    }
}

scenario! {
    /// HK-4.5: the company advances only what was misappropriated, and the manager decides it.
    async fn an_advance_needs_a_misappropriation(world) {
        let mut case = road::investigated(world).await;
        let advance = || json!({ "companyAdvance": { "amount": "8000.00" } });
        let early = case.request_content(world, "handler", advance()).await;
        assert_eq!(early.refusals("requestApproval"), ["FIELD_REQUIRED HK-4.5 premiumMisappropriated"]);
        let said = || json!({ "misappropriated": true, "reason": "收据与入账金额不符。" });
        assert_eq!(case.attempt(world, "handler-2", "recordMisappropriation", said()).await.error_code(), "NOT_FOUND");
        assert_eq!(case.attempt(world, "supervisor", "recordMisappropriation", said()).await.refusals("recordMisappropriation"), ["NOT_THE_HANDLER HK-4.5"]);
        case.step(world, "handler", "recordMisappropriation", said()).await;
        let query = "query($id: ID!) { case(id: $id) { premiumMisappropriated timeline(first: 1) { edges { node { kind detail { ... on MisappropriationDetail { misappropriated reason } } } } } } }";
        let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
        assert_eq!((seen.at("/case/premiumMisappropriated"), seen.text("/case/timeline/edges/0/node/kind")), (&json!(true), "MISAPPROPRIATION_RECORDED".to_owned()));
        decided_by(world, &case, advance(), "HK-4.5", &["handler", "supervisor", "manager"]).await;
    }
}

scenario! {
    /// HK-4.6: freeze or release, of commission or deposit, is the manager's; only what is frozen is released.
    async fn freezing_and_releasing(world) {
        let case = road::investigated(world).await;
        for account in ["COMMISSION", "DEPOSIT"] {
            let early = case.request_content(world, "handler", freeze("RELEASE", account, "A0012")).await;
            assert_eq!(early.refusals("requestApproval"), ["NOT_FROZEN HK-4.6 action"], "{account}");
            // Asking for a freeze freezes nothing.
            let mut asked = freeze("FREEZE", account, "A0012");
            asked["commissionOrDepositFreeze"]["amount"] = json!("3000.00");
            asked["commissionOrDepositFreeze"]["from"] = json!("2024-03-04");
            asked["commissionOrDepositFreeze"]["until"] = json!("2024-06-04");
            let undecided = Item::of(&case.request_content(world, "handler", asked.clone()).await, "requestApproval");
            let early = case.request_content(world, "handler", freeze("RELEASE", account, "A0012")).await;
            assert_eq!(early.refusals("requestApproval"), ["NOT_FROZEN HK-4.6 action"], "{account}");
            undecided.withdraw(world, "handler").await.done("withdrawApproval");

            let frozen = decided_by(world, &case, asked, "HK-4.6", &["handler", "supervisor", "manager"]).await;
            let expected = json!({ "__typename": "CommissionOrDepositFreeze", "action": "FREEZE", "account": account, "agentCode": "A0012", "amount": "3000.00", "from": "2024-03-04", "until": "2024-06-04" });
            assert_eq!(content_of(world, &frozen).await["content"], expected);
            for other in [freeze("RELEASE", account, "A0013")] {
                assert_eq!(case.request_content(world, "handler", other).await.refusals("requestApproval"), ["NOT_FROZEN HK-4.6 action"]);
            }
            world.set_time(if account == "COMMISSION" { "2024-03-05T10:00:00" } else { "2024-03-07T10:00:00" });
            // However the code is written, and from whatever case.
            let other = road::investigated(world).await;
            decided_by(world, &other, freeze("RELEASE", account, "a-0012"), "HK-4.6", &["supervisor", "manager"]).await;
            let again = case.request_content(world, "handler", freeze("RELEASE", account, "A0012")).await;
            assert_eq!(again.refusals("requestApproval"), ["NOT_FROZEN HK-4.6 action"], "released already");
        }
        let backwards = json!({ "commissionOrDepositFreeze": { "action": "FREEZE", "account": "DEPOSIT", "agentCode": "A1", "from": "2024-03-05", "until": "2024-03-04" } });
        assert_eq!(case.request_content(world, "handler", backwards).await.error_code(), "BAD_USER_INPUT");
        assert_eq!(case.request_content(world, "handler", freeze("FREEZE", "DEPOSIT", " - ")).await.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// HK-F.8: the application form of annex 8 is filled in from the item, with endorsement and decision; also on paper.
    async fn the_application_form_of_a_freeze(world) {
        let case = road::investigated(world).await;
        let mut asked = freeze("FREEZE", "DEPOSIT", "A0012");
        asked["commissionOrDepositFreeze"]["amount"] = json!("3000.00");
        let item = decided_by(world, &case, asked, "HK-4.6", &["supervisor", "manager"]).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Approval { form { kind title organisation caseNumber printPath fields { code label value { value } } } } } }";
        let found = world.ask("handler", query, json!({ "id": item.id })).await;
        let form = found.at("/node/form");
        assert_eq!((&form["kind"], &form["title"], &form["caseNumber"]), (&json!("FREEZE_APPLICATION"), &json!("佣金、押金冻结(解冻)申请表"), &json!(case.number)));
        let value = |code: &str| form["fields"].as_array().unwrap().iter().find(|field| field["code"] == code).unwrap()["value"]["value"].clone();
        for (code, expected) in [
            ("action", "冻结"), ("account", "押金"), ("agentCode", "A0012"), ("amount", "3000.00"), ("requestedBy", "测试handler"), ("endorsedBy", "测试supervisor-2"),
            ("decision", "同意"), ("decidedBy", "测试manager"), ("opinion", "同意。"), ("decidedAt", "2024-03-04 09:30:00"),
        ] {
            assert_eq!(value(code), expected, "{code}");
        }
        let path = form["printPath"].as_str().unwrap();
        for (who, status) in [("handler", 200), ("manager", 200), ("handler-2", 404), ("registrar", 403), ("finance", 403), ("", 401)] {
            let page = world.get(who, path, &[]).await;
            assert_eq!(page.status(), status, "{who}");
            let body = page.text().await.unwrap();
            assert_eq!(body.contains("佣金、押金冻结(解冻)申请表") && body.contains("A0012") && body.contains("测试manager"), status == 200, "{who}");
        }
        let waiver = case.request_content(world, "handler", json!({ "lateFeeWaiver": { "amount": "1.00" } })).await;
        let waiver = Item::of(&waiver, "requestApproval");
        assert!(world.ask("handler", query, json!({ "id": waiver.id })).await.at("/node/form").is_null());
        assert_eq!(world.get("handler", &format!("/forms/{}/FREEZE_APPLICATION", waiver.id), &[]).await.status(), 404);
        assert_eq!(world.get("handler", &format!("/forms/{}/FREEZE_APPLICATION", case.id), &[]).await.status(), 404);
        let of_case = world.ask("handler", "query($id: ID!) { case(id: $id) { form(kind: FREEZE_APPLICATION) { title } } }", json!({ "id": case.id })).await;
        assert_eq!(of_case.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// HK-4.1.9: also where an organisation limits amounts, what is split counts together: of one kind, contract and case.
    async fn what_is_split_counts_together(world) {
        let name = "name = \"LATE_FEE_WAIVER\"\nrole = \"SUPERVISOR\"\nrule = \"HK-4.3\"\n";
        let tiers = format!("{name}amount = {{ at_most = \"500.00\" }}\n[[approvals.LATE_FEE_WAIVER.tiers]]\nname = \"LATE_FEE_2\"\nrole = \"MANAGER\"\nrule = \"HK-4.4\"\namount = {{ above = \"500.00\" }}\n");
        let content = PROFILE.replace(name, &tiers).replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        let case = road::investigated(world).await;
        let waiver = |amount: &str, contract: &str| json!({ "lateFeeWaiver": { "amount": amount, "contractNumber": contract } });
        let role = |answer: &Answer| answer.text("/requestApproval/approval/requiredRole");
        let first = case.request_content(world, "handler", waiver("300.00", "HK1")).await;
        assert_eq!(role(&first), "SUPERVISOR");
        let second = case.request_content(world, "handler", waiver("200.00", "hk-1")).await;
        assert_eq!(role(&second), "SUPERVISOR", "500.00 together");
        let elsewhere = case.request_content(world, "handler", waiver("500.00", "HK2")).await;
        assert_eq!(role(&elsewhere), "SUPERVISOR");
        let other_kind = case.request_content(world, "handler", json!({ "premiumCallback": { "amount": "9.00", "contractNumber": "HK1" } })).await;
        assert_eq!(role(&other_kind), "MANAGER");
        let third = case.request_content(world, "handler", waiver("0.01", "HK1")).await;
        assert_eq!(role(&third), "MANAGER", "500.01 together");
        let first = Item::of(&first, "requestApproval").see(world, "supervisor").await;
        assert_eq!((first.text("/approval/requiredRole"), first.text("/approval/steps/1/act")), ("MANAGER".to_owned(), "REASSESSED".to_owned()));
    }
}

scenario! {
    /// HK-4.0 HK-4.10: an item stays of its kind, and belongs to a case.
    async fn an_item_stays_of_its_kind(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request_content(world, "handler", json!({ "lateFeeWaiver": { "amount": "1.00" } })).await, "requestApproval");
        let more = json!({ "content": { "premiumCallback": { "amount": "1.00" } }, "reason": "x" });
        assert_eq!(item.act(world, "handler", "amendApproval", more).await.refusals("amendApproval"), ["STATE_NOT_ALLOWED HK-4.0 content"]);
        let more = json!({ "content": { "lateFeeWaiver": { "amount": "2.00" } }, "reason": "x" });
        item.act(world, "handler", "amendApproval", more).await.done("amendApproval");
        let homeless = json!({ "idempotencyKey": road::key(), "content": { "lateFeeWaiver": { "amount": "1.00" } }, "reason": "x" });
        assert_eq!(road::on_approval(world, "handler", "requestApproval", homeless).await.error_code(), "BAD_USER_INPUT");
    }
}
