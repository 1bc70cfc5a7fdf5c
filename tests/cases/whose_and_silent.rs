//! Lists of one's own cases, and of those without contact.

use crate::support::road;
use crate::support::{Answer, World, scenario};
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

async fn ask(world: &World, who: &str, filter: &str) -> Answer {
    let query = format!("{{ cases(filter: {{ {filter} }}) {{ totalCount edges {{ node {{ number }} }} }} }}");
    world.ask(who, &query, json!({})).await
}

async fn listed(world: &World, who: &str, filter: &str) -> Vec<String> {
    let answer = ask(world, who, filter).await;
    let edges = answer.at("/cases/edges").as_array().unwrap();
    assert_eq!(answer.number("/cases/totalCount"), edges.len() as i64);
    edges.iter().map(|edge| edge["node"]["number"].as_str().unwrap()[7..].to_owned()).collect()
}

scenario! {
    /// HK-2.5: exactly three days are not more than three days; days are those of Shanghai.
    async fn silent_for_more_than_three_days(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        case.step(world, "handler", "recordContact", road::contact()).await;
        for (now, expected) in [
            ("2024-03-04T10:00:00", vec![]),
            ("2024-03-07T00:00:00", vec![]),
            ("2024-03-07T23:59:59", vec![]),
            ("2024-03-08T00:00:00", vec!["000001"]),
            ("2024-03-08T12:00:00", vec!["000001"]),
        ] {
            world.set_time(now);
            for who in ["supervisor", "handler", "auditor"] {
                assert_eq!(listed(world, who, "noContactForDays: 3").await, expected, "{now}");
            }
            assert_eq!(listed(world, "handler-2", "noContactForDays: 3").await, Vec::<String>::new());
        }
        // An attempt that reached nobody is no contact; one that the complainant began is.
        let mut attempt = road::contact();
        attempt["reached"] = json!(false);
        case.step(world, "handler", "recordContact", attempt).await;
        assert_eq!(listed(world, "supervisor", "noContactForDays: 3").await, ["000001"]);
        let mut inbound = road::contact();
        inbound["direction"] = json!("INBOUND");
        inbound["occurredAt"] = json!("2024-03-04T23:59:59+08:00");
        case.step(world, "handler", "recordContact", inbound.clone()).await;
        assert_eq!(listed(world, "supervisor", "noContactForDays: 3").await, ["000001"]);
        inbound["occurredAt"] = json!("2024-03-05T00:00:00+08:00");
        case.step(world, "handler", "recordContact", inbound).await;
        assert_eq!(listed(world, "supervisor", "noContactForDays: 3").await, Vec::<String>::new());
        assert_eq!(listed(world, "supervisor", "noContactForDays: 2").await, ["000001"]);
        assert_eq!(listed(world, "supervisor", "noContactForDays: 2, states: [REGISTERED]").await, Vec::<String>::new());
    }
}

scenario! {
    /// HK-2.5: who was never contacted counts from the acceptance; only what is under investigation is listed.
    async fn never_contacted(world) {
        road::registered(world).await;
        let mut allocated = road::registered(world).await;
        allocated.allocate(world, "handler").await;
        road::submitted(world).await;
        world.set_time("2024-03-08T00:00:00");
        assert_eq!(listed(world, "supervisor", "noContactForDays: 3").await, ["000002"]);
        world.set_time("2024-03-31T00:00:00");
        assert_eq!(listed(world, "supervisor", "noContactForDays: 26").await, ["000002"]);
        assert_eq!(listed(world, "supervisor", "noContactForDays: 27").await, Vec::<String>::new());
        assert_eq!(listed(world, "supervisor", "noContactForDays: 0").await, ["000002"]);
        for days in ["-1", "3651", "2147483647"] {
            assert_eq!(ask(world, "supervisor", &format!("noContactForDays: {days}")).await.error_code(), "BAD_USER_INPUT");
        }
    }
}

scenario! {
    /// HK-2.5: the source gives no number of days; the profile may.
    async fn the_number_of_days_is_the_profiles(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        world.set_time("2024-03-08T12:00:00");
        assert_eq!(ask(world, "supervisor", "silent: true").await.error_code(), "BAD_USER_INPUT");
        assert_eq!(listed(world, "supervisor", "silent: false").await, ["000001"]);
        for (days, effective, expected) in [(4, "2024-03-01", vec![]), (3, "2024-03-02", vec!["000001"])] {
            let set = crate::support::PROFILE
                .replace("[work_lists]\n", &format!("[work_lists]\nsilent_days = {days}\n"))
                .replace("2013-01-01", effective);
            world.db.run(&Actor::system("test"), &PublishProfile { content: set }).await.unwrap();
            assert_eq!(listed(world, "supervisor", "silent: true").await, expected);
        }
    }
}

scenario! {
    /// HK-3.11: a major case is among the own cases of manager and supervisor; an ordinary one is the handler's.
    async fn my_cases(world) {
        for severity in ["ORDINARY", "DIFFICULT", "MAJOR"] {
            road::registered_with(world, json!({ "severity": severity })).await.allocate(world, "handler").await;
        }
        let mut own = road::registered(world).await;
        own.allocate(world, "supervisor").await;
        for (who, expected) in [
            ("manager", vec!["000003", "000002"]),
            ("manager-2", vec!["000003", "000002"]),
            ("supervisor-2", vec!["000003", "000002"]),
            ("supervisor", vec!["000004", "000003", "000002"]),
            ("handler", vec!["000003", "000002", "000001"]),
            ("handler-2", vec![]),
            ("auditor", vec![]),
            ("general-manager", vec![]),
        ] {
            assert_eq!(listed(world, who, "mine: true").await, expected, "{who}");
        }
        assert_eq!(listed(world, "manager", "mine: true, severities: [\"MAJOR\"]").await, ["000003"]);
        assert_eq!(listed(world, "manager", "mine: false").await.len(), 4);
        // Without the key nobody takes part by a role.
        let silent = crate::support::PROFILE
            .replace("followed_by = [\"SUPERVISOR\", \"MANAGER\"]\n", "")
            .replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content: silent }).await.unwrap();
        road::registered_with(world, json!({ "severity": "MAJOR" })).await;
        assert_eq!(listed(world, "manager", "mine: true").await, ["000003", "000002"]);
        let answer = world.ask("", "{ cases(filter: { mine: true }) { totalCount } }", Value::Null).await;
        assert_eq!(answer.error_code(), "UNAUTHENTICATED");
    }
}
