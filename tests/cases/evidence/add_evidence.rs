use super::{contents, rows};
use crate::support::{road, scenario};
use redress::platform::digest::sha256_hex;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

scenario! {
    /// HK-5.4.2: an item has kind, source, hash, collector and time, and stands in the handling record.
    async fn evidence_is_added(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let upload = world.bring("handler", "李秀英保险合同.pdf", "application/pdf", "%PDF-1.7 合同").await.body["id"].as_str().unwrap().to_owned();
        let more = json!({
            "kind": "CONTRACT", "source": "THIRD_PARTY", "collectorId": world.id_of("registrar").await,
            "collectedAt": "2024-03-01T10:00:00+08:00", "description": "客户提供的合同原件扫描。",
        });
        let answer = road::add_evidence(world, "handler", &case.id, &upload, more).await;
        let item = answer.done("addEvidence").at("/addEvidence/evidence").clone();
        assert_eq!(item["sha256"], sha256_hex("%PDF-1.7 合同".as_bytes()));
        assert_eq!((&item["kind"], &item["source"], &item["collector"]["name"]), (&json!("CONTRACT"), &json!("THIRD_PARTY"), &json!("测试registrar")));
        assert_eq!((&item["collectedAt"], &item["mediaType"], &item["size"]), (&json!("2024-03-01T02:00:00+00:00"), &json!("application/pdf"), &json!(15.0)));
        assert_eq!((&item["addedBy"]["name"], &item["description"]), (&json!("测试handler"), &json!("客户提供的合同原件扫描。")));
        assert_eq!(item["name"], json!({ "visibility": "SHOWN", "value": "李秀英保险合同.pdf" }));
        assert_eq!(answer.text("/addEvidence/case/state"), "INVESTIGATING", "it begins the investigation");

        let query = "query($id: ID!) { case(id: $id) { evidence { id name { visibility value } } timeline(first: 9, direction: DESC) { edges { node { kind detail { ... on EvidenceDetail { kind source sha256 evidence { id case { number } } } } } } } } }";
        let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/evidence"), &json!([{ "id": item["id"], "name": { "visibility": "PARTIAL", "value": "***.pdf" } }]));
        let entry = seen.at("/case/timeline/edges/0/node");
        assert_eq!(entry["kind"], "EVIDENCE_ADDED");
        assert_eq!(entry["detail"]["evidence"], json!({ "id": item["id"], "case": { "number": case.number } }));
        assert_eq!(entry["detail"]["sha256"], item["sha256"]);
        let node = world.ask("handler", "query($id: ID!) { node(id: $id) { ... on Evidence { kind } } }", json!({ "id": item["id"] })).await;
        assert_eq!(node.text("/node/kind"), "CONTRACT");
        assert_eq!((rows(world, "uploads").await, contents(world).len()), (0, 1));
        let trail = world.ask("auditor", "{ auditEvents(first: 100) { edges { node { action } } } }", json!({})).await;
        assert!(!trail.body.to_string().contains("李秀英"));
    }
}

scenario! {
    /// HK-5.4.2: evidence and its hash cannot be changed or removed, not even by the program.
    async fn evidence_is_immutable(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        case.add_evidence(world).await;
        let url = secrecy::ExposeSecret::expose_secret(&world.config.database.url);
        let raw = sea_orm::Database::connect(url).await.unwrap();
        for statement in ["DELETE FROM evidence", "UPDATE evidence SET sha256 = 'x'"] {
            let refused = raw.execute_unprepared(statement).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{statement}: {refused}");
        }
        raw.close().await.unwrap();
    }
}

scenario! {
    /// HK-5.4.2: only the handler, of an open case.
    async fn who_adds_evidence_and_when(world) {
        let mut case = road::registered(world).await;
        let upload = road::brought(world, "handler").await;
        assert_eq!(road::add_evidence(world, "handler", &case.id, &upload, json!({})).await.error_code(), "NOT_FOUND", "not allocated to them");
        case.allocate(world, "handler").await;
        for who in ["handler-2", "registrar-2"] {
            let theirs = road::brought(world, who).await;
            let code = road::add_evidence(world, who, &case.id, &theirs, json!({})).await.error_code().to_owned();
            assert_eq!(code, if who == "handler-2" { "NOT_FOUND" } else { "FORBIDDEN" }, "{who}");
        }
        let theirs = road::brought(world, "supervisor").await;
        let supervisor = road::add_evidence(world, "supervisor", &case.id, &theirs, json!({})).await;
        assert_eq!(supervisor.refusals("addEvidence"), ["NOT_THE_HANDLER HK-5.4.2"]);
        let mut replied = road::replied(world).await;
        replied.add_evidence(world).await;
        replied.close(world).await;
        let late = road::add_evidence(world, "handler", &replied.id, &upload, json!({})).await;
        assert_eq!(late.refusals("addEvidence"), ["STATE_NOT_ALLOWED HK-5.4.2"]);
        road::add_evidence(world, "handler", &case.id, &upload, json!({})).await.done("addEvidence");
    }
}

scenario! {
    /// An upload is attached once, by the person who brought it; the same request twice adds one.
    async fn an_upload_becomes_evidence_once(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let unknown = ["UPLOAD_UNKNOWN HK-5.4.2 uploadId"];
        let theirs = road::brought(world, "registrar").await;
        assert_eq!(road::add_evidence(world, "handler", &case.id, &theirs, json!({})).await.refusals("addEvidence"), unknown);
        let upload = road::brought(world, "handler").await;
        let once = json!({ "idempotencyKey": road::key() });
        let answers = futures_util::future::join_all((0..10).map(|_| road::add_evidence(world, "handler", &case.id, &upload, once.clone()))).await;
        let first = answers[0].done("addEvidence").text("/addEvidence/evidence/id");
        assert!(answers.iter().all(|answer| answer.text("/addEvidence/evidence/id") == first));
        assert_eq!(road::add_evidence(world, "handler", &case.id, &upload, json!({})).await.refusals("addEvidence"), unknown);

        let another = road::brought(world, "handler").await;
        let race = futures_util::future::join_all((0..8).map(|_| road::add_evidence(world, "handler", &case.id, &another, json!({})))).await;
        assert_eq!(race.iter().filter(|answer| answer.refusals("addEvidence").is_empty()).count(), 1);
        assert_eq!(rows(world, "evidence").await, 2);
        let not_one = road::add_evidence(world, "handler", &case.id, &case.id, json!({})).await;
        assert_eq!(not_one.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// Evidence is collected now or earlier, by somebody who works here.
    async fn when_and_by_whom_it_was_collected(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let upload = road::brought(world, "handler").await;
        let future = json!({ "collectedAt": "2024-03-04T09:30:01+08:00" });
        let refused = road::add_evidence(world, "handler", &case.id, &upload, future).await;
        assert_eq!(refused.refusals("addEvidence"), ["TIME_NOT_ALLOWED HK-5.4.2 collectedAt"]);
        let nobody = redress::platform::ids::global_of("Staff", uuid::Uuid::from_u128(7)).0;
        for wrong in [json!({ "collectorId": nobody }), json!({ "kind": "RUMOUR" }), json!({ "description": "长".repeat(10_001) })] {
            assert_eq!(road::add_evidence(world, "handler", &case.id, &upload, wrong).await.error_code(), "BAD_USER_INPUT");
        }
        let now = json!({ "collectedAt": "2024-03-04T09:30:00+08:00", "description": Value::Null });
        road::add_evidence(world, "handler", &case.id, &upload, now).await.done("addEvidence");
    }
}
