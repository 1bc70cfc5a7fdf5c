use crate::support::road::{self, Item};
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-4.1.1 HK-4.1.2 HK-4.1.3 HK-4.1.4: every figure of the rows and the ten cells, to the fen.
    async fn the_server_works_the_tier_out(world) {
        let case = road::investigated(world).await;
        for (cash, total, premium, role, rule) in [
            // HK-4.1.1
            ("10000.00", "12000.00", "20000.00", "SUPERVISOR", "HK-4.1.1"),
            ("12000.00", "14000.00", "20000.00", "SUPERVISOR", "HK-4.1.1"),
            // HK-4.1.2
            ("10000.00", "12000.01", "20100.00", "MANAGER", "HK-4.1.2"),
            ("12000.01", "14000.01", "20000.00", "MANAGER", "HK-4.1.2"),
            ("10000.00", "20000.00", "30000.00", "MANAGER", "HK-4.1.2"),
            // HK-4.1.3
            ("10000.00", "20000.01", "30000.00", "GENERAL_MANAGER", "HK-4.1.3"),
            // HK-4.1.4
            ("10000.00", "20000.01", "20000.01", "GENERAL_MANAGER", "HK-4.1.3"),
            ("10000.00", "20000.00", "20000.00", "MANAGER", "HK-4.1.2"),
            ("9000.00", "9000.00", "10000.00", "MANAGER", "HK-4.1.2"),
            ("12001.01", "14001.00", "20000.00", "MANAGER", "HK-4.1.2"),
            // Truth table: E = 0, 2000, 2000.01, 10000, 10000.01 with R at exactly 70 % and one fen above.
            ("14000.00", "14000.00", "20000.00", "SUPERVISOR", "HK-4.1.1"),
            ("14000.01", "14000.01", "20000.00", "MANAGER", "HK-4.1.2"),
            ("11999.99", "14000.00", "20000.00", "MANAGER", "HK-4.1.2"),
            ("12000.00", "14000.01", "20000.00", "MANAGER", "HK-4.1.2"),
            ("4000.00", "14000.00", "20000.00", "MANAGER", "HK-4.1.2"),
            ("4000.01", "14000.01", "20000.00", "MANAGER", "HK-4.1.2"),
            ("3999.99", "14000.00", "20000.00", "GENERAL_MANAGER", "HK-4.1.3"),
            ("4000.00", "14000.01", "20000.00", "GENERAL_MANAGER", "HK-4.1.3"),
        ] {
            let answer = case.request(world, cash, total, premium).await;
            let item = Item::of(&answer, "requestApproval");
            let found = (answer.text("/requestApproval/approval/requiredRole"), answer.text("/requestApproval/approval/rule"));
            assert_eq!(found, (role.to_owned(), rule.to_owned()), "{cash} {total} {premium}");
            item.withdraw(world, "handler").await.done("withdrawApproval");
        }
    }
}

scenario! {
    /// HK-4.1.5: the excess is the server's own; the client has no way to send one, and impossible amounts are refused.
    async fn amounts_are_checked(world) {
        let case = road::investigated(world).await;
        let smuggled = case.request_with(world, "handler", json!({ "excess": "0" }), ("10000", "12500", "20000")).await;
        assert_eq!(smuggled.error_code(), "BAD_USER_INPUT");
        let answer = case.request(world, "10000", "12500", "20000").await;
        let item = Item::of(&answer, "requestApproval");
        let seen = item.see(world, "supervisor").await;
        assert_eq!(seen.text("/approval/content/excess"), "2500.00");
        assert_eq!(seen.text("/approval/content/ratioPercent"), "62.50");
        assert_eq!(seen.text("/approval/requiredRole"), "MANAGER");

        for (cash, total, premium, field) in [
            ("10000", "12000", "0", "totalPremium"),
            ("10000", "12000", "-20000", "totalPremium"),
            ("-1", "12000", "20000", "cashValue"),
            ("0", "-0.01", "20000", "agreedTotal"),
        ] {
            let refused = case.request(world, cash, total, premium).await;
            assert!(refused.refusals("requestApproval").contains(&format!("AMOUNT_NOT_ALLOWED HK-4.1.5 {field}")), "{:#}", refused.body);
        }
        for not_money in ["1.234", "１００", "abc", "", "1e5", "99999999999999"] {
            let wrong = case.request(world, "1", not_money, "20000").await;
            assert_eq!(wrong.error_code(), "BAD_USER_INPUT", "{not_money}");
        }
        for number in [json!(12000), json!(12000.5)] {
            let wrong = case.request_with(world, "handler", json!({ "agreedTotal": number }), ("1", "2", "3")).await;
            assert_eq!(wrong.error_code(), "BAD_USER_INPUT");
        }
    }
}

scenario! {
    /// HK-4.1.6: less than the cash value is no settlement; exactly the cash value is.
    async fn the_total_is_not_below_the_cash_value(world) {
        let case = road::investigated(world).await;
        let refused = case.request(world, "10000.00", "9999.99", "20000.00").await;
        assert_eq!(refused.refusals("requestApproval"), ["AMOUNT_NOT_ALLOWED HK-4.1.6 agreedTotal"]);
        let answer = case.request(world, "10000.00", "10000.00", "20000.00").await;
        assert_eq!(answer.done("requestApproval").text("/requestApproval/approval/requiredRole"), "SUPERVISOR");
    }
}

scenario! {
    /// HK-4.1.7: a partial surrender falls under the same tiers.
    async fn a_partial_surrender_has_the_same_tiers(world) {
        let case = road::investigated(world).await;
        let partial = json!({ "scope": "PARTIAL" });
        let answer = case.request_with(world, "handler", partial.clone(), ("3000", "5000.00", "8000")).await;
        let item = Item::of(&answer, "requestApproval");
        assert_eq!(answer.text("/requestApproval/approval/requiredRole"), "SUPERVISOR");
        item.withdraw(world, "handler").await.done("withdrawApproval");
        let answer = case.request_with(world, "handler", partial, ("3000", "5000.01", "8000")).await;
        assert_eq!(answer.done("requestApproval").text("/requestApproval/approval/requiredRole"), "MANAGER");
    }
}

scenario! {
    /// HK-4.1.9: items of one contract in one case count together, whatever the number looks like; other contracts do not.
    async fn splitting_does_not_lower_the_tier(world) {
        let case = road::investigated(world).await;
        let partial = |contract: &str| json!({ "scope": "PARTIAL", "contractNumber": contract });
        let first = case.request_with(world, "handler", partial("HK2019-000123"), ("10000", "11500.00", "30000")).await;
        let first = Item::of(&first, "requestApproval");
        first.approve(world, "supervisor").await.done("decideApproval");

        let second = case.request_with(world, "handler", partial("hk 2019 000123"), ("5000", "5500.00", "30000")).await;
        let second_item = Item::of(&second, "requestApproval");
        assert_eq!(second.text("/requestApproval/approval/requiredRole"), "SUPERVISOR", "1500 + 500 = 2000.00");
        second_item.withdraw(world, "handler").await.done("withdrawApproval");
        let second = case.request_with(world, "handler", partial("ＨＫ２０１９０００１２３"), ("5000", "5500.01", "30000")).await;
        let second_item = Item::of(&second, "requestApproval");
        assert_eq!(second.text("/requestApproval/approval/requiredRole"), "MANAGER", "1500 + 500.01 = 2000.01");
        let seen = second_item.see(world, "manager").await;
        assert_eq!(seen.text("/approval/content/excess"), "500.01");
        assert_eq!(seen.text("/approval/content/cumulativeExcess"), "2000.01");

        let elsewhere = case.request_with(world, "handler", partial("HK2020-999999"), ("5000", "5500.01", "30000")).await;
        assert_eq!(elsewhere.done("requestApproval").text("/requestApproval/approval/requiredRole"), "SUPERVISOR");
        let other = road::investigated(world).await;
        let other_case = other.request_with(world, "handler", partial("HK2019-000123"), ("5000", "5500.01", "30000")).await;
        assert_eq!(other_case.done("requestApproval").text("/requestApproval/approval/requiredRole"), "SUPERVISOR");
    }
}

scenario! {
    /// HK-4.1.9: two items that wait raise each other; when one drops out, the other comes down again.
    async fn waiting_items_raise_each_other(world) {
        let case = road::investigated(world).await;
        let partial = json!({ "scope": "PARTIAL" });
        let first = case.request_with(world, "handler", partial.clone(), ("10000", "11500.00", "30000")).await;
        let first = Item::of(&first, "requestApproval");
        let second = case.request_with(world, "handler", partial, ("5000", "5500.01", "30000")).await;
        let second = Item::of(&second, "requestApproval");

        let stale = first.approve(world, "supervisor").await;
        assert_eq!(stale.error_code(), "CONFLICT", "the first item is another one now: its tier rose");
        let first = first.now(world).await;
        let refused = first.approve(world, "supervisor").await;
        assert_eq!(refused.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.1.2"]);

        second.withdraw(world, "handler").await.done("withdrawApproval");
        let first = first.now(world).await;
        assert_eq!(first.see(world, "supervisor").await.text("/approval/requiredRole"), "SUPERVISOR");
        first.approve(world, "supervisor").await.done("decideApproval");
    }
}

scenario! {
    /// HK-4.1.9: one full surrender of a contract at a time; a refused or withdrawn one makes room.
    async fn one_full_surrender_at_a_time(world) {
        let case = road::investigated(world).await;
        let first = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let second = case.request(world, "10000", "11000", "30000").await;
        assert_eq!(second.refusals("requestApproval"), ["FULL_SURRENDER_EXISTS HK-4.1.9 scope"]);
        let elsewhere = json!({ "contractNumber": "HK2020-000001" });
        case.request_with(world, "handler", elsewhere, ("10000", "11000", "30000")).await.done("requestApproval");
        first.refuse(world, "supervisor").await.done("decideApproval");
        case.request(world, "10000", "11000", "30000").await.done("requestApproval");
    }
}

scenario! {
    /// HK-4.0 HK-4.8: the handler of the case asks, while it is being worked on; the general manager never does.
    async fn who_may_ask_and_when(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let early = case.request(world, "10000", "11000", "30000").await;
        assert_eq!(early.refusals("requestApproval"), ["STATE_NOT_ALLOWED HK-4.0"]);
        case.investigate(world).await;
        let amounts = ("10000", "11000", "30000");
        let supervisor = case.request_with(world, "supervisor", json!({}), amounts).await;
        assert_eq!(supervisor.refusals("requestApproval"), ["NOT_THE_HANDLER HK-4.0"]);
        let stranger = case.request_with(world, "handler-2", json!({}), amounts).await;
        assert_eq!(stranger.error_code(), "NOT_FOUND", "another handler does not see the case");
        for who in ["general-manager", "manager", "registrar", "auditor", "archivist", "assistant-manager", "admin"] {
            let forbidden = case.request_with(world, who, json!({}), amounts).await;
            assert_eq!(forbidden.error_code(), "FORBIDDEN", "{who}");
        }
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        let late = case.request(world, "10000", "11000", "30000").await;
        assert_eq!(late.refusals("requestApproval"), ["STATE_NOT_ALLOWED HK-4.0"]);
    }
}

scenario! {
    /// HK-4.0: an unknown kind and an item without a case are refused.
    async fn kinds_are_a_closed_list(world) {
        let case = road::investigated(world).await;
        for content in [json!({ "gift": {} }), json!({}), json!({ "negotiatedSurrender": null })] {
            let input = json!({ "idempotencyKey": road::key(), "caseId": case.id, "content": content, "reason": "x" });
            assert_eq!(road::on_approval(world, "handler", "requestApproval", input).await.error_code(), "BAD_USER_INPUT");
        }
        let input = json!({ "idempotencyKey": road::key(), "content": { "negotiatedSurrender": road::surrender("1", "2", "3") }, "reason": "x" });
        assert_eq!(road::on_approval(world, "handler", "requestApproval", input).await.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// The same key and payload: the first answer again. The same key and another payload: an error.
    async fn a_request_sent_twice_is_one_request(world) {
        let case = road::investigated(world).await;
        let input = json!({
            "idempotencyKey": "one and the same", "caseId": case.id, "reason": "x",
            "content": { "negotiatedSurrender": road::surrender("10000", "11000", "30000") },
        });
        let first = road::on_approval(world, "handler", "requestApproval", input.clone()).await;
        let again = road::on_approval(world, "handler", "requestApproval", input.clone()).await;
        assert_eq!(first.body, again.body);
        let mut other = input;
        other["reason"] = json!("y");
        assert_eq!(road::on_approval(world, "handler", "requestApproval", other).await.error_code(), "BAD_USER_INPUT");
        let items = world.ask("supervisor", "{ approvals { totalCount } }", json!({})).await;
        assert_eq!(items.number("/approvals/totalCount"), 1);
    }
}

scenario! {
    /// HK-4.1.9 G-9: an item whose sum another one raises says so: a step, an audit event, and its endorsement is void.
    async fn a_raised_item_is_on_record(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "15000", "30000").await, "requestApproval");
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        let part = json!({ "scope": "PARTIAL" });
        case.request_with(world, "handler", part, ("1000", "7000", "30000")).await.done("requestApproval");
        let seen = item.see(world, "manager").await;
        assert_eq!((seen.text("/approval/state").as_str(), seen.text("/approval/requiredRole").as_str()), ("PENDING", "GENERAL_MANAGER"));
        assert_eq!(seen.text("/approval/content/cumulativeExcess"), "11000.00");
        assert_eq!(seen.at("/approval/endorsedBy"), &json!(null));
        let steps = seen.at("/approval/steps").as_array().unwrap();
        let acts: Vec<_> = steps.iter().map(|step| (step["act"].as_str().unwrap(), step["void"].as_bool().unwrap())).collect();
        assert_eq!(acts, [("REQUESTED", false), ("ENDORSED", true), ("REASSESSED", false)]);
        let now = item.now(world).await;
        assert_eq!(now.approve(world, "general-manager").await.refusals("decideApproval"), ["AWAITING_ENDORSEMENT HK-4.11"]);
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [APPROVAL_REQUESTED] }, first: 1) { edges { node { after } } } }", json!({})).await;
        let reassessed = &events.at("/auditEvents/edges/0/node/after")["reassessed"][0];
        assert_eq!(reassessed["before"]["cumulativeAmount"], 500_000);
        assert_eq!((&reassessed["after"]["cumulativeAmount"], &reassessed["after"]["state"]), (&json!(1_100_000), &json!("PENDING")));
        let now = Item::of(&now.endorse(world, "supervisor").await, "endorseApproval");
        now.approve(world, "general-manager").await.done("decideApproval");
    }
}
