//! The handler presses for the result.

use crate::support::help::{self, FINANCE, Help};
use crate::support::notices::told;
use crate::support::road;
use crate::support::scenario;
use crate::support::time::end_of;
use entity::notification::NotificationKind;
use serde_json::json;

scenario! {
    /// HK-2.6: with a help due on 03-11 the handler reminds the department; it is told, and the record says so; once a day.
    async fn the_department_is_reminded(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let mut help = Help::approved(world, &case, FINANCE).await;
        let early = help.attempt(world, "handler", "remindAssistance", json!({})).await;
        assert_eq!(early.refusals("remindAssistance"), ["STATE_NOT_ALLOWED HK-2.6"]);
        help.step(world, "handler", "deliverAssistance", json!({ "evidenceIds": [] })).await;
        help.step(world, "clerk", "receiveAssistance", json!({})).await;
        let own = "query($id: ID!) { case(id: $id) { assistances { number state dueAt } } }";
        let seen = world.ask("handler", own, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/assistances/0"), &json!({ "number": help.number, "state": "RECEIVED", "dueAt": end_of("2024-03-11") }));
        assert_eq!(help.attempt(world, "clerk", "remindAssistance", json!({})).await.error_code(), "FORBIDDEN");
        assert_eq!(help.attempt(world, "supervisor", "remindAssistance", json!({})).await.refusals("remindAssistance"), ["NOT_THE_HANDLER HK-2.6"]);
        help.step(world, "handler", "remindAssistance", json!({})).await;
        assert_eq!(told(world, NotificationKind::AssistanceReminded).await, ["clerk", "finance-head"]);
        let record = "query($id: ID!) { case(id: $id) { timeline(first: 1, direction: DESC) { edges { node { kind detail { ... on AssistanceDetail { number } } } } } } }";
        let entry = world.ask("handler", record, json!({ "id": case.id })).await;
        assert_eq!(entry.at("/case/timeline/edges/0/node"), &json!({ "kind": "ASSISTANCE_REMINDED", "detail": { "number": help.number } }));
        world.set_time("2024-03-04T23:59:59");
        let twice = help.attempt(world, "handler", "remindAssistance", json!({})).await;
        assert_eq!(twice.refusals("remindAssistance"), ["ALREADY_DONE HK-2.6"]);
        assert_eq!(help.see(world, "handler").await["viewerCan"]["remind"]["refusals"], json!([{ "code": "ALREADY_DONE", "rule": "HK-2.6" }]));
        world.set_time("2024-03-05T00:00:00");
        help.step(world, "handler", "remindAssistance", json!({})).await;
        assert_eq!(told(world, NotificationKind::AssistanceReminded).await.len(), 4);
        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        let late = help.attempt(world, "handler", "remindAssistance", json!({})).await;
        assert_eq!(late.refusals("remindAssistance"), ["STATE_NOT_ALLOWED HK-2.6"]);
    }
}
