//! reportProgress, addCoordinationNote.

use crate::support::notices::told;
use crate::support::road;
use crate::support::scenario;
use entity::notification::NotificationKind;
use serde_json::json;

scenario! {
    /// HK-3.3: the handler reports progress on the own case; the supervisors are told, and see it.
    async fn the_handler_reports_progress(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let more = json!({ "idempotencyKey": "once", "text": "已约见客户，资料齐全。" });
        assert_eq!(case.attempt(world, "handler-2", "reportProgress", more.clone()).await.error_code(), "NOT_FOUND");
        assert_eq!(case.attempt(world, "supervisor", "reportProgress", more.clone()).await.refusals("reportProgress"), ["NOT_THE_HANDLER HK-3.3"]);
        for who in ["registrar", "manager", "auditor"] {
            assert_eq!(case.attempt(world, who, "reportProgress", more.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        for text in ["", "\u{202e}x", &"长".repeat(10_001)] {
            assert_eq!(case.attempt(world, "handler", "reportProgress", json!({ "text": text })).await.error_code(), "BAD_USER_INPUT");
        }
        for _ in 0..2 {
            case.attempt(world, "handler", "reportProgress", more.clone()).await.done("reportProgress");
        }
        assert_eq!(told(world, NotificationKind::ProgressReported).await, ["supervisor", "supervisor-2"]);
        let query = "query($id: ID!) { case(id: $id) { version timeline(first: 1) { edges { node { kind recordedBy { name } detail { ... on ProgressDetail { text } } } } } } }";
        let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
        let entry = json!({ "kind": "PROGRESS_REPORTED", "recordedBy": { "name": "测试handler" }, "detail": { "text": "已约见客户，资料齐全。" } });
        assert!(seen.at("/case/timeline/edges").as_array().unwrap().iter().any(|edge| edge["node"] == entry));
        assert_eq!(seen.number("/case/version"), case.version, "a report changes nothing of the case");
    }
}

scenario! {
    /// HK-3.10: what somebody above settled with a department is noted; the handler is told, and sees it.
    async fn a_coordination_note_reaches_the_handler(world) {
        let mut case = road::registered(world).await;
        let more = json!({ "department": "理赔部", "text": "已与理赔部协调，三日内出具意见。" });
        let early = case.attempt(world, "supervisor", "addCoordinationNote", more.clone()).await;
        assert_eq!(early.refusals("addCoordinationNote"), ["STATE_NOT_ALLOWED HK-3.10"]);
        case.allocate(world, "handler").await;
        for who in ["handler", "registrar", "general-manager", "auditor", "assistant-manager"] {
            assert_eq!(case.attempt(world, who, "addCoordinationNote", more.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        for who in ["supervisor", "manager"] {
            case.attempt(world, who, "addCoordinationNote", more.clone()).await.done("addCoordinationNote");
        }
        assert_eq!(told(world, NotificationKind::CoordinationNoteAdded).await, ["handler", "handler"]);
        let query = "query($id: ID!) { case(id: $id) { timeline(first: 5) { edges { node { kind detail { ... on CoordinationDetail { department text } } } } } viewerCan { addCoordinationNote { allowed } reportProgress { allowed } } } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        let notes: Vec<_> = seen.at("/case/timeline/edges").as_array().unwrap().iter().filter(|edge| edge["node"]["kind"] == "COORDINATION_NOTED").collect();
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[0]["node"]["detail"], more);
        assert_eq!(seen.at("/case/viewerCan"), &json!({ "addCoordinationNote": { "allowed": false }, "reportProgress": { "allowed": true } }));
    }
}
