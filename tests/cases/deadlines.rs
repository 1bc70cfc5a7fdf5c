//! The time limits of article 8, to the second. Accepted on Monday 2024-03-04.

use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use serde_json::{Value, json};

async fn deadline(world: &World, case: &OnTheRoad, code: &str) -> Value {
    let query = "query($id: ID!) { case(id: $id) { overdue deadlines { code rule status dueAt metAt length unit calendarVersion provisional startedAt } } }";
    let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
    seen.at("/case/deadlines").as_array().unwrap().iter().find(|d| d["code"] == code).unwrap().clone()
}

scenario! {
    /// HK-8.1 HK-8.2 HK-8.3: due dates of the rows.
    async fn due_dates_of_the_rows(world) {
        let ordinary = road::registered(world).await;
        let investigation = deadline(world, &ordinary, "INVESTIGATION").await;
        assert_eq!(investigation["dueAt"], "2024-03-13T15:59:59+00:00");
        assert_eq!(investigation["status"], "RUNNING");
        assert_eq!((&investigation["length"], &investigation["unit"]), (&json!(7), &json!("WORKING_DAY")));
        assert_eq!(investigation["calendarVersion"], "china-2024-2026");
        let reply = deadline(world, &ordinary, "REPLY").await;
        assert_eq!((&reply["dueAt"], &reply["rule"]), (&json!("2024-03-25T15:59:59+00:00"), &json!("HK-8.2")));
        for severity in ["MAJOR", "DIFFICULT"] {
            let grave = road::registered_with(world, json!({ "severity": severity })).await;
            let reply = deadline(world, &grave, "REPLY").await;
            assert_eq!((&reply["dueAt"], &reply["rule"]), (&json!("2024-04-03T15:59:59+00:00"), &json!("HK-8.3")));
        }
    }
}

scenario! {
    /// HK-8.1: investigation and contact both by 03-13 are in time; contact on 03-14 is late.
    async fn investigation_and_contact_share_one_limit(world) {
        for (contact_at, status) in [("2024-03-13T23:59:59", "MET"), ("2024-03-14T00:00:00", "MET_LATE")] {
            world.set_time("2024-03-04T09:30:00");
            let mut case = road::registered(world).await;
            case.allocate(world, "handler").await;
            world.set_time("2024-03-13T10:00:00");
            case.step(world, "handler", "recordFinding", road::fact()).await;
            case.step(world, "handler", "recordFinding", road::responsibility()).await;
            assert_eq!(deadline(world, &case, "INVESTIGATION").await["metAt"], Value::Null, "nobody was contacted yet");
            world.set_time(contact_at);
            case.step(world, "handler", "recordContact", road::contact()).await;
            assert_eq!(deadline(world, &case, "INVESTIGATION").await["status"], status, "{contact_at}");
        }
    }
}

scenario! {
    /// HK-8.1: an attempt that reached nobody is no contact; a statement of a party is one.
    async fn an_attempt_is_no_contact(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        case.step(world, "handler", "recordFinding", road::fact()).await;
        case.step(world, "handler", "recordFinding", road::responsibility()).await;
        let mut attempt = road::contact();
        attempt["reached"] = json!(false);
        case.step(world, "handler", "recordContact", attempt).await;
        assert_eq!(deadline(world, &case, "INVESTIGATION").await["status"], "RUNNING");
        case.step(world, "handler", "recordStatement", road::statement("COMPLAINANT")).await;
        assert_eq!(deadline(world, &case, "INVESTIGATION").await["status"], "MET");
    }
}

scenario! {
    /// HK-8.2 G-2: a reply in the last second of the 25th is in time, at midnight it is late.
    async fn a_reply_in_the_last_second(world) {
        for (at, status) in [("2024-03-25T23:59:59", "MET"), ("2024-03-26T00:00:00", "MET_LATE")] {
            world.set_time("2024-03-04T09:30:00");
            let mut case = road::submitted(world).await;
            case.approve_plan(world).await;
            world.set_time(at);
            case.reply(world).await;
            assert_eq!(deadline(world, &case, "REPLY").await["status"], status, "{at}");
        }
    }
}

scenario! {
    /// HK-8.3: the same for thirty days: 2024-04-03 in time, 04-04 late.
    async fn thirty_days_for_grave_cases(world) {
        for (at, status) in [("2024-04-03T23:59:59", "MET"), ("2024-04-04T00:00:00", "MET_LATE")] {
            world.set_time("2024-03-04T09:30:00");
            let mut case = road::registered_with(world, json!({ "severity": "MAJOR" })).await;
            case.allocate(world, "handler").await;
            case.investigate(world).await;
            case.draft(world).await;
            case.submit(world).await;
            case.approve_plan(world).await;
            world.set_time(at);
            case.reply(world).await;
            assert_eq!(deadline(world, &case, "REPLY").await["status"], status, "{at}");
        }
    }
}

scenario! {
    /// G-8: what is overdue is marked and found, and the late act is still possible.
    async fn overdue_is_marked_and_found(world) {
        let mut late = road::registered(world).await;
        late.allocate(world, "handler").await;
        let query = "{ cases(filter: { overdue: true }) { totalCount edges { node { id overdue } } } }";
        world.set_time("2024-03-13T23:59:59");
        assert_eq!(world.ask("supervisor", query, json!({})).await.number("/cases/totalCount"), 0);
        world.set_time("2024-03-14T00:00:00");
        road::registered(world).await;
        let found = world.ask("supervisor", query, json!({})).await;
        assert_eq!(found.number("/cases/totalCount"), 1);
        assert_eq!(found.at("/cases/edges/0/node"), &json!({ "id": late.id, "overdue": true }));
        late.investigate(world).await;
        assert_eq!(world.ask("supervisor", query, json!({})).await.number("/cases/totalCount"), 0);
    }
}

scenario! {
    /// G-1: make-up working days count, holidays do not; a year that is not published is said to be provisional.
    async fn the_state_councils_days_count(world) {
        for (received, code, due, provisional) in [
            // 2026: 14 and 28 February are worked, the 15th to the 23rd is the Spring Festival.
            ("2026-02-12T10:00:00", "INVESTIGATION", "2026-02-28T15:59:59+00:00", false),
            ("2026-09-17T10:00:00", "INVESTIGATION", "2026-09-28T15:59:59+00:00", false),
            ("2026-12-15T10:00:00", "REPLY", "2027-01-05T15:59:59+00:00", true),
        ] {
            world.set_time(received);
            let case = road::registered(world).await;
            let found = deadline(world, &case, code).await;
            assert_eq!((&found["dueAt"], &found["provisional"]), (&json!(due), &json!(provisional)), "{received}");
        }
    }
}
