//! delegateAuthority, revokeDelegation: authority lent for some days, within bounds, never further (HK-A8).

use crate::support::notices::told;
use crate::support::road::{self, Item};
use crate::support::{Answer, PROFILE, World, scenario};
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

const DELEGATION: &str = "delegation { id version state delegator { name } delegate { name } firstDay lastDay kinds maxAmount department { name } reason revokedAt revokedBy { name } } refusals { code rule field mayBeDoneBy }";

/// From 1 March on, authority may be delegated for 31 days at most.
async fn allow(world: &World) {
    let content = PROFILE
        .replace("2013-01-01", "2024-03-01")
        .replace("[allocation]\n", "[delegation]\nmost_days = 31\n\n[allocation]\n");
    world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
}

async fn lend(world: &World, from: &str, to: &str, more: Value) -> Answer {
    let mut input = json!({
        "idempotencyKey": road::key(), "delegateId": world.id_of(to).await, "firstDay": "2024-03-04", "lastDay": "2024-03-08",
        "reason": "休假。",
    });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    let query =
        format!("mutation($input: DelegateAuthorityInput!) {{ delegateAuthority(input: $input) {{ {DELEGATION} }} }}");
    world.ask(from, &query, json!({ "input": input })).await
}

async fn revoke(world: &World, who: &str, delegation: &Answer) -> Answer {
    let given = delegation.at("/delegateAuthority/delegation");
    let input = json!({ "delegationId": given["id"], "expectedVersion": given["version"], "reason": "提前销假。" });
    let query =
        format!("mutation($input: RevokeDelegationInput!) {{ revokeDelegation(input: $input) {{ {DELEGATION} }} }}");
    world.ask(who, &query, json!({ "input": input })).await
}

/// An item for the manager that a supervisor has endorsed.
async fn for_the_manager(world: &World, excess: &str) -> Item {
    let case = road::investigated(world).await;
    let item = Item::of(&case.request(world, "10000", excess, "90000").await, "requestApproval");
    Item::of(&item.endorse(world, "supervisor-2").await, "endorseApproval")
}

const ABOVE: [&str; 1] = ["ABOVE_AUTHORITY HK-4.1.2"];

scenario! {
    /// HK-A8: off unless the profile lets it be; then dated, told to both, and every act recorded as X for Y, with its reasons.
    async fn somebody_acts_for_somebody_else(world) {
        assert_eq!(lend(world, "manager", "supervisor", json!({})).await.refusals("delegateAuthority"), ["NOT_ALLOWED_BY_PROFILE HK-A8"]);
        allow(world).await;
        let item = for_the_manager(world, "13000").await;
        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ABOVE);
        let lent = lend(world, "manager", "supervisor", json!({})).await;
        let given = lent.done("delegateAuthority").at("/delegateAuthority/delegation");
        assert_eq!((&given["state"], &given["delegator"]["name"], &given["delegate"]["name"]), (&json!("IN_FORCE"), &json!("测试manager"), &json!("测试supervisor")));
        assert_eq!(told(world, NotificationKind::AuthorityDelegated).await, ["manager", "supervisor"]);
        let waiting = world.ask("supervisor", "{ viewer { tasks(first: 10) { edges { node { kind } } } notifications(first: 1) { edges { node { kind title case { id } } } } } }", json!({})).await;
        assert_eq!(waiting.text("/viewer/tasks/edges/0/node/kind"), "DECIDE_APPROVAL");
        assert_eq!(waiting.text("/viewer/notifications/edges/0/node/kind"), "AUTHORITY_DELEGATED");
        assert_eq!(waiting.at("/viewer/notifications/edges/0/node/case"), &json!(null));

        item.approve(world, "supervisor").await.done("decideApproval");
        let query = "query($id: ID!) { node(id: $id) { ... on Approval { state decidedBy { name } decidedFor { name } explanation { findings { rule holds statement } }
            steps { act actedAs aboveTier actedBy { name } actedFor { name } explanation { deciders { person { name } role onBehalfOf { name } } } replay { identical } } } } }";
        let seen = world.ask("auditor", query, json!({ "id": item.id })).await;
        assert_eq!((seen.text("/node/decidedBy/name"), seen.text("/node/decidedFor/name")), ("测试supervisor".into(), "测试manager".into()));
        let step = seen.at("/node/steps/2");
        assert_eq!((&step["act"], &step["actedAs"], &step["aboveTier"]), (&json!("APPROVED"), &json!("MANAGER"), &json!(false)));
        assert_eq!((&step["actedBy"]["name"], &step["actedFor"]["name"]), (&json!("测试supervisor"), &json!("测试manager")));
        assert_eq!(step["replay"]["identical"], true);
        let named = json!({ "person": { "name": "测试supervisor" }, "role": "MANAGER", "onBehalfOf": { "name": "测试manager" } });
        assert!(step["explanation"]["deciders"].as_array().unwrap().contains(&named), "{step:#}");
        let event = world.ask("auditor", "{ auditEvents(filter: { actions: [APPROVAL_DECIDED] }) { edges { node { after } } } }", json!({})).await;
        assert!(!event.at("/auditEvents/edges/0/node/after")["actedFor"].is_null());
    }
}

scenario! {
    /// HK-A8: from the first moment of the first day to the last of the last, local time; nobody acts a second later.
    async fn it_holds_on_its_days(world) {
        allow(world).await;
        let item = for_the_manager(world, "13000").await;
        lend(world, "manager", "supervisor", json!({ "firstDay": "2024-03-05", "lastDay": "2024-03-06" })).await.done("delegateAuthority");
        for (now, may) in [
            ("2024-03-04T23:59:59", false), ("2024-03-05T00:00:00", true), ("2024-03-06T23:59:59", true), ("2024-03-07T00:00:00", false),
        ] {
            world.set_time(now);
            let seen = item.see(world, "supervisor").await;
            assert_eq!(seen.at("/approval/viewerCan/decide/allowed"), &json!(may), "{now}");
        }
        world.set_time("2024-03-07T00:00:00");
        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ABOVE);
        world.set_time("2024-03-06T23:59:59");
        item.approve(world, "supervisor").await.done("decideApproval");
    }
}

scenario! {
    /// HK-A8: bounded by amount (inclusive, of the sum), by kind and by department; the explanation says which bound it is.
    async fn it_holds_within_its_bounds(world) {
        allow(world).await;
        world.add_person_in("分公司", "remote-handler", &[Role::Handler]).await;
        let departments = world.ask("admin", "{ departments(first: 50) { edges { node { id name } } } }", json!({})).await;
        let find = |name: &str| {
            let edges = departments.at("/departments/edges").as_array().unwrap();
            edges.iter().find(|edge| edge["node"]["name"] == name).unwrap()["node"]["id"].clone()
        };
        for (bounds, may) in [
            (json!({ "maxAmount": "3000.00" }), true),
            (json!({ "maxAmount": "2999.99" }), false),
            (json!({ "kinds": ["NEGOTIATED_SURRENDER", "AGENT_CHANGE"] }), true),
            (json!({ "kinds": ["PREMIUM_CALLBACK"] }), false),
            (json!({ "departmentId": find("客服部") }), true),
            (json!({ "departmentId": find("分公司") }), false),
        ] {
            let item = for_the_manager(world, "13000").await;
            let lent = lend(world, "manager", "supervisor", bounds.clone()).await;
            lent.done("delegateAuthority");
            let answer = item.approve(world, "supervisor").await;
            if may {
                answer.done("decideApproval");
            } else {
                assert_eq!(answer.refusals("decideApproval"), ABOVE, "{bounds}");
                let query = "query($id: ID!) { node(id: $id) { ... on Approval { explanation { findings { rule holds statement } } } } }";
                let seen = world.ask("supervisor", query, json!({ "id": item.id })).await;
                let findings = seen.at("/node/explanation/findings").as_array().unwrap().clone();
                assert!(findings.iter().any(|found| found["rule"] == "HK-A8" && found["holds"] == false), "{findings:#?}");
            }
            revoke(world, "manager", &lent).await.done("revokeDelegation");
        }
    }
}

scenario! {
    /// HK-A8: taken back, it is gone at once, whoever is signed in; a stale version is a conflict, and what ended is not ended twice.
    async fn taken_back_it_is_gone_at_once(world) {
        allow(world).await;
        let item = for_the_manager(world, "13000").await;
        let lent = lend(world, "manager", "supervisor", json!({})).await;
        assert_eq!(item.see(world, "supervisor").await.at("/approval/viewerCan/decide/allowed"), &json!(true));
        assert_eq!(revoke(world, "supervisor-2", &lent).await.error_code(), "NOT_FOUND");
        assert_eq!(revoke(world, "supervisor", &lent).await.refusals("revokeDelegation"), ["ABOVE_AUTHORITY HK-A8"], "the delegate does not end it");
        let revoked = revoke(world, "general-manager", &lent).await;
        assert_eq!(revoked.done("revokeDelegation").text("/revokeDelegation/delegation/state"), "REVOKED");
        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ABOVE);
        assert_eq!(told(world, NotificationKind::DelegationRevoked).await, ["manager", "supervisor"]);
        assert_eq!(revoke(world, "manager", &lent).await.error_code(), "CONFLICT");
        let again = world.ask("manager", &format!("mutation($input: RevokeDelegationInput!) {{ revokeDelegation(input: $input) {{ {DELEGATION} }} }}"),
            json!({ "input": { "delegationId": lent.at("/delegateAuthority/delegation/id"), "expectedVersion": 2, "reason": "再次" } })).await;
        assert_eq!(again.refusals("revokeDelegation"), ["STATE_NOT_ALLOWED HK-A8"]);
    }
}

scenario! {
    /// HK-4.8 HK-A8: a delegation goes round no separation of duties: neither that of the delegate, nor that of the delegator; and
    /// what is lent is lent no further.
    async fn it_goes_round_no_separation_of_duties(world) {
        allow(world).await;
        // Lent by the manager to the supervisor, and by the supervisor to a colleague: the colleague gets no manager's authority.
        lend(world, "manager", "supervisor", json!({})).await.done("delegateAuthority");
        lend(world, "supervisor", "supervisor-2", json!({})).await.done("delegateAuthority");
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "13000", "90000").await, "requestApproval");
        // The delegate endorsed it: theirs is not the last word as well.
        let endorsed = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        assert_eq!(endorsed.approve(world, "supervisor-2").await.refusals("decideApproval"), ABOVE);
        assert_eq!(endorsed.approve(world, "supervisor").await.refusals("decideApproval"), ["OWN_WORK HK-4.11"]);
        endorsed.approve(world, "manager").await.done("decideApproval");

        // The delegate handles the case.
        let mut own = road::registered(world).await;
        own.allocate(world, "supervisor").await;
        own.investigate(world).await;
        let item = Item::of(&own.request(world, "10000", "11000", "90000").await, "requestApproval");
        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ["OWN_WORK HK-4.8"]);

        // The delegator handles the case: what they must not decide, nobody decides for them.
        world.add_person("both", &[Role::Handler, Role::Manager]).await;
        lend(world, "both", "supervisor-2", json!({})).await.done("delegateAuthority");
        let mut theirs = road::registered(world).await;
        theirs.allocate(world, "both").await;
        theirs.investigate(world).await;
        let item = Item::of(&theirs.request(world, "10000", "11000", "90000").await, "requestApproval");
        assert_eq!(item.approve(world, "supervisor-2").await.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.8"]);
        // Declared a conflict: the same.
        let item = for_the_manager(world, "13000").await;
        let on_case = world.ask("manager", "query($id: ID!) { node(id: $id) { ... on Approval { case { id } } } }", json!({ "id": item.id })).await;
        let input = json!({ "caseId": on_case.at("/node/case/id"), "reason": "亲属关系。" });
        road::on_case(world, "manager", "declareRecusal", input).await.done("declareRecusal");
        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ABOVE);
    }
}

scenario! {
    /// HK-A8 HK-4.9: who lends what to whom, and for how long; the assistant manager has no authority, not on loan either.
    async fn who_lends_what_to_whom(world) {
        allow(world).await;
        for who in ["handler", "assistant-manager", "auditor", "admin", "finance"] {
            assert_eq!(lend(world, who, "supervisor", json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(lend(world, "", "supervisor", json!({})).await.error_code(), "UNAUTHENTICATED");
        for delegate in ["assistant-manager", "handler", "manager"] {
            assert_eq!(lend(world, "manager", delegate, json!({})).await.refusals("delegateAuthority"), ["NOT_ASSIGNABLE HK-A8 delegateId"], "{delegate}");
        }
        for (days, refused) in [
            (("2024-03-03", "2024-03-08"), true), (("2024-03-08", "2024-03-07"), true), (("2024-03-04", "2024-04-03"), false), (("2024-03-04", "2024-04-04"), true),
        ] {
            let answer = lend(world, "manager", "supervisor", json!({ "firstDay": days.0, "lastDay": days.1 })).await;
            let expected: &[&str] = if refused { &["TIME_NOT_ALLOWED HK-A8 until"] } else { &[] };
            assert_eq!(answer.refusals("delegateAuthority"), expected, "{days:?}");
        }
        for bad in [json!({ "reason": "  " }), json!({ "maxAmount": "-0.01" }), json!({ "firstDay": "0001-01-01" })] {
            assert_eq!(lend(world, "manager", "supervisor", bad.clone()).await.error_code(), "BAD_USER_INPUT", "{bad}");
        }
        let twice = json!({ "idempotencyKey": "lent once" });
        let first = lend(world, "manager", "supervisor", twice.clone()).await;
        assert_eq!(first.done("delegateAuthority").body, lend(world, "manager", "supervisor", twice).await.body);
    }
}

scenario! {
    /// HK-A8: those who lend and are lent to see theirs, auditors and the general manager all; what is not yours is not there.
    async fn who_sees_delegations(world) {
        allow(world).await;
        let lent = lend(world, "manager", "supervisor", json!({})).await;
        let id = lent.at("/delegateAuthority/delegation/id").clone();
        let query = "query($id: ID!, $day: NaiveDate) { delegations(inForceOn: $day, first: 10) { totalCount edges { node { id } } } node(id: $id) { id } }";
        for (who, sees) in [
            ("manager", true), ("supervisor", true), ("auditor", true), ("general-manager", true), ("supervisor-2", false), ("handler", false),
        ] {
            let seen = world.ask(who, query, json!({ "id": id })).await;
            assert_eq!((seen.number("/delegations/totalCount"), seen.at("/node").is_null()), (i64::from(sees), !sees), "{who}");
        }
        for (day, count) in [("2024-03-03", 0), ("2024-03-04", 1), ("2024-03-08", 1), ("2024-03-09", 0)] {
            assert_eq!(world.ask("auditor", query, json!({ "id": id, "day": day })).await.number("/delegations/totalCount"), count, "{day}");
        }
    }
}
