//! Adding to a file after the filing.

use super::{filed, graded, publish, writer};
use crate::support::road;
use crate::support::{Answer, World, scenario};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

async fn add(world: &World, who: &str, input: Value) -> Answer {
    let query = "mutation($input: AddArchiveSupplementInput!) { addArchiveSupplement(input: $input) { supplement { id } refusals { code rule field mayBeDoneBy } } }";
    world.ask(who, query, json!({ "input": input })).await
}

async fn opened(world: &World, file: &str) -> Value {
    let query = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: COMPLIANCE_CHECK }) { refusals { code } opened { intact file { sha256 }
        parts { kind sha256 } supplements { position kind text sha256 previousSha256 addedBy { name } evidence { id sha256 } } } } }";
    world.ask("auditor", query, json!({ "id": file })).await.at("/openArchiveFile/opened").clone()
}

fn judgment(case: &str) -> Value {
    json!({ "idempotencyKey": road::key(), "caseId": case, "kind": "JUDGMENT", "text": "一审判决：驳回李秀英的诉讼请求。" })
}

scenario! {
    /// HK-5.6.4: judgments and press are added to the file by the handler; the case stays archived, what was there keeps its hashes,
    /// and each supplement stands on the one before it.
    async fn a_file_grows_and_does_not_change(world) {
        let early = road::replied(world).await;
        assert_eq!(add(world, "handler", judgment(&early.id)).await.refusals("addArchiveSupplement"), ["STATE_NOT_ALLOWED HK-5.6.4"]);
        let (case, file) = filed(world).await;
        let before = opened(world, &file).await;
        assert_eq!(add(world, "handler-2", judgment(&case.id)).await.error_code(), "NOT_FOUND");
        assert_eq!(add(world, "supervisor", judgment(&case.id)).await.refusals("addArchiveSupplement"), ["NOT_THE_HANDLER HK-5.6.4"]);
        let by_file = json!({ "archiveFileId": file, "kind": "OTHER", "text": "补充。" });
        assert_eq!(add(world, "archivist", by_file.clone()).await.refusals("addArchiveSupplement"), ["NOT_THE_HANDLER HK-5.6.4"], "this profile names nobody else");
        for who in ["auditor", "manager", "registrar", "admin"] {
            assert_eq!(add(world, who, judgment(&case.id)).await.error_code(), "FORBIDDEN", "{who}");
        }
        for input in [json!({ "kind": "OTHER", "text": "x" }), json!({ "caseId": case.id, "archiveFileId": file, "kind": "OTHER", "text": "x" }), json!({ "caseId": case.id, "kind": "OTHER", "text": " " })] {
            assert_eq!(add(world, "handler", input).await.error_code(), "BAD_USER_INPUT");
        }
        let input = judgment(&case.id);
        let first = add(world, "handler", input.clone()).await;
        first.done("addArchiveSupplement");
        assert_eq!(add(world, "handler", input).await.body, first.body, "sent again, it is added once");
        let mut press = json!({ "caseId": case.id, "kind": "EXPOSURE", "text": "某报刊登报道。" });
        press["attachments"] = json!([road::brought(world, "handler").await]);
        add(world, "handler", press.clone()).await.done("addArchiveSupplement");
        assert_eq!(add(world, "handler", press).await.refusals("addArchiveSupplement"), ["UPLOAD_UNKNOWN HK-5.6.4 attachments"]);

        let after = opened(world, &file).await;
        assert_eq!((&after["file"], &after["parts"], &after["intact"]), (&before["file"], &before["parts"], &json!(true)));
        let added = after["supplements"].as_array().unwrap();
        assert_eq!(added.len(), 2);
        assert_eq!((&added[0]["position"], &added[0]["kind"], &added[0]["previousSha256"]), (&json!(1), &json!("JUDGMENT"), &before["file"]["sha256"]));
        assert_eq!((&added[1]["position"], &added[1]["previousSha256"]), (&json!(2), &added[0]["sha256"]));
        assert_eq!(added[1]["evidence"].as_array().unwrap().len(), 1);
        let look = "query($id: ID!) { case(id: $id) { state version viewerCan { addArchiveSupplement { allowed } } timeline(first: 1) { edges { node { kind } } } } }";
        let seen = world.ask("handler", look, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case"), &json!({ "state": "ARCHIVED", "version": case.version, "viewerCan": { "addArchiveSupplement": { "allowed": true } },
            "timeline": { "edges": [{ "node": { "kind": "ARCHIVED" } }] } }));
        // It is found, without the name in it; and neither the text nor the name is in clear in its own row.
        for (text, files) in [("一审判决", 1), ("报刊登报", 1), ("回李秀英的", 0), ("李秀英", 0), ("诉讼请求", 1)] {
            let found = world.ask("archivist", "query($text: String!) { archiveFiles(filter: { text: $text }) { totalCount } }", json!({ "text": text })).await;
            assert_eq!(found.number("/archiveFiles/totalCount"), files, "{text}");
        }
        let writer = writer(world).await;
        let refused = writer.execute_unprepared("UPDATE archive_supplements SET position = 7").await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
        let rows = writer.query_all_raw(sea_orm::Statement::from_string(writer.get_database_backend(), "SELECT content_sealed FROM archive_supplements")).await.unwrap();
        assert!(rows.iter().all(|row| !row.try_get_by_index::<String>(0).unwrap().contains("判决")));
        writer.close().await.unwrap();
    }
}

scenario! {
    /// HK-5.6.4: where the profile says so, who keeps the archive adds to files, too.
    async fn whom_the_profile_names_adds_too(world) {
        publish(world, &graded()).await;
        let case = crate::archive::closed_at_once(world, "ORDINARY").await;
        let parts = ["VERIFICATION", "GRADING", "ROUTING", "TRACKING", "RESULT"].map(|part| json!({ "part": part, "because": "无" }));
        case.attempt(world, "handler", "archiveCase", json!({ "category": "SERVICE", "absentParts": parts })).await.done("archiveCase");
        let file = crate::archive::file_of(world, &case).await;
        let upload = road::brought(world, "archivist").await;
        let visit = json!({ "archiveFileId": file, "kind": "RETURN_VISIT", "text": "客户满意。", "attachments": [upload], "source": "COMPLAINANT" });
        add(world, "archivist", visit).await.done("addArchiveSupplement");
        let unknown = redress::platform::ids::global_of("ArchiveFile", uuid::Uuid::from_u128(7)).0;
        assert_eq!(add(world, "archivist", json!({ "archiveFileId": unknown, "kind": "OTHER", "text": "x" })).await.error_code(), "NOT_FOUND");
        // Two at once: one after the other.
        let one = |text: &str| json!({ "archiveFileId": file, "kind": "OTHER", "text": text });
        let answers = futures_util::future::join_all(["甲", "乙", "丙", "丁"].map(|text| add(world, "archivist", one(text)))).await;
        answers.iter().for_each(|answer| { answer.done("addArchiveSupplement"); });
        let positions: Vec<_> = opened(world, &file).await["supplements"].as_array().unwrap().iter().map(|one| one["position"].as_i64().unwrap()).collect();
        assert_eq!(positions, [1, 2, 3, 4, 5]);
        let verified = world.ask("archivist", "query($id: ID!) { verifyArchiveFile(id: $id) { intact } }", json!({ "id": file })).await;
        assert_eq!(verified.at("/verifyArchiveFile/intact"), &json!(true));
    }
}
