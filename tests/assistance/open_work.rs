//! A case ends after the departments that help with it answered.

use crate::support::help::{self, FINANCE, Help};
use crate::support::road;
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-6.8 HK-5.5.1: while a department helps, the case is neither replied to nor closed nor suspended; after the return the
    /// handler, and nobody of the department, finishes, closes and files it, and the file has the assistance.
    async fn the_handler_finishes_the_case(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let evidence = case.add_evidence(world).await;
        let mut help = Help::approved(world, &case, FINANCE).await;
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        let open = ["ASSISTANCE_OPEN HK-5.5.1"];
        let refused = async |case: &road::OnTheRoad, mutation: &str, more| case.attempt(world, "handler", mutation, more).await.refusals(mutation);
        assert_eq!(refused(&case, "recordReply", road::reply()).await, open, "approved");
        help.step(world, "handler", "deliverAssistance", json!({ "evidenceIds": [evidence], "brief": "请核对。" })).await;
        assert_eq!(refused(&case, "recordReply", road::reply()).await, open, "delivered");
        help.step(world, "clerk", "receiveAssistance", json!({})).await;
        for (mutation, more) in [("recordReply", road::reply()), ("suspendCase", road::suspension("PLAN_REFUSED"))] {
            assert_eq!(refused(&case, mutation, more).await, open, "{mutation}");
        }
        assert_eq!(refused(&case, "closeCase", road::closure()).await, ["STATE_NOT_ALLOWED HK-5.5.1"]);
        let can = "query($id: ID!) { case(id: $id) { viewerCan { recordReply { allowed refusals { code rule } } } } }";
        let asked = async || world.ask("handler", can, json!({ "id": case.id })).await.at("/case/viewerCan/recordReply").clone();
        assert_eq!(asked().await["refusals"], json!([{ "code": "ASSISTANCE_OPEN", "rule": "HK-5.5.1" }]));
        let waiting = "{ viewer { tasks(kinds: [GIVE_REPLY]) { totalCount } } }";
        let to_reply = async || world.ask("handler", waiting, json!({})).await.number("/viewer/tasks/totalCount");
        assert_eq!(to_reply().await, 0, "what may not be done is no task");

        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        assert_eq!((asked().await["allowed"].clone(), to_reply().await), (json!(true), 1));
        case.reply(world).await;
        for who in ["clerk", "counsel"] {
            assert_eq!(case.attempt(world, who, "closeCase", road::closure()).await.error_code(), "FORBIDDEN", "{who}");
        }
        case.close(world).await;
        case.archive(world).await;
        let files = world.ask("auditor", "{ archiveFiles { edges { node { id } } } }", json!({})).await;
        let open = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: COMPLIANCE_CHECK }) { opened { intact parts { kind content } } } }";
        let opened = world.ask("auditor", open, json!({ "id": files.text("/archiveFiles/edges/0/node/id") })).await;
        assert_eq!(opened.at("/openArchiveFile/opened/intact"), true);
        let parts = opened.at("/openArchiveFile/opened/parts").as_array().unwrap();
        let part = parts.iter().find(|part| part["kind"] == "ASSISTANCES").unwrap();
        let filed = &part["content"][0];
        for (field, expected) in [
            ("number", json!(help.number)), ("state", json!("RETURNED")), ("department", json!(FINANCE)), ("brief", json!("请核对。")),
            ("opinion", help::opinion()["opinion"].clone()), ("returnedAt", json!("2024-03-04T01:30:00Z")),
        ] {
            assert_eq!(filed[field], expected, "{field}");
        }
        assert_eq!((filed["evidence"].as_array().unwrap().len(), &filed["returnedBy"]["name"]), (1, &json!("测试clerk")));
    }
}

scenario! {
    /// HK-3.6 HK-6.7: who takes the case over goes on with its assistances, and is told of the answer.
    async fn the_next_handler_goes_on(world) {
        use crate::support::notices::told;
        use entity::notification::NotificationKind;
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let mut help = Help::delivered(world, &case, FINANCE, &[]).await;
        let next = json!({ "handlerId": world.id_of("handler-2").await, "reason": "休假。" });
        case.step(world, "supervisor", "reassignCase", next).await;
        assert!(help.see(world, "handler").await.is_null());
        assert_eq!(help.attempt(world, "handler", "remindAssistance", json!({})).await.error_code(), "NOT_FOUND");
        help.step(world, "handler-2", "remindAssistance", json!({})).await;
        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        assert_eq!(told(world, NotificationKind::AssistanceReturned).await, ["handler-2"]);
    }
}
