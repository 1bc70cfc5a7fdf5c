//! Who has how much to do, and who could be given a case.

use crate::support::road;
use crate::support::{World, scenario};
use entity::staff_role::Role;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

const LOAD: &str =
    "{ teamLoad { handler { name active } onDuty open overdue dueSoon oldestReceivedAt byState { state cases } } }";

/// The load of a person, by name.
async fn load(world: &World, login: &str) -> Value {
    let loads = world.ask("supervisor", LOAD, json!({})).await;
    let found =
        loads.at("/teamLoad").as_array().unwrap().iter().find(|load| load["handler"]["name"] == format!("测试{login}"));
    found.cloned().unwrap_or(Value::Null)
}

async fn suggested(world: &World, id: &str) -> Vec<String> {
    let query = "query($id: ID!) { case(id: $id) { suggestedHandlers { handler { name } open } } }";
    let answer = world.ask("supervisor", query, json!({ "id": id })).await;
    let found = answer.at("/case/suggestedHandlers").as_array().unwrap();
    found.iter().map(|load| format!("{} {}", &load["handler"]["name"].as_str().unwrap()[6..], load["open"])).collect()
}

scenario! {
    /// HK-3.6: open cases of each handler, by state, overdue, due soon (three working days) and the oldest.
    async fn the_load_of_each_handler(world) {
        let mut old = road::registered_with(world, json!({ "receivedAt": "2024-03-01T15:00:00+08:00" })).await;
        old.allocate(world, "handler").await;
        let mut case = road::submitted(world).await;
        let mut closed = road::replied(world).await;
        closed.close(world).await;
        let idle = json!({ "handler": { "name": "测试handler-2", "active": true }, "onDuty": true, "open": 0, "overdue": 0, "dueSoon": 0, "oldestReceivedAt": null, "byState": [] });
        assert_eq!(load(world, "handler-2").await, idle);
        // Friday's deadline to investigate ends on 12 March; that of the second case is met, its reply is due on the 25th.
        for (now, overdue, due_soon) in [
            ("2024-03-07T12:00:00", 0, 1),
            ("2024-03-06T12:00:00", 0, 0),
            ("2024-03-12T23:59:59", 0, 1),
            ("2024-03-13T00:00:00", 1, 0),
            ("2024-03-20T12:00:00", 1, 1),
            ("2024-03-26T00:00:00", 2, 0),
        ] {
            world.set_time(now);
            let load = load(world, "handler").await;
            assert_eq!((&load["overdue"], &load["dueSoon"]), (&json!(overdue), &json!(due_soon)), "{now}");
            assert_eq!(load["open"], 2);
            assert_eq!(load["oldestReceivedAt"], "2024-03-01T07:00:00+00:00");
            assert_eq!(load["byState"], json!([{ "state": "ALLOCATED", "cases": 1 }, { "state": "PLAN_REVIEW", "cases": 1 }]));
        }
        case.step(world, "supervisor", "reviewPlan", json!({ "verdict": "REDRAFT", "opinion": "依据不足" })).await;
        assert_eq!(load(world, "handler").await["byState"][1]["state"], "PLAN_DRAFT");
        // Somebody who left still has cases: the supervisor sees that they must be given away.
        world.disable("handler").await;
        assert_eq!(load(world, "handler").await["onDuty"], false);
        assert_eq!(load(world, "handler").await["handler"]["active"], false);
        for who in ["handler-2", "registrar", "auditor", "general-manager", "department-head", "admin"] {
            assert_eq!(world.ask(who, LOAD, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(world.ask("manager", LOAD, json!({})).await.at("/teamLoad").as_array().unwrap().len(), 2);
    }
}

scenario! {
    /// What is soon is a key of the profile: without it nobody guesses.
    async fn without_the_key_nothing_is_soon(world) {
        let silent = crate::support::PROFILE
            .replace("due_soon = { length = 3, unit = \"WORKING_DAY\" }\n", "")
            .replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content: silent }).await.unwrap();
        road::registered(world).await.allocate(world, "handler").await;
        let load = load(world, "handler").await;
        assert_eq!((&load["open"], &load["dueSoon"]), (&json!(1), &Value::Null));
    }
}

scenario! {
    /// HK-F.1 HK-3.6 HK-5.3: any of three handlers can be chosen; who has least comes first; never who is complained about.
    async fn suggestions_by_open_load(world) {
        world.add_person("handler-3", &[Role::Handler, Role::Registrar]).await;
        world.add_person("leaver", &[Role::Handler]).await;
        world.disable("leaver").await;
        for handler in ["handler", "handler", "handler-2"] {
            road::registered(world).await.allocate(world, handler).await;
        }
        let mut case = road::registered(world).await;
        assert_eq!(suggested(world, &case.id).await, ["handler-3 0", "handler-2 1", "handler 2"]);
        let respondent = world.id_of("handler-2").await;
        case.step(world, "supervisor", "routeToDepartment", json!({ "respondentId": respondent })).await;
        assert_eq!(suggested(world, &case.id).await, ["handler-3 0", "handler 2"]);
        case.allocate(world, "handler-3").await;
        assert_eq!(suggested(world, &case.id).await, ["handler 2"]);
        // Of two with as much to do, the one whose oldest case is younger.
        world.set_time("2024-03-05T10:00:00");
        road::registered(world).await.allocate(world, "handler-3").await;
        let other = road::registered(world).await;
        assert_eq!(suggested(world, &other.id).await, ["handler-2 1", "handler 2", "handler-3 2"]);
        for handler in ["handler", "handler-2", "handler-3"] {
            road::registered(world).await.allocate(world, handler).await;
        }
        let query = "query($id: ID!) { case(id: $id) { suggestedHandlers { open } } }";
        for who in ["handler", "registrar", "auditor"] {
            assert_eq!(world.ask(who, query, json!({ "id": case.id })).await.error_code(), "FORBIDDEN", "{who}");
        }
    }
}
