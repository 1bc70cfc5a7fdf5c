//! `setNotificationPreferences`, and the addresses that e-mail goes to.

use super::set_email;
use crate::support::{Answer, World, scenario};
use serde_json::{Value, json};

const MINE: &str = "{ viewer { notificationPreferences { kind email } staff { email } } }";

async fn set(world: &World, who: &str, preferences: Value) -> Answer {
    let query = "mutation($input: SetNotificationPreferencesInput!) { setNotificationPreferences(input: $input) { preferences { kind email } refusals { code } } }";
    world.ask(who, query, json!({ "input": { "preferences": preferences } })).await
}

fn choice(answer: &Answer, list: &str) -> Value {
    let all = answer.at(list).as_array().unwrap();
    all.iter().find(|one| one["kind"] == "CASE_ALLOCATED").unwrap()["email"].clone()
}

scenario! {
    /// Everybody is told of everything until they choose otherwise; the last choice counts, and only for oneself.
    async fn people_choose(world) {
        for (email, seen) in [(true, true), (false, false), (false, false), (true, true), (false, false)] {
            let answer = set(world, "handler", json!([{ "kind": "CASE_ALLOCATED", "email": email }])).await;
            assert_eq!(choice(answer.done("setNotificationPreferences"), "/setNotificationPreferences/preferences"), json!(seen));
            assert_eq!(choice(&world.ask("handler", MINE, json!({})).await, "/viewer/notificationPreferences"), json!(seen));
        }
        for other in ["handler-2", "auditor"] {
            assert_eq!(choice(&world.ask(other, MINE, json!({})).await, "/viewer/notificationPreferences"), json!(true));
        }
        for none in [json!([]), json!([{ "kind": "CASE_ALLOCATED", "email": true }, { "kind": "CASE_ALLOCATED", "email": false }]), json!([{ "kind": "NONSENSE", "email": true }])] {
            assert_eq!(set(world, "handler", none).await.error_code(), "BAD_USER_INPUT");
        }
    }
}

scenario! {
    /// An address is sealed, shown to oneself and to those who see who works here, and to nobody else.
    async fn addresses_are_sealed_and_shown_to_few(world) {
        let address = "wang.fang@company.example";
        assert_eq!(set_email(world, "handler", &format!(" {address} ")).await.done("updateStaff").text("/updateStaff/staff/email"), address);
        let id = world.id_of("handler").await;
        assert_eq!(world.ask("handler", MINE, json!({})).await.text("/viewer/staff/email"), address);
        let node = "query($id: ID!) { node(id: $id) { ... on Staff { email } } }";
        for who in ["supervisor", "manager", "admin"] {
            assert_eq!(world.ask(who, node, json!({ "id": id })).await.text("/node/email"), address, "{who}");
        }
        let mut case = crate::support::road::registered(world).await;
        case.allocate(world, "handler").await;
        for (who, email) in [("handler", json!(address)), ("supervisor", json!(address)), ("auditor", Value::Null)] {
            let seen = world.ask(who, "query($id: ID!) { case(id: $id) { handler { name email } } }", json!({ "id": case.id })).await;
            assert_eq!(seen.at("/case/handler/email"), &email, "{who}");
        }
        use sea_orm::{ConnectionTrait, Statement};
        let db = world.db.read(&redress::platform::access::Actor::system("test"));
        let question = Statement::from_string(db.get_database_backend(), "SELECT email_sealed FROM staff WHERE login = 'handler'");
        let stored: String = db.query_one_raw(question).await.unwrap().unwrap().try_get("", "email_sealed").unwrap();
        assert!(!stored.contains("wang"), "{stored}");
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [STAFF_UPDATED] }, first: 1) { edges { node { after } } } }", json!({})).await;
        assert_eq!(events.at("/auditEvents/edges/0/node/after"), &json!({ "email": "changed" }));
        for wrong in ["x", "x@", "王芳@company.example", "a b@company.example", "a@company.example\r\nBcc: b@x.example", &format!("{}@company.example", "a".repeat(260))] {
            assert_eq!(set_email(world, "handler", wrong).await.error_code(), "BAD_USER_INPUT", "{wrong}");
        }
        assert_eq!(set_email(world, "handler", "").await.at("/updateStaff/staff/email"), &Value::Null);
    }
}
