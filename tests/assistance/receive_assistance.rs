//! The receipt starts the department's time.

use crate::support::help::{self, FINANCE, Help, LAW};
use crate::support::notices::told;
use crate::support::road;
use crate::support::time::{deadline, end_of};
use crate::support::{World, scenario};
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use redress::cases::service::sweep_deadlines::sweep_deadlines;
use serde_json::{Value, json};

scenario! {
    /// HK-6.9 HK-8.5 TM-4: received on Monday 2024-03-04, returned on 03-11 is in time; on 03-12 it is overdue, and the
    /// department and the supervisor are told.
    async fn five_working_days_from_the_receipt(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let mut prompt = Help::delivered(world, &case, FINANCE, &[]).await;
        let mut late = Help::delivered(world, &case, LAW, &[]).await;
        prompt.step(world, "clerk", "receiveAssistance", json!({})).await;
        late.step(world, "law-head", "receiveAssistance", json!({})).await;
        let due = json!("2024-03-11T15:59:59+00:00");
        for (help, who) in [(&prompt, "clerk"), (&prompt, "handler"), (&late, "counsel")] {
            let seen = help.see(world, who).await;
            assert_eq!((&seen["state"], &seen["dueAt"], &seen["deadlineStatus"]), (&json!("RECEIVED"), &due, &json!("RUNNING")), "{who}");
        }
        world.set_time("2024-03-11T23:59:59");
        prompt.step(world, "clerk", "returnAssistance", help::opinion()).await;
        assert_eq!(prompt.see(world, "handler").await["deadlineStatus"], "MET");
        sweep_deadlines(&world.db).await.unwrap();
        let about_help = async || {
            let mut people = told(world, NotificationKind::DeadlineMissed).await;
            people.retain(|who| who != "handler");
            people
        };
        assert_eq!(about_help().await, Vec::<String>::new());
        world.set_time("2024-03-12T00:00:00");
        sweep_deadlines(&world.db).await.unwrap();
        assert_eq!(late.see(world, "handler").await["deadlineStatus"], "OVERDUE");
        assert_eq!(about_help().await, ["counsel", "law-head", "supervisor", "supervisor-2"]);
        let owner = "query($id: ID!) { case(id: $id) { deadlines { code owner { name } ownerDepartment { name } } } }";
        let seen = world.ask("supervisor", owner, json!({ "id": case.id })).await;
        let owed: Vec<&Value> = seen.at("/case/deadlines").as_array().unwrap().iter().filter(|deadline| deadline["code"] == "ASSISTANCE").collect();
        assert_eq!(owed.len(), 2);
        assert!(owed.iter().any(|deadline| deadline["ownerDepartment"]["name"] == LAW && deadline["owner"].is_null()), "{owed:#?}");
        // G-8: late is no obstacle.
        late.step(world, "counsel", "returnAssistance", help::opinion()).await;
        assert_eq!(late.see(world, "handler").await["deadlineStatus"], "MET_LATE");
    }
}

scenario! {
    /// HK-8.5: received on Saturday 2024-03-09, due on Friday 03-15; returned on Monday 03-18 it is late.
    async fn received_on_a_saturday(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let mut help = Help::delivered(world, &case, FINANCE, &[]).await;
        world.set_time("2024-03-09T10:00:00");
        help.step(world, "clerk", "receiveAssistance", json!({})).await;
        let seen = help.see(world, "clerk").await;
        assert_eq!((&seen["dueAt"], &seen["receivedBy"]["name"]), (&end_of("2024-03-15"), &json!("测试clerk")));
        world.set_time("2024-03-15T23:59:59");
        assert_eq!(help.see(world, "clerk").await["deadlineStatus"], "RUNNING");
        world.set_time("2024-03-18T09:00:00");
        assert_eq!(help.see(world, "clerk").await["deadlineStatus"], "OVERDUE");
        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        assert_eq!(help.see(world, "clerk").await["deadlineStatus"], "MET_LATE");
    }
}

scenario! {
    /// HK-6.9: as long as the receipt is not confirmed, the time counts from the delivery; confirmed in time, from the receipt;
    /// what had lapsed by then stays so (G-8).
    async fn without_a_receipt_from_the_delivery(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let mut never = Help::delivered(world, &case, FINANCE, &[]).await;
        let mut last_day = Help::delivered(world, &case, LAW, &[]).await;
        let mut too_late = Help::delivered(world, &case, LAW, &[]).await;
        for help in [&never, &last_day] {
            assert_eq!(help.see(world, "handler").await["dueAt"], end_of("2024-03-11"));
        }
        world.set_time("2024-03-11T23:59:59");
        last_day.step(world, "counsel", "receiveAssistance", json!({})).await;
        assert_eq!(last_day.see(world, "counsel").await["dueAt"], end_of("2024-03-18"));
        world.set_time("2024-03-12T00:00:00");
        sweep_deadlines(&world.db).await.unwrap();
        too_late.step(world, "counsel", "receiveAssistance", json!({})).await;
        let seen = too_late.see(world, "counsel").await;
        assert_eq!((&seen["state"], &seen["dueAt"], &seen["deadlineStatus"]), (&json!("RECEIVED"), &end_of("2024-03-11"), &json!("OVERDUE")));
        never.step(world, "clerk", "returnAssistance", help::opinion()).await;
        let seen = never.see(world, "clerk").await;
        assert_eq!((&seen["receivedAt"], &seen["deadlineStatus"]), (&Value::Null, &json!("MET_LATE")));
    }
}

scenario! {
    /// HK-8.8: the time of the case runs on while a department helps.
    async fn the_case_clock_never_stops(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let before = deadline(world, &case, "REPLY").await;
        assert_eq!(before["dueAt"], end_of("2024-03-25"));
        let mut help = Help::delivered(world, &case, FINANCE, &[]).await;
        help.step(world, "clerk", "receiveAssistance", json!({})).await;
        let during = deadline(world, &case, "REPLY").await;
        assert_eq!((&during["dueAt"], &during["status"], &during["pausedAt"]), (&before["dueAt"], &json!("RUNNING"), &Value::Null));
        world.set_time("2024-03-11T10:00:00");
        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], before["dueAt"]);
    }
}

async fn refused(world: &World, help: &Help, who: &str) -> Vec<String> {
    help.attempt(world, who, "receiveAssistance", json!({})).await.refusals("receiveAssistance")
}

scenario! {
    /// HK-6.3 HK-6.7: a person of the department confirms it, once; a legal request by who gives legal opinions, or the head.
    async fn who_receives(world) {
        help::departments(world).await;
        world.add_person_in(LAW, "law-clerk", &[Role::CoHandler]).await;
        let case = road::investigated(world).await;
        let mut help = Help::delivered(world, &case, LAW, &[]).await;
        for who in ["clerk", "finance-head", "co-handler", "legal", "department-head"] {
            assert_eq!(help.attempt(world, who, "receiveAssistance", json!({})).await.error_code(), "NOT_FOUND", "{who}");
        }
        for who in ["handler", "supervisor", "manager", "auditor", "registrar"] {
            assert_eq!(help.attempt(world, who, "receiveAssistance", json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(refused(world, &help, "law-clerk").await, ["NOT_THE_DEPARTMENT HK-6.9"]);
        let can = &help.see(world, "law-clerk").await["viewerCan"]["receive"];
        assert_eq!(can, &json!({ "allowed": false, "refusals": [{ "code": "NOT_THE_DEPARTMENT", "rule": "HK-6.9" }] }));
        assert_eq!(help.see(world, "law-head").await["viewerCan"]["receive"]["allowed"], true);
        help.step(world, "law-head", "receiveAssistance", json!({})).await;
        assert_eq!(refused(world, &help, "counsel").await, ["STATE_NOT_ALLOWED HK-6.9"]);
        let returned = help.attempt(world, "law-head", "returnAssistance", help::opinion()).await;
        assert_eq!(returned.error_code(), "FORBIDDEN", "the head confirms, and does not answer");
    }
}
