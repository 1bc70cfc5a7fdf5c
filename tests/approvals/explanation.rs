//! Why an item stands where it stands, what keeps people from it, and past decisions worked out again.

use crate::support::road::{self, Item};
use crate::support::{PROFILE, World, scenario};
use redress::approvals::service::replay::replay_all;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

const EXPLAIN: &str = "query($id: ID!) { node(id: $id) { ... on Approval { version
    explanation { profile { code } cumulativeAmount tier namedRole requiredRole rule needsEndorsement findings { rule holds statement }
        endorsers { person { id } role aboveTier } deciders { person { id } role aboveTier } conflicts { person { id } reasons } }
    steps { act actedAs explanation { requiredRole cumulativeAmount deciders { role } conflicts { reasons } } replay { identical recorded recomputed } } } } }";

async fn explain(world: &World, item: &Item) -> Value {
    world.ask("supervisor", EXPLAIN, json!({ "id": item.id })).await.at("/node").clone()
}

scenario! {
    /// HK-4.1.2 HK-4.11: each rule that held or did not, with its numbers; who could act, and whom a conflict keeps from it.
    async fn an_item_is_explained(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "12000.01", "20000").await, "requestApproval");
        let found = explain(world, &item).await;
        let explanation = &found["explanation"];
        assert_eq!(explanation["cumulativeAmount"], "2000.01");
        for (field, expected) in [("tier", "SURRENDER_2"), ("namedRole", "MANAGER"), ("requiredRole", "MANAGER"), ("rule", "HK-4.1.2")] {
            assert_eq!(explanation[field], expected, "{field}");
        }
        assert_eq!(explanation["needsEndorsement"], true);
        let findings = explanation["findings"].as_array().unwrap();
        for (rule, holds, statement) in [
            ("HK-4.1.1", false, "超额 2000.01 ≤ 2000.00"),
            ("HK-4.1.2", true, "超额 2000.01 > 2000.00, ≤ 10000.00"),
            ("HK-4.1.1", true, "比例 12000.01 / 20000.00 ≤ 70 %"),
            ("HK-4.1.3", false, "超额 2000.01 > 10000.00"),
        ] {
            let expected = json!({ "rule": rule, "holds": holds, "statement": statement });
            assert!(findings.contains(&expected), "{expected} is not in {findings:#?}");
        }
        let deciders: Vec<_> = explanation["deciders"].as_array().unwrap().iter().map(|one| one["role"].as_str().unwrap()).collect();
        assert!(deciders.contains(&"MANAGER") && deciders.contains(&"GENERAL_MANAGER") && !deciders.contains(&"SUPERVISOR"));
        let handler = world.id_of("handler").await;
        assert_eq!(explanation["conflicts"], json!([{ "person": { "id": handler }, "reasons": ["REQUESTED", "HANDLES_CASE"] }]));
        assert_eq!(found["steps"][0]["explanation"], Value::Null, "asking takes no authority");
    }
}

scenario! {
    /// Whatever changes afterwards, a decision is worked out again from what it was worked out from, to the byte.
    async fn a_decision_is_replayed(world) {
        let mut case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "12000.01", "20000").await, "requestApproval");
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        item.approve(world, "manager").await.done("decideApproval");
        // Another profile, another handler, another sum of the contract, and the decider declared too late.
        let content = PROFILE.replace("2000.00", "1.00").replace("2013-01-01", "2024-02-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        case.version += 0;
        let partial = json!({ "scope": "PARTIAL" });
        case.request_with(world, "handler", partial, ("100", "5000", "30000")).await.done("requestApproval");
        let declared = json!({ "caseId": case.id, "reason": "亲属关系" });
        road::on_case(world, "manager", "declareRecusal", declared).await.done("declareRecusal");
        let found = explain(world, &item).await;
        let binding: Vec<_> = found["steps"].as_array().unwrap().iter().filter(|step| !step["actedAs"].is_null()).collect();
        assert_eq!(binding.len(), 2);
        for step in binding {
            assert_eq!(step["replay"]["identical"], true, "{step:#}");
            assert_eq!(step["replay"]["recorded"], step["replay"]["recomputed"]);
            assert_eq!(step["explanation"]["cumulativeAmount"], "2000.01");
        }
        let replayed = replay_all(&world.db, &Actor::system("test")).await.unwrap();
        assert_eq!((replayed.identical, replayed.unrecorded, replayed.different.len()), (2, 0, 0));
        let deciders = found["steps"][2]["explanation"]["deciders"].as_array().unwrap();
        assert!(deciders.iter().any(|one| one["role"] == "MANAGER"), "as it was then");
    }
}

scenario! {
    /// G-7 HK-4.8: a case that went to somebody else does not free whoever handled it, drafted its plan or asked before.
    async fn whoever_had_a_part_stays_out(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "supervisor").await;
        case.investigate(world).await;
        let asked = case.request_with(world, "supervisor", json!({}), ("10000", "11000", "30000")).await;
        let item = Item::of(&asked, "requestApproval");
        case.step(world, "supervisor-2", "reassignCase", json!({ "handlerId": world.id_of("handler").await, "reason": "工作调整" })).await;
        // The new handler asks in person now: the tier is the supervisor's, but not this one's.
        let amended = item.amend(world, "handler", road::surrender("10000", "11000.01", "30000")).await;
        let item = Item::of(&amended, "amendApproval");
        assert_eq!(item.see(world, "supervisor").await.text("/approval/requiredRole"), "SUPERVISOR");
        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ["OWN_WORK HK-4.8"]);
        let explained = explain(world, &item).await;
        let supervisor = world.id_of("supervisor").await;
        let conflict = explained["explanation"]["conflicts"].as_array().unwrap().iter().find(|one| one["person"]["id"] == supervisor.as_str()).unwrap().clone();
        assert_eq!(conflict["reasons"], json!(["REQUESTED", "HANDLED_CASE"]));
        item.approve(world, "supervisor-2").await.done("decideApproval");
    }
}

scenario! {
    /// G-7: where nobody of a rank is left, the next one decides; where nobody is left at all, the item is listed and says so.
    async fn where_nobody_is_left(world) {
        let content = PROFILE.replace("higher_rank_may_decide = true", "higher_rank_may_decide = false").replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        let case = road::investigated(world).await;
        let listed = "{ unassignableApprovals { id } }";
        for who in ["supervisor", "supervisor-2"] {
            let declared = json!({ "caseId": case.id, "reason": "与投诉人系亲属" });
            road::on_case(world, who, "declareRecusal", declared).await.done("declareRecusal");
        }
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let seen = item.see(world, "manager").await;
        assert_eq!((seen.text("/approval/requiredRole"), seen.text("/approval/rule")), ("MANAGER".to_owned(), "HK-4.8".to_owned()));
        assert_eq!(world.ask("supervisor", listed, json!({})).await.at("/unassignableApprovals"), &json!([]));
        for who in ["manager", "manager-2", "general-manager", "general-manager-2"] {
            let declared = json!({ "caseId": case.id, "reason": "与投诉人系亲属" });
            road::on_case(world, who, "declareRecusal", declared).await.done("declareRecusal");
        }
        assert_eq!(world.ask("supervisor", listed, json!({})).await.at("/unassignableApprovals/0/id"), &json!(item.id));
        let why = "query($id: ID!, $action: ApprovalAction!) { whyCannot(approvalId: $id, action: $action) { code rule message mayBeDoneBy } }";
        let recused = world.ask("manager", why, json!({ "id": item.id, "action": "DECIDE" })).await;
        let codes: Vec<_> = recused.at("/whyCannot").as_array().unwrap().iter().map(|one| (one["code"].as_str().unwrap(), one["rule"].as_str().unwrap())).collect();
        assert_eq!(codes, [("ABOVE_AUTHORITY", "HK-4.1.1"), ("NOBODY_ABOVE", "HK-4.8")], "the profile lets no higher rank decide, and nobody is left");
        assert_eq!(world.ask("handler", why, json!({ "id": item.id, "action": "WITHDRAW" })).await.at("/whyCannot"), &json!([]));
        assert_eq!(world.ask("handler-2", why, json!({ "id": item.id, "action": "DECIDE" })).await.at("/whyCannot"), &Value::Null);
    }
}
