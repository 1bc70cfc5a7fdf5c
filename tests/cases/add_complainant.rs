use crate::support::road::{self, key};
use crate::support::{Answer, World, scenario};
use futures_util::future::join_all;
use serde_json::{Value, json};

const PEOPLE: &str = "query($id: ID!) { case(id: $id) { version headCount groupHeadCount
    complainants { id name { visibility value } phone { value } relation lead representative } } }";

fn somebody(name: &str, representative: bool) -> Value {
    json!({ "name": name, "relation": "OTHER", "representative": representative })
}

fn people(count: usize, representatives: usize) -> Vec<Value> {
    (0..count).map(|n| somebody(&format!("投诉人{n}"), n < representatives)).collect()
}

async fn see(world: &World, who: &str, id: &str) -> Answer {
    world.ask(who, PEOPLE, json!({ "id": id })).await
}

scenario! {
    /// HK-7.2.1: a group with its lead complainant, those who speak for it, and many who are not named.
    async fn a_group_complains(world) {
        let further = json!([
            { "name": "王建军", "phone": "139 0000 0001", "relation": "SPOUSE", "representative": true },
            { "name": "欧阳·买买提", "relation": "OTHER" },
        ]);
        let case = road::registered_with(world, json!({ "furtherComplainants": further, "headCount": 50 })).await;
        let seen = see(world, "registrar", &case.id).await;
        assert_eq!(seen.number("/case/headCount"), 50);
        assert_eq!(seen.number("/case/groupHeadCount"), 50);
        let named = seen.at("/case/complainants").as_array().unwrap().clone();
        let without_ids: Vec<_> = named.iter().map(|one| {
            let mut one = one.clone();
            one.as_object_mut().unwrap().remove("id").unwrap();
            one
        }).collect();
        assert_eq!(json!(without_ids), json!([
            { "name": { "visibility": "SHOWN", "value": "李秀英" }, "phone": { "value": "138 1234 5678" }, "relation": "ONESELF", "lead": true, "representative": false },
            { "name": { "visibility": "SHOWN", "value": "王建军" }, "phone": { "value": "139 0000 0001" }, "relation": "SPOUSE", "lead": false, "representative": true },
            { "name": { "visibility": "SHOWN", "value": "欧阳·买买提" }, "phone": null, "relation": "OTHER", "lead": false, "representative": false },
        ]));
        let masked = see(world, "supervisor", &case.id).await;
        assert_eq!(masked.at("/case/complainants/1/name"), &json!({ "visibility": "PARTIAL", "value": "王**" }));
        assert_eq!(masked.text("/case/complainants/1/phone/value"), "139******0001");
        let one = road::registered(world).await;
        assert_eq!(see(world, "registrar", &one.id).await.number("/case/headCount"), 1);
    }
}

scenario! {
    /// HK-7.2.1: five speak for a group besides the lead complainant, six do not; no head count below those who are named;
    /// nobody named twice.
    async fn the_bounds_of_a_group(world) {
        for (changes, refusals) in [
            (json!({ "furtherComplainants": people(7, 5) }), vec![]),
            (json!({ "furtherComplainants": people(7, 6) }), vec!["TOO_MANY HK-7.2.1 representative"]),
            (json!({ "furtherComplainants": people(4, 0), "headCount": 5 }), vec![]),
            (json!({ "furtherComplainants": people(4, 0), "headCount": 4 }), vec!["HEAD_COUNT_NOT_ALLOWED HK-7.2.1 headCount"]),
            (json!({ "headCount": 0 }), vec!["HEAD_COUNT_NOT_ALLOWED HK-7.2.1 headCount"]),
            (json!({ "headCount": -1 }), vec!["HEAD_COUNT_NOT_ALLOWED HK-7.2.1 headCount"]),
            (json!({ "headCount": 1_000_000 }), vec![]),
            (json!({ "headCount": 1_000_001 }), vec!["HEAD_COUNT_NOT_ALLOWED HK-7.2.1 headCount"]),
            (json!({ "furtherComplainants": [somebody("甲", false), somebody(" 甲 ", false)] }), vec!["ALREADY_THERE HK-7.2.1 name"]),
        ] {
            let answer = road::on_case(world, "registrar", "registerCase", road::complaint_with(changes.clone())).await;
            assert_eq!(answer.refusals("registerCase"), refusals, "{changes}");
        }
        let many = road::complaint_with(json!({ "furtherComplainants": people(101, 0) }));
        assert_eq!(road::on_case(world, "registrar", "registerCase", many).await.error_code(), "BAD_USER_INPUT");
        let nameless = road::complaint_with(json!({ "furtherComplainants": [somebody(" ", false)] }));
        assert_eq!(road::on_case(world, "registrar", "registerCase", nameless).await.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// HK-7.2.1: named later, by whoever works on the case; the head count grows when it must, and each is named once.
    async fn complainants_are_added_on_the_way(world) {
        let mut case = road::registered_with(world, json!({ "headCount": 3 })).await;
        let add = |name: &str, representative: bool| json!({ "idempotencyKey": key(), "complainant": somebody(name, representative) });
        case.step(world, "registrar", "addComplainant", add("甲", true)).await;
        let again = case.attempt(world, "registrar", "addComplainant", add("甲", false)).await;
        assert_eq!(again.refusals("addComplainant"), ["ALREADY_THERE HK-7.2.1 name"]);
        case.step(world, "registrar", "addComplainant", add("乙", false)).await;
        assert_eq!(see(world, "registrar", &case.id).await.number("/case/headCount"), 3);
        let sent = add("丙", false);
        let first = case.step(world, "registrar", "addComplainant", sent.clone()).await;
        let twice = case.step(world, "registrar", "addComplainant", sent).await;
        assert_eq!(first.body, twice.body, "sent twice, named once");
        assert_eq!(see(world, "registrar", &case.id).await.number("/case/headCount"), 4);

        case.allocate(world, "handler").await;
        for n in 0..4 {
            case.step(world, "handler", "addComplainant", add(&format!("代表{n}"), true)).await;
        }
        let sixth = case.attempt(world, "handler", "addComplainant", add("代表4", true)).await;
        assert_eq!(sixth.refusals("addComplainant"), ["TOO_MANY HK-7.2.1 representative"]);
        let former = case.attempt(world, "registrar", "addComplainant", add("丁", false)).await;
        assert_eq!(former.refusals("addComplainant"), ["NOT_THE_HANDLER HK-7.2.1"]);
        let supervisor = case.attempt(world, "supervisor", "addComplainant", add("丁", false)).await;
        assert_eq!(supervisor.refusals("addComplainant"), ["NOT_THE_HANDLER HK-7.2.1"]);
        assert_eq!(case.attempt(world, "handler-2", "addComplainant", add("丁", false)).await.error_code(), "NOT_FOUND");
        assert_eq!(case.attempt(world, "auditor", "addComplainant", add("丁", false)).await.error_code(), "FORBIDDEN");

        let record = "query($id: ID!) { case(id: $id) { timeline(first: 50, direction: ASC) { edges { node { kind detail { ... on ComplainantsDetail { headCount named reason } } } } } } }";
        let record = world.ask("handler", record, json!({ "id": case.id })).await;
        let added: Vec<_> = record.at("/case/timeline/edges").as_array().unwrap().iter().filter(|edge| edge["node"]["kind"] == "COMPLAINANT_ADDED").collect();
        assert_eq!(added.len(), 7);
        assert_eq!(added[2]["node"]["detail"], json!({ "headCount": 4, "named": 4, "reason": null }));
    }
}

scenario! {
    /// HK-7.2.1: the number of those who complain is updated with a reason, never below those who are named.
    async fn the_head_count_is_updated(world) {
        let mut case = road::registered_with(world, json!({ "furtherComplainants": people(2, 0) })).await;
        let to = |count: i32| json!({ "headCount": count, "reason": "名单见附件。" });
        let refused = case.attempt(world, "registrar", "updateHeadCount", to(2)).await;
        assert_eq!(refused.refusals("updateHeadCount"), ["HEAD_COUNT_NOT_ALLOWED HK-7.2.1 headCount"]);
        let nothing = case.attempt(world, "registrar", "updateHeadCount", json!({ "headCount": 9, "reason": " " })).await;
        assert_eq!(nothing.error_code(), "BAD_USER_INPUT");
        let seen = case.clone();
        case.step(world, "registrar", "updateHeadCount", to(3)).await;
        assert_eq!(seen.attempt(world, "registrar", "updateHeadCount", to(4)).await.error_code(), "CONFLICT");
        case.step(world, "registrar", "updateHeadCount", to(80)).await;
        assert_eq!(see(world, "registrar", &case.id).await.number("/case/headCount"), 80);
        assert_eq!(case.attempt(world, "registrar-2", "updateHeadCount", to(4)).await.error_code(), "NOT_FOUND");
        let trail = "{ auditEvents(filter: { actions: [HEAD_COUNT_CHANGED] }) { edges { node { before after reason } } } }";
        let trail = world.ask("auditor", trail, json!({})).await;
        assert_eq!(trail.at("/auditEvents/edges/0/node/before"), &json!({ "headCount": 3 }));
        assert_eq!(trail.at("/auditEvents/edges/0/node/after"), &json!({ "headCount": 80 }));
        let mut closed = road::replied(world).await;
        closed.close(world).await;
        let late = closed.attempt(world, "handler", "updateHeadCount", to(4)).await;
        assert_eq!(late.refusals("updateHeadCount"), ["STATE_NOT_ALLOWED HK-7.2.1"]);
    }
}

scenario! {
    /// Fifty at once: everybody is named, and the head count is right.
    async fn fifty_at_once(world) {
        let case = road::registered(world).await;
        world.token("registrar").await;
        let add = |n: usize| {
            let case = &case;
            async move {
                let one = json!({ "idempotencyKey": key(), "complainant": somebody(&format!("投诉人{n}"), false) });
                case.attempt(world, "registrar", "addComplainant", one).await.done("addComplainant");
            }
        };
        join_all((0..50).map(add)).await;
        let seen = see(world, "registrar", &case.id).await;
        assert_eq!(seen.number("/case/headCount"), 51);
        assert_eq!(seen.at("/case/complainants").as_array().unwrap().len(), 51);
    }
}
