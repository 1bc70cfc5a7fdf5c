//! Extensions, where the profile knows them.

use crate::support::road::{self, key};
use crate::support::scenario;
use crate::support::time::{deadline, deadline_for, end_of, on_deadline, publish_with};
use entity::staff_role::Role;
use serde_json::{Value, json};

const KEYS: &str = "extension = { approver = \"MANAGER\", at_most = { length = 40, unit = \"CALENDAR_DAY\" } }";

fn by(length: i32) -> Value {
    json!({
        "idempotencyKey": key(),
        "length": length,
        "reason": "案情复杂，需外部鉴定。",
        "complainantToldAt": "2024-03-04T09:30:00+08:00",
        "complainantToldBy": "PHONE",
    })
}

scenario! {
    /// The insurer's policy knows no extension, and says so.
    async fn without_the_key_nothing_is_extended(world) {
        let case = road::investigated(world).await;
        let refused = on_deadline(world, "manager", "extendDeadline", &case, "REPLY", by(5)).await;
        assert_eq!(refused.refusals("extendDeadline"), ["NOT_ALLOWED_BY_PROFILE HK-8.2"]);
        let seen = deadline_for(world, "manager", &case, "REPLY").await;
        assert_eq!(seen["viewerCan"]["extend"], json!({ "allowed": false, "refusals": [{ "code": "NOT_ALLOWED_BY_PROFILE", "rule": "HK-8.2" }] }));
    }
}

scenario! {
    /// Up to the cap of the profile and no further; the complainant was told, and it is on record.
    async fn an_extension_moves_the_end_up_to_the_cap(world) {
        publish_with(world, KEYS).await;
        let mut case = road::investigated(world).await;
        world.set_time("2024-03-20T10:00:00");
        assert_eq!(deadline_for(world, "manager", &case, "REPLY").await["viewerCan"]["extend"]["allowed"], true);
        let first = by(5);
        let done = on_deadline(world, "manager", "extendDeadline", &case, "REPLY", first.clone()).await;
        let stale = case.clone();
        case.version = done.done("extendDeadline").number("/extendDeadline/case/version");
        assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], end_of("2024-04-01"));
        // Sent again, nothing is extended twice.
        let again = on_deadline(world, "manager", "extendDeadline", &stale, "REPLY", first).await;
        again.done("extendDeadline");
        assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], end_of("2024-04-01"));

        // At most until 04-13; from 04-01 on, the ninth working day is 04-15, the eighth 04-12.
        let beyond = on_deadline(world, "manager", "extendDeadline", &case, "REPLY", by(9)).await;
        assert_eq!(beyond.refusals("extendDeadline"), ["EXTENSION_BEYOND_CAP HK-8.2 length"]);
        assert_eq!(deadline(world, &case, "REPLY").await["extensions"].as_array().unwrap().len(), 1, "nothing was written");
        let within = on_deadline(world, "manager-2", "extendDeadline", &case, "REPLY", by(8)).await;
        within.done("extendDeadline");
        let extended = deadline(world, &case, "REPLY").await;
        assert_eq!((&extended["dueAt"], &extended["status"]), (&end_of("2024-04-12"), &json!("RUNNING")));
        assert_eq!((&extended["length"], &extended["extensions"][1]["length"]), (&json!(15), &json!(8)));
        assert_eq!(extended["extensions"][0]["reason"], "案情复杂，需外部鉴定。");
        assert_eq!(extended["derivation"]["dueAt"], extended["dueAt"]);
        assert_eq!(extended["derivation"]["countedDays"].as_array().unwrap().len(), 28);
        let timeline = "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { kind recordedBy { name } detail { ... on DeadlineDetail { dueAt complainantToldBy } } } } } } }";
        let told = world.ask("handler", timeline, json!({ "id": case.id })).await;
        assert_eq!(told.at("/case/timeline/edges/0/node"), &json!({
            "kind": "DEADLINE_EXTENDED", "recordedBy": { "name": "测试manager-2" },
            "detail": { "dueAt": end_of("2024-04-12"), "complainantToldBy": "PHONE" },
        }));
        // The next milestone counts with the extensions, too.
        case.version += 1;
        case.draft(world).await;
        assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], end_of("2024-04-12"));
    }
}

scenario! {
    /// G-7: the role that the profile names, and never who owes it.
    async fn who_extends_and_how(world) {
        publish_with(world, KEYS).await;
        let case = road::investigated(world).await;
        let extend = async |who, more| on_deadline(world, who, "extendDeadline", &case, "REPLY", more).await;
        assert_eq!(extend("supervisor", by(5)).await.refusals("extendDeadline"), ["ABOVE_AUTHORITY HK-8.2"]);
        for who in ["handler", "registrar", "auditor", "admin"] {
            assert_eq!(extend(who, by(5)).await.error_code(), "FORBIDDEN", "{who}");
        }
        // The general manager sees cases with something to decide; this is not one.
        assert_eq!(extend("general-manager", by(5)).await.error_code(), "NOT_FOUND");
        for length in [0, -1, 10_001] {
            assert_eq!(extend("manager", by(length)).await.error_code(), "BAD_USER_INPUT", "{length}");
        }
        let mut not_yet = by(5);
        not_yet["complainantToldAt"] = json!("2024-03-04T09:30:01+08:00");
        assert_eq!(extend("manager", not_yet).await.refusals("extendDeadline"), ["TIME_NOT_ALLOWED ER-12 complainantToldAt"]);
        let mut stale = by(5);
        stale["expectedVersion"] = json!(case.version - 1);
        assert_eq!(extend("manager", stale).await.error_code(), "CONFLICT");

        world.add_person("handling-manager", &[Role::Handler, Role::Manager]).await;
        let mut own = road::registered(world).await;
        own.allocate(world, "handling-manager").await;
        let refused = on_deadline(world, "handling-manager", "extendDeadline", &own, "REPLY", by(5)).await;
        assert_eq!(refused.refusals("extendDeadline"), ["OWN_WORK HK-8.2"]);
        world.set_time("2024-03-26T00:00:00");
        assert_eq!(extend("manager", by(5)).await.refusals("extendDeadline"), ["DEADLINE_NOT_RUNNING HK-8.2"]);
    }
}
