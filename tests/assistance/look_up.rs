//! Looking assistances up: the list, its filter, and who sees which.

use crate::support::help::{self, FINANCE, Help, LAW};
use crate::support::road;
use crate::support::{World, scenario};
use serde_json::{Value, json};

async fn listed(world: &World, who: &str, filter: Value) -> Vec<String> {
    let query = "query($filter: AssistanceFilter) { assistances(first: 50, filter: $filter) { totalCount edges { node { number } } } }";
    let found = world.ask(who, query, json!({ "filter": filter })).await;
    let numbers: Vec<String> = found
        .at("/assistances/edges")
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["node"]["number"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(found.number("/assistances/totalCount"), numbers.len() as i64);
    numbers
}

scenario! {
    /// HK-2.6 HK-6.3 T2.3: every state is found by its filter, by those who see the case; the department finds its own.
    async fn by_state_and_department(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let mut other = road::registered(world).await;
        other.allocate(world, "handler-2").await;
        other.investigate(world).await;
        let requested = Help::requested(world, &case, FINANCE).await;
        let refused = Help::requested(world, &case, FINANCE).await;
        refused.item(world).await.refuse(world, "supervisor").await.done("decideApproval");
        let taken_back = Help::requested(world, &case, FINANCE).await;
        taken_back.item(world).await.withdraw(world, "handler").await.done("withdrawApproval");
        let approved = Help::approved(world, &case, FINANCE).await;
        let delivered = Help::delivered(world, &case, FINANCE, &[]).await;
        let mut received = Help::delivered(world, &case, LAW, &[]).await;
        received.step(world, "counsel", "receiveAssistance", json!({})).await;
        let mut returned = Help::delivered(world, &case, FINANCE, &[]).await;
        returned.step(world, "clerk", "returnAssistance", help::opinion()).await;
        let mut withdrawn = Help::delivered(world, &case, FINANCE, &[]).await;
        withdrawn.step(world, "handler", "withdrawAssistance", json!({ "reason": "x" })).await;
        let elsewhere = Help::delivered(world, &other, FINANCE, &[]).await;
        let numbers = |of: &[&Help]| of.iter().map(|help| help.number.clone()).collect::<Vec<_>>();
        let own = [&withdrawn, &returned, &received, &delivered, &approved, &taken_back, &refused, &requested];
        assert_eq!(listed(world, "handler", Value::Null).await, numbers(&own), "the latest first");
        for (state, found) in [
            ("REQUESTED", vec![&requested]), ("REFUSED", vec![&refused]), ("APPROVED", vec![&approved]), ("DELIVERED", vec![&delivered]),
            ("RECEIVED", vec![&received]), ("RETURNED", vec![&returned]), ("WITHDRAWN", vec![&withdrawn, &taken_back]),
        ] {
            assert_eq!(listed(world, "handler", json!({ "states": [state] })).await, numbers(&found), "{state}");
            for help in found {
                assert_eq!(help.see(world, "handler").await["state"], state);
            }
        }
        let law = json!({ "departmentId": help::department(world, LAW).await });
        assert_eq!(listed(world, "handler", law).await, numbers(&[&received]));
        assert_eq!(listed(world, "handler-2", Value::Null).await, numbers(&[&elsewhere]));
        for who in ["supervisor", "manager", "general-manager", "auditor"] {
            assert_eq!(listed(world, who, Value::Null).await.len(), 9, "{who}");
        }
        for who in ["clerk", "finance-head"] {
            assert_eq!(listed(world, who, Value::Null).await, numbers(&[&elsewhere, &withdrawn, &returned, &delivered]), "{who}");
        }
        assert_eq!(listed(world, "counsel", json!({ "states": ["DELIVERED", "RECEIVED"] })).await, numbers(&[&received]));
        assert_eq!(world.ask("handler", "{ assistances(first: 1) { edges { cursor } pageInfo { hasNextPage } } }", json!({})).await.at("/assistances/pageInfo/hasNextPage"), true);
    }
}

scenario! {
    /// HK-6.3: who moves to another department leaves its assistances behind.
    async fn who_changes_department_leaves_them_behind(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let help = Help::delivered(world, &case, FINANCE, &[]).await;
        assert!(!help.see(world, "clerk").await.is_null());
        let moved = "mutation($id: ID!, $department: ID!) { updateStaff(input: { staffId: $id, expectedVersion: 1, departmentId: $department }) { refusals { code } } }";
        let variables = json!({ "id": world.id_of("clerk").await, "department": help::department(world, LAW).await });
        world.ask("admin", moved, variables).await.done("updateStaff");
        // A new token: people are looked up again every two seconds by the clock on the wall.
        world.set_time("2024-03-04T09:50:00");
        assert!(help.see(world, "clerk").await.is_null());
        assert_eq!(listed(world, "clerk", Value::Null).await, Vec::<String>::new());
    }
}
