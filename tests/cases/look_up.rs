//! Direct look-up, list, count and filter go through one scope: not yours looks like not there.

use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use serde_json::{Value, json};

const UNKNOWN: &str = "Q2FzZTowMTkwMDAwMDAwMDA3MDAwODAwMDAwMDAwMDAwMDAwMA";

scenario! {
    /// HK-5.6.3 SEC-11: node, case, nodes, list, filter and count, for everybody, for a case that is there and one that is not.
    async fn not_yours_looks_like_not_there(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let query = "query($id: ID!, $number: String!) {
            node(id: $id) { __typename id } nodes(ids: [$id]) { id } case(id: $id) { id number }
            cases(filter: { number: $number }) { totalCount edges { node { id } } }
            byContract: cases(filter: { contractNumber: \"HK2019000123\" }) { totalCount } }";
        let there = json!({ "id": case.id, "number": case.number });
        let missing = json!({ "id": UNKNOWN, "number": "TS2024-999999" });
        for (who, sees) in [
            ("handler", true), ("supervisor", true), ("supervisor-2", true), ("manager", true), ("auditor", true), ("registrar", true),
            ("handler-2", false), ("registrar-2", false), ("general-manager", false), ("department-head", false), ("assistant-manager", false),
        ] {
            let seen = world.ask(who, query, there.clone()).await;
            let not_there = world.ask(who, &query.replace("HK2019000123", "NONE"), missing.clone()).await;
            assert_eq!(seen.number("/cases/totalCount"), i64::from(sees), "{who}");
            if !sees {
                assert_eq!(seen.body, not_there.body, "{who}");
                assert_eq!(seen.at("/node"), &Value::Null);
            }
            let (a, b) = (
                case.attempt(world, who, "recordContact", road::contact()).await,
                OnTheRoad { id: UNKNOWN.into(), ..case.clone() }.attempt(world, who, "recordContact", road::contact()).await,
            );
            if !sees {
                assert_eq!(a.body, b.body, "{who}");
            }
        }
        for who in ["admin", "archivist", "co-handler", "legal"] {
            assert_eq!(world.ask(who, query, there.clone()).await.error_code(), "FORBIDDEN", "{who}");
            let node = world.ask(who, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": case.id })).await;
            assert_eq!(node.at("/node"), &Value::Null, "{who}");
        }
        assert_eq!(world.ask("", query, there).await.error_code(), "UNAUTHENTICATED");
    }
}

scenario! {
    /// HK-5.6.3: a registrar sees what they registered; a handler what they handle, and what they registered until then.
    async fn what_registrars_and_handlers_see(world) {
        let theirs = road::on_case(world, "handler", "registerCase", road::complaint()).await;
        let mut case = OnTheRoad { id: theirs.text("/registerCase/case/id"), number: String::new(), version: 1, handler: String::new() };
        let count = "{ cases { totalCount } }";
        assert_eq!(world.ask("handler", count, json!({})).await.number("/cases/totalCount"), 1);
        case.allocate(world, "handler-2").await;
        assert_eq!(world.ask("handler", count, json!({})).await.number("/cases/totalCount"), 0);
        assert_eq!(world.ask("handler-2", count, json!({})).await.number("/cases/totalCount"), 1);
        road::registered(world).await.allocate(world, "handler-2").await;
        assert_eq!(world.ask("registrar", count, json!({})).await.number("/cases/totalCount"), 1);
        assert_eq!(world.ask("registrar-2", count, json!({})).await.number("/cases/totalCount"), 0);
    }
}

async fn numbers(world: &World, arguments: &str) -> Vec<String> {
    let query = format!("{{ cases({arguments}) {{ edges {{ node {{ number }} }} }} }}");
    let answer = world.ask("supervisor", &query, json!({})).await;
    answer
        .at("/cases/edges")
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["node"]["number"].as_str().unwrap()[7..].to_owned())
        .collect()
}

scenario! {
    /// Every filter, alone and together, and both orders.
    async fn filters_and_orders(world) {
        let handler_id = world.id_of("handler").await;
        // 1: 3 March, registered late; 2: 1 March; 3: 2 March.
        for (channel, severity, received, phone, contract) in [
            ("PHONE", "ORDINARY", "2024-03-03T12:00:00+08:00", "13800000001", "HK-1"),
            ("EMAIL", "MAJOR", "2024-03-01T12:00:00+08:00", "13800000002", "HK-2"),
            ("PHONE", "MAJOR", "2024-03-02T12:00:00+08:00", "13800000001", "HK-2"),
        ] {
            let more = json!({ "channel": channel, "severity": severity, "receivedAt": received, "phone": phone, "contractNumber": contract });
            let mut case = road::registered_with(world, more).await;
            if severity == "MAJOR" && channel == "PHONE" {
                case.allocate(world, "handler").await;
            }
            world.clock.set(world.clock.now() + chrono::TimeDelta::minutes(1));
        }
        for (arguments, expected) in [
            ("first: 10", vec!["000001", "000003", "000002"]),
            ("orderBy: { field: RECEIVED_AT, direction: ASC }", vec!["000002", "000003", "000001"]),
            ("orderBy: { field: REGISTERED_AT, direction: ASC }", vec!["000001", "000002", "000003"]),
            ("orderBy: { field: REGISTERED_AT }", vec!["000003", "000002", "000001"]),
            ("filter: { states: [ALLOCATED] }", vec!["000003"]),
            ("filter: { states: [REGISTERED, ALLOCATED] }", vec!["000001", "000003", "000002"]),
            ("filter: { states: [] }", vec![]),
            ("filter: { channels: [\"EMAIL\"] }", vec!["000002"]),
            ("filter: { severities: [\"MAJOR\"] }", vec!["000003", "000002"]),
            ("filter: { severities: [\"MAJOR\"], channels: [\"PHONE\"] }", vec!["000003"]),
            (&*format!("filter: {{ handlerId: \"{handler_id}\" }}"), vec!["000003"]),
            ("filter: { receivedFrom: \"2024-03-02T12:00:00+08:00\" }", vec!["000001", "000003"]),
            ("filter: { receivedUntil: \"2024-03-02T12:00:00+08:00\" }", vec!["000002"]),
            ("filter: { number: \"TS2024-000002\" }", vec!["000002"]),
            ("filter: { number: \"TS2024\" }", vec![]),
            ("filter: { phone: \"+86 138-0000-0001\" }", vec!["000001", "000003"]),
            ("filter: { phone: \"1380000000\" }", vec![]),
            ("filter: { contractNumber: \"hk 2\" }", vec!["000003", "000002"]),
            ("filter: { phone: \"13800000001\", contractNumber: \"HK-2\" }", vec!["000003"]),
        ] {
            assert_eq!(numbers(world, arguments).await, expected, "{arguments}");
        }
    }
}

scenario! {
    /// Finding people by phone is a right of its own: auditors, who see numbers masked, do not have it.
    async fn finding_by_phone_is_a_right(world) {
        road::registered(world).await;
        let query = "{ cases(filter: { phone: \"13812345678\" }) { totalCount } }";
        for (who, found) in [("registrar", 1), ("handler", 0), ("supervisor", 1), ("manager", 1)] {
            assert_eq!(world.ask(who, query, json!({})).await.number("/cases/totalCount"), found, "{who}");
        }
        for who in ["auditor", "general-manager"] {
            assert_eq!(world.ask(who, query, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        let denials = "{ auditEvents(filter: { actions: [ACCESS_DENIED] }) { totalCount edges { node { after } } } }";
        let denials = world.ask("auditor", denials, json!({})).await;
        assert_eq!(denials.at("/auditEvents/edges/1/node/after"), &json!({ "missing": "CASE_FIND_BY_PHONE" }));
    }
}

scenario! {
    /// Pages forwards and backwards give every row once, also while rows are added.
    async fn pages_give_every_row_once(world) {
        for _ in 0..7 {
            road::registered(world).await;
        }
        let page = "query($first: Int, $after: String, $last: Int, $before: String) {
            cases(first: $first, after: $after, last: $last, before: $before) {
                totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { number } } } }";
        let ask = async |variables: Value| world.ask("supervisor", page, variables).await;
        let numbers = |answer: &crate::support::Answer| -> Vec<String> {
            answer.at("/cases/edges").as_array().unwrap().iter().map(|edge| edge["node"]["number"].as_str().unwrap()[10..].to_owned()).collect()
        };
        let one = ask(json!({ "first": 3 })).await;
        assert_eq!(numbers(&one), ["007", "006", "005"]);
        assert_eq!(one.at("/cases/pageInfo/hasNextPage"), &json!(true));
        assert_eq!(one.at("/cases/pageInfo/hasPreviousPage"), &json!(false));
        // The clock stands still: all seven share one time, and the key decides.
        road::registered(world).await;
        let two = ask(json!({ "first": 3, "after": one.text("/cases/pageInfo/endCursor") })).await;
        assert_eq!(numbers(&two), ["004", "003", "002"]);
        let three = ask(json!({ "first": 3, "after": two.text("/cases/pageInfo/endCursor") })).await;
        assert_eq!(numbers(&three), ["001"]);
        assert_eq!(three.at("/cases/pageInfo/hasNextPage"), &json!(false));
        assert_eq!(three.number("/cases/totalCount"), 8);
        let back = ask(json!({ "last": 3, "before": three.text("/cases/pageInfo/startCursor") })).await;
        assert_eq!(numbers(&back), ["004", "003", "002"]);
        assert_eq!(back.at("/cases/pageInfo/hasPreviousPage"), &json!(true));
        let end = ask(json!({ "last": 2 })).await;
        assert_eq!(numbers(&end), ["002", "001"]);
        for wrong in [json!({ "first": 0 }), json!({ "first": 101 }), json!({ "first": -1 }), json!({ "last": 1000 }), json!({ "first": 1, "last": 1 }), json!({ "after": "rubbish" }), json!({ "before": "投诉" })] {
            assert_eq!(ask(wrong.clone()).await.error_code(), "BAD_USER_INPUT", "{wrong}");
        }
    }
}

scenario! {
    /// An id of another type, or no id at all, is a clear error; node answers null.
    async fn rubbish_ids(world) {
        let case = road::registered(world).await;
        let staff = world.id_of("supervisor").await;
        for id in ["", "x", "投诉", &staff, "Q2FzZTo=", &"A".repeat(5000)] {
            let answer = world.ask("supervisor", "query($id: ID!) { case(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{id}");
        }
        for id in ["", "x", "投诉", "Q2FzZTo="] {
            let answer = world.ask("supervisor", "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(answer.at("/node"), &Value::Null, "{id}");
        }
        let nodes = world.ask("supervisor", "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ["x", case.id, staff] })).await;
        assert_eq!(nodes.at("/nodes"), &json!([null, { "id": case.id }, { "id": staff }]));
        let many = world.ask("supervisor", "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": vec!["x"; 101] })).await;
        assert_eq!(many.error_code(), "BAD_USER_INPUT");
    }
}
