use super::{Leave, filed, last_denial, on_reading, publish, reads, request_external};
use crate::support::scenario;
use serde_json::{Value, json};

scenario! {
    /// SG-14.4: certificate, management approval, named escort, open escort session, period: with any of them missing nothing is read.
    async fn external_readers_come_with_an_escort(world) {
        publish(world).await;
        let file = filed(world, "MAJOR").await;
        let handler = world.id_of("handler").await;
        let external = world.id_of("external").await;
        for (more, refusal) in [
            (json!({ "readerId": handler }), "NOT_ELIGIBLE SG-14.4 readerId"),
            (json!({ "escortId": external }), "NOT_ELIGIBLE SG-14.4 escortId"),
            (json!({ "certificateUploadId": redress::platform::ids::global_of("Upload", uuid::Uuid::from_u128(7)) }), "UPLOAD_UNKNOWN SG-14.4 certificateUploadId"),
            (json!({ "archiveNumbers": ["DA1999-000001"] }), "OBJECT_NOT_FOUND SG-14.5 archiveNumbers"),
        ] {
            assert_eq!(request_external(world, &[&file], more).await.refusals("requestExternalReading"), [refusal]);
        }
        assert_eq!(request_external(world, &[&file], json!({ "unit": "" })).await.error_code(), "BAD_USER_INPUT");
        for missing in ["unit", "certificateUploadId", "escortId"] {
            assert_eq!(request_external(world, &[&file], json!({ missing: null })).await.error_code(), "BAD_USER_INPUT", "{missing}");
        }
        assert!(!reads(world, "external", &file).await);
        assert_eq!(last_denial(world).await, "NO_WAY_IN");

        let mut leave = Leave::of(&request_external(world, &[&file], json!({})).await, "requestExternalReading");
        assert_eq!(leave.approve(world, "manager").await.refusals("decideArchiveReading"), ["ABOVE_AUTHORITY SG-14.2"]);
        assert_eq!(leave.release(world).await.refusals("releaseArchiveReading"), ["APPROVALS_OPEN SG-14.6"]);
        // Who agrees sees the certificate; who has nothing to do with the reading does not.
        let path = "query($id: ID!) { node(id: $id) { ... on ArchiveReading { unit escort { name } certificate { path mediaType sha256 } } } }";
        let seen = world.ask("general-manager", path, json!({ "id": leave.id })).await;
        let certificate = seen.text("/node/certificate/path");
        assert_eq!(world.get("general-manager", &certificate, &[]).await.text().await.unwrap(), "兹介绍我院工作人员前往查阅。");
        assert_eq!(world.get("handler", &certificate, &[]).await.status(), 404);
        leave.approve(world, "general-manager").await.done("decideArchiveReading");
        leave.release(world).await.done("releaseArchiveReading");
        assert!(!reads(world, "external", &file).await, "nobody sits with the reader");
        assert_eq!(last_denial(world).await, "NO_ESCORT");
        assert_eq!(leave.act(world, "handler", "openEscortSession", json!({})).await.error_code(), "NOT_FOUND");
        assert_eq!(leave.act(world, "archivist", "openEscortSession", json!({})).await.refusals("openEscortSession"), ["NOT_YOUR_PART SG-14.4"]);
        leave.act(world, "registrar", "openEscortSession", json!({})).await.done("openEscortSession");
        assert_eq!(leave.act(world, "registrar", "openEscortSession", json!({})).await.refusals("openEscortSession"), ["ALREADY_DONE SG-14.4"]);
        assert!(reads(world, "external", &file).await);
        assert!(!reads(world, "registrar", &file).await, "the escort reads nothing");
        leave.act(world, "registrar", "closeEscortSession", json!({})).await.done("closeEscortSession");
        assert!(!reads(world, "external", &file).await);
        leave.act(world, "registrar", "openEscortSession", json!({})).await.done("openEscortSession");
        world.set_time("2024-03-07T00:00:00");
        assert!(!reads(world, "external", &file).await);
        assert_eq!(last_denial(world).await, "AFTER_PERIOD");
        world.set_time("2024-03-06T10:00:00");
        // SG-14.8 SEC-10: who comes from outside writes nothing; the escort signs off.
        for (mutation, more) in [("returnArchiveReading", json!({})), ("withdrawArchiveReading", json!({ "reason": "x" })), ("openEscortSession", json!({})), ("closeEscortSession", json!({}))] {
            assert_eq!(leave.act(world, "external", mutation, more).await.error_code(), "FORBIDDEN", "{mutation}");
        }
        leave.act(world, "registrar", "returnArchiveReading", json!({})).await.done("returnArchiveReading");
        assert!(!reads(world, "external", &file).await);
        // The reader sees the own reading, and nothing of a case.
        let own = world.ask("external", "{ archiveReadings { totalCount edges { node { id state } } } archiveFiles { totalCount } }", json!({})).await;
        assert_eq!((own.number("/archiveReadings/totalCount"), own.number("/archiveFiles/totalCount")), (1, 0));
        let case = world.ask("external", "query($id: ID!) { node(id: $id) { id } }", json!({ "id": file.case.id })).await;
        assert_eq!(case.at("/node"), &Value::Null);
        let by_hand = on_reading(world, "handler", "requestExternalReading", json!({ "idempotencyKey": "k", "readerId": external, "unit": "x", "certificateUploadId": redress::platform::ids::global_of("Upload", uuid::Uuid::from_u128(7)), "escortId": handler, "archiveNumbers": ["x"], "purpose": "TRAINING", "reason": "x", "firstDay": "2024-03-06", "lastDay": "2024-03-06" })).await;
        assert_eq!(by_hand.error_code(), "FORBIDDEN");
    }
}
