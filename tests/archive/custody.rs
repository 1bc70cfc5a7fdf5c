//! Where paper files are, checks, damage, backups.

use super::{closed_at_once, file_of, graded, publish};
use crate::support::{Answer, World, scenario};
use serde_json::{Value, json};

const DUE: &str = "{ archiveChecksDue { medium from until overdue } }";
const DAMAGES: &str = "query($treated: Boolean) { archiveDamages(treated: $treated) { totalCount edges { node { id kind part remark measure
    foundBy { name } treatedBy { name } file { id } } } } }";

async fn keep(world: &World, who: &str, mutation: &str, input: Value, shown: &str) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {shown} refusals {{ code rule field }} }} }}"
    );
    world.ask(who, &query, json!({ "input": input })).await
}

scenario! {
    /// SG-13.1 SG-13.2 SG-13.3 SG-16.2: paper has a place and a key holder who keeps the archive; checks fall due each month and
    /// quarter; damage is found and treated, once; backups are logged; auditors read all of it and write none.
    async fn the_archive_is_kept(world) {
        publish(world, &graded()).await;
        assert_eq!(world.ask("archivist", DUE, json!({})).await.at("/archiveChecksDue"), &json!([]), "there is nothing to check");
        let case = closed_at_once(world, "ORDINARY").await;
        let parts = ["VERIFICATION", "GRADING", "ROUTING", "TRACKING", "RESULT"].map(|part| json!({ "part": part, "because": "无" }));
        let filing = |placement: Value| json!({ "category": "SCRIPT", "medium": "PAPER", "absentParts": parts, "placement": placement });
        let at = |cabinet: &str, key_holder: &str| json!({ "cabinet": cabinet, "place": "三层", "keyHolderId": key_holder });
        let (archivist, other, handler) = (world.id_of("archivist").await, world.id_of("archivist-2").await, world.id_of("handler").await);
        for (input, refusal) in [
            (filing(Value::Null), "FIELD_REQUIRED SG-13.1 placement"),
            (filing(at("甲柜", &handler)), "NOT_ELIGIBLE SG-16.2 keyHolderId"),
            (json!({ "category": "SCRIPT", "absentParts": parts, "placement": at("甲柜", &archivist) }), "INPUT_NOT_ALLOWED SG-13.1 placement"),
        ] {
            assert_eq!(case.attempt(world, "handler", "archiveCase", input).await.refusals("archiveCase"), [refusal]);
        }
        assert_eq!(case.attempt(world, "handler", "archiveCase", filing(at(" ", &archivist))).await.error_code(), "BAD_USER_INPUT");
        case.attempt(world, "handler", "archiveCase", filing(at("甲柜", &archivist))).await.done("archiveCase");
        let file = file_of(world, &case).await;
        let placement = "{ archiveFiles { edges { node { medium placement { cabinet place keyHolder { name } placedBy { name } } } } } }";
        let seen = world.ask("auditor", placement, json!({})).await;
        assert_eq!(seen.at("/archiveFiles/edges/0/node"), &json!({ "medium": "PAPER", "placement": {
            "cabinet": "甲柜", "place": "三层", "keyHolder": { "name": "测试archivist" }, "placedBy": { "name": "测试handler" } } }));

        let moving = |key_holder: &str| json!({ "archiveFileId": file, "placement": at("乙柜", key_holder) });
        let shown = "file { placement { cabinet keyHolder { name } } }";
        for key_holder in [&handler, &world.id_of("auditor").await] {
            let refused = keep(world, "archivist", "moveArchiveFile", moving(key_holder), shown).await;
            assert_eq!(refused.refusals("moveArchiveFile"), ["NOT_ELIGIBLE SG-16.2 keyHolderId"]);
        }
        for who in ["auditor", "handler", "supervisor", "manager", "admin"] {
            assert_eq!(keep(world, who, "moveArchiveFile", moving(&other), shown).await.error_code(), "FORBIDDEN", "{who}");
        }
        let moved = keep(world, "archivist", "moveArchiveFile", moving(&other), shown).await;
        assert_eq!(moved.done("moveArchiveFile").at("/moveArchiveFile/file/placement"), &json!({ "cabinet": "乙柜", "keyHolder": { "name": "测试archivist-2" } }));
        world.disable("archivist-2").await;
        assert_eq!(keep(world, "archivist", "moveArchiveFile", moving(&other), shown).await.refusals("moveArchiveFile"), ["NOT_ELIGIBLE SG-16.2 keyHolderId"]);

        // SG-13.3: filed on the fourth of March, so that March is to be checked; and nothing is kept electronically.
        let march = json!([{ "medium": "PAPER", "from": "2024-03-01", "until": "2024-03-31", "overdue": false }]);
        assert_eq!(world.ask("archivist", DUE, json!({})).await.at("/archiveChecksDue"), &march);
        world.set_time("2024-03-31T23:59:59");
        assert_eq!(world.ask("archivist", DUE, json!({})).await.at("/archiveChecksDue"), &march);
        world.set_time("2024-04-01T00:00:00");
        let due = world.ask("auditor", DUE, json!({})).await;
        assert_eq!(due.at("/archiveChecksDue/1"), &json!({ "medium": "PAPER", "from": "2024-03-01", "until": "2024-03-31", "overdue": true }));
        let electronic = closed_at_once(world, "ORDINARY").await;
        electronic.attempt(world, "handler", "archiveCase", json!({ "category": "SCRIPT", "absentParts": parts })).await.done("archiveCase");
        let check = json!({ "medium": "PAPER", "remark": "逐份查看。", "idempotencyKey": "1", "findings": [
            { "archiveFileId": file, "kind": "DAMP", "remark": "封底受潮" }, { "kind": "MOULD" } ] });
        let shown = "check { medium checkedBy { name } findings { id kind file { id } foundBy { name } } }";
        let checked = keep(world, "archivist", "recordArchiveCheck", check.clone(), shown).await;
        assert_eq!(checked.done("recordArchiveCheck").at("/recordArchiveCheck/check/findings").as_array().unwrap().len(), 2);
        keep(world, "archivist", "recordArchiveCheck", check, shown).await.done("recordArchiveCheck");
        let unknown = redress::platform::ids::global_of("ArchiveFile", uuid::Uuid::from_u128(7)).0;
        let lost = json!({ "medium": "PAPER", "findings": [{ "archiveFileId": unknown, "kind": "MISSING" }] });
        assert_eq!(keep(world, "archivist", "recordArchiveCheck", lost, shown).await.error_code(), "NOT_FOUND");
        let checks = world.ask("auditor", "{ archiveChecks { totalCount edges { node { remark medium } } } }", json!({})).await;
        assert_eq!(checks.at("/archiveChecks"), &json!({ "totalCount": 1, "edges": [{ "node": { "remark": "逐份查看。", "medium": "PAPER" } }] }));
        // April is checked, March stays overdue; the second quarter of what is electronic is open.
        let listed = |answer: Answer| answer.at("/archiveChecksDue").as_array().unwrap().iter().map(|due| format!("{} {} {}", due["medium"].as_str().unwrap(), due["from"].as_str().unwrap(), due["overdue"])).collect::<Vec<_>>();
        assert_eq!(listed(world.ask("archivist", DUE, json!({})).await), ["PAPER 2024-03-01 true", "ELECTRONIC 2024-04-01 false"]);
        world.set_time("2024-06-30T23:59:59");
        keep(world, "archivist", "recordArchiveCheck", json!({ "medium": "PAPER" }), shown).await.done("recordArchiveCheck");
        assert_eq!(listed(world.ask("archivist", DUE, json!({})).await), ["PAPER 2024-05-01 true", "PAPER 2024-03-01 true", "ELECTRONIC 2024-04-01 false"]);
        world.set_time("2024-07-01T00:00:00");
        let overdue = listed(world.ask("archivist", DUE, json!({})).await);
        assert!(overdue.contains(&"ELECTRONIC 2024-04-01 true".to_owned()), "{overdue:?}");

        let found = world.ask("archivist", DAMAGES, json!({ "treated": false })).await;
        assert_eq!(found.number("/archiveDamages/totalCount"), 2);
        let damages = found.at("/archiveDamages/edges").as_array().unwrap();
        let damp = &damages.iter().find(|edge| edge["node"]["kind"] == "DAMP").unwrap()["node"];
        assert_eq!((&damp["file"]["id"], &damp["remark"], &damp["measure"]), (&json!(file), &json!("封底受潮"), &Value::Null));
        let treat = json!({ "damageId": damp["id"], "measure": "烘干并更换封套。" });
        assert_eq!(keep(world, "auditor", "treatArchiveDamage", treat.clone(), "damage { id }").await.error_code(), "FORBIDDEN");
        keep(world, "archivist", "treatArchiveDamage", treat.clone(), "damage { measure treatedBy { name } }").await.done("treatArchiveDamage");
        assert_eq!(keep(world, "archivist", "treatArchiveDamage", treat, "damage { id }").await.refusals("treatArchiveDamage"), ["ALREADY_DONE SG-13.3"]);
        for (treated, count) in [(json!(false), 1), (json!(true), 1), (Value::Null, 2)] {
            assert_eq!(world.ask("auditor", DAMAGES, json!({ "treated": treated })).await.number("/archiveDamages/totalCount"), count);
        }
        let of_file = world.ask("auditor", "query($id: ID!) { node(id: $id) { ... on ArchiveFile { damages { kind measure } } } }", json!({ "id": file })).await;
        assert_eq!(of_file.at("/node/damages"), &json!([{ "kind": "DAMP", "measure": "烘干并更换封套。" }]));

        let backup = |made_at: &str| json!({ "madeAt": made_at, "place": "异地机房", "succeeded": true });
        let refused = keep(world, "archivist", "recordArchiveBackup", backup("2024-07-01T00:00:01+08:00"), "backup { id }").await;
        assert_eq!(refused.refusals("recordArchiveBackup"), ["TIME_NOT_ALLOWED SG-13.2 madeAt"]);
        keep(world, "archivist", "recordArchiveBackup", backup("2024-07-01T00:00:00+08:00"), "backup { id }").await.done("recordArchiveBackup");
        let log = world.ask("auditor", "{ archiveBackups { edges { node { place succeeded recordedBy { name } } } } }", json!({})).await;
        assert_eq!(log.at("/archiveBackups/edges/0/node"), &json!({ "place": "异地机房", "succeeded": true, "recordedBy": { "name": "测试archivist" } }));
        for who in ["handler", "supervisor", "manager", "general-manager", "admin", "registrar"] {
            for query in [DUE, "{ archiveBackups { totalCount } }", "{ archiveChecks { totalCount } }", "{ archiveDamages { totalCount } }"] {
                assert_eq!(world.ask(who, query, json!({})).await.error_code(), "FORBIDDEN", "{who} {query}");
            }
        }
    }
}
