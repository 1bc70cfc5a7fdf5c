use crate::support::road;
use crate::support::scenario;
use serde_json::json;

const LOOK: &str = "query($id: ID!) { case(id: $id) { acknowledgement { at means promisedBy recordedBy { name } }
    timeline(first: 10) { edges { node { kind detail { ... on AcknowledgementDetail { means promisedBy } } } } }
    viewerCan { acknowledge { allowed refusals { code } } } } }";
const NOT_ACKNOWLEDGED: &str = "{ cases(filter: { acknowledged: false }) { edges { node { id } } } }";

scenario! {
    /// HK-5.1.2: accepted on 03-04, the complainant is promised to hear more by 03-13; until then the case is listed.
    async fn a_complaint_is_acknowledged(world) {
        let other = road::registered(world).await;
        let mut case = road::registered(world).await;
        let listed = world.ask("supervisor", NOT_ACKNOWLEDGED, json!({})).await;
        assert_eq!(listed.at("/cases/edges").as_array().unwrap().len(), 2);
        let before = world.ask("registrar", LOOK, json!({ "id": case.id })).await;
        assert_eq!(before.at("/case/acknowledgement"), &json!(null));
        assert_eq!(before.at("/case/viewerCan/acknowledge/allowed"), &json!(true));

        world.set_time("2024-03-04T10:00:00");
        case.step(world, "registrar", "acknowledgeCase", json!({ "means": "PHONE", "occurredAt": "2024-03-04T09:45:00+08:00" })).await;
        let seen = world.ask("registrar", LOOK, json!({ "id": case.id })).await;
        let expected = json!({ "at": "2024-03-04T01:45:00+00:00", "means": "PHONE", "promisedBy": "2024-03-13", "recordedBy": { "name": "测试registrar" } });
        assert_eq!(seen.at("/case/acknowledgement"), &expected);
        assert_eq!(seen.at("/case/viewerCan/acknowledge/refusals/0/code"), "ALREADY_DONE");
        let entry = json!({ "kind": "ACKNOWLEDGED", "detail": { "means": "PHONE", "promisedBy": "2024-03-13" } });
        assert!(seen.at("/case/timeline/edges").as_array().unwrap().iter().any(|edge| edge["node"] == entry));
        let listed = world.ask("supervisor", NOT_ACKNOWLEDGED, json!({})).await;
        assert_eq!(listed.at("/cases/edges"), &json!([{ "node": { "id": other.id } }]));
        let again = case.attempt(world, "registrar", "acknowledgeCase", json!({ "means": "LETTER" })).await;
        assert_eq!(again.refusals("acknowledgeCase"), ["ALREADY_DONE HK-5.1.2"]);
    }
}

scenario! {
    /// HK-5.1.2: whoever registered the case or handles it; nobody else, and not before it came in.
    async fn who_acknowledges(world) {
        let means = json!({ "means": "TEXT_MESSAGE" });
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        for who in ["registrar-2", "handler-2"] {
            assert_eq!(case.attempt(world, who, "acknowledgeCase", means.clone()).await.error_code(), "NOT_FOUND", "{who}");
        }
        for who in ["supervisor", "manager"] {
            let refused = case.attempt(world, who, "acknowledgeCase", means.clone()).await;
            assert_eq!(refused.refusals("acknowledgeCase"), ["NOT_THE_HANDLER HK-5.1.2"], "{who}");
        }
        for who in ["auditor", "general-manager", "archivist", "admin"] {
            assert_eq!(case.attempt(world, who, "acknowledgeCase", means.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        for at in ["2024-03-04T09:29:59+08:00", "2024-03-04T09:30:01+08:00"] {
            let more = json!({ "means": "PHONE", "occurredAt": at });
            let refused = case.attempt(world, "handler", "acknowledgeCase", more).await;
            assert_eq!(refused.refusals("acknowledgeCase"), ["TIME_NOT_ALLOWED HK-5.1.2 occurredAt"], "{at}");
        }
        let mut stale = means.clone();
        stale["expectedVersion"] = json!(case.version - 1);
        assert_eq!(case.attempt(world, "handler", "acknowledgeCase", stale).await.error_code(), "CONFLICT");
        case.step(world, "handler", "acknowledgeCase", means).await;
    }
}
