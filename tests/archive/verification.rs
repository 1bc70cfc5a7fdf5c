//! Whether files are still what was filed.

use super::{filed, writer};
use crate::support::{Backend, World, scenario};
use redress::archive::custody::service::record_damage::record_damage;
use redress::archive::{store, verification};
use redress::platform::access::Actor;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

async fn verify(world: &World, file: &str) -> Value {
    let query = "query($id: ID!) { verifyArchiveFile(id: $id) { intact faults { kind part } file { damages { kind part foundBy { name } } } } }";
    world.ask("archivist", query, json!({ "id": file })).await.at("/verifyArchiveFile").clone()
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

/// Changes what the database refuses to change.
async fn tamper(world: &World, table: &str, change: &str) {
    let writer = writer(world).await;
    let statements = match world.backend {
        Backend::Sqlite => vec![format!("DROP TRIGGER IF EXISTS {table}_no_update"), change.to_owned()],
        Backend::Postgres => vec![
            format!("ALTER TABLE {table} DISABLE TRIGGER USER"),
            change.to_owned(),
            format!("ALTER TABLE {table} ENABLE TRIGGER USER"),
        ],
    };
    for statement in statements {
        writer.execute_unprepared(&statement).await.unwrap();
    }
    writer.close().await.unwrap();
}

scenario! {
    /// SG-13.3: everything is hashed again; what does not fit is found at its place and recorded as damage, once.
    async fn what_does_not_fit_is_damage(world) {
        let (case, file) = filed(world).await;
        let add = json!({ "caseId": case.id, "kind": "OTHER", "text": "补充材料。" });
        let query = "mutation($input: AddArchiveSupplementInput!) { addArchiveSupplement(input: $input) { refusals { code } } }";
        for _ in 0..2 {
            world.ask("handler", query, json!({ "input": add })).await.done("addArchiveSupplement");
        }
        assert_eq!(verify(world, &file).await, json!({ "intact": true, "faults": [], "file": { "damages": [] } }));
        for who in ["handler", "supervisor", "manager", "admin"] {
            let refused = world.ask(who, "query($id: ID!) { verifyArchiveFile(id: $id) { intact } }", json!({ "id": file })).await;
            assert_eq!(refused.error_code(), "FORBIDDEN", "{who}");
        }
        let unknown = redress::platform::ids::global_of("ArchiveFile", uuid::Uuid::from_u128(7)).0;
        assert_eq!(verify(world, &unknown).await, Value::Null);

        // One bit of the contents of the evidence.
        let stored = files_below(world.files.path());
        assert_eq!(stored.len(), 1, "{stored:?}");
        let original = std::fs::read(&stored[0]).unwrap();
        let mut bent = original.clone();
        *bent.last_mut().unwrap() ^= 1;
        std::fs::write(&stored[0], &bent).unwrap();
        let found = verify(world, &file).await;
        assert_eq!((&found["intact"], &found["faults"][0]["kind"]), (&json!(false), &json!("HASH_MISMATCH")));
        assert!(found["faults"][0]["part"].as_str().unwrap().starts_with("EVIDENCE "), "{found}");
        assert_eq!(found["file"]["damages"][0]["foundBy"]["name"], "测试archivist");
        let again = verify(world, &file).await;
        assert_eq!(again["file"]["damages"].as_array().unwrap().len(), 1, "known until something is done about it");
        std::fs::remove_file(&stored[0]).unwrap();
        assert_eq!(verify(world, &file).await["faults"][0]["kind"], "MISSING");
        std::fs::write(&stored[0], &original).unwrap();
        assert_eq!(verify(world, &file).await["intact"], true);

        // What the database says of the parts, of the chain, of the whole.
        let faults = |found: &Value| found["faults"].as_array().unwrap().iter().map(|fault| format!("{} {}", fault["kind"].as_str().unwrap(), fault["part"].as_str().unwrap())).collect::<Vec<_>>();
        let with = match world.backend {
            Backend::Sqlite => "replace(CAST(part_hashes AS TEXT), '\"PLANS\":\"', '\"PLANS\":\"0')",
            Backend::Postgres => "replace(part_hashes::text, '\"PLANS\": \"', '\"PLANS\": \"0')::jsonb",
        };
        tamper(world, "archive_files", &format!("UPDATE archive_files SET part_hashes = {with}")).await;
        assert_eq!(faults(&verify(world, &file).await), ["HASH_MISMATCH PLANS"]);
        tamper(world, "archive_supplements", "UPDATE archive_supplements SET previous_sha256 = 'x' WHERE position = 2").await;
        assert_eq!(faults(&verify(world, &file).await), ["HASH_MISMATCH PLANS", "HASH_MISMATCH SUPPLEMENT 2"]);
        tamper(world, "archive_supplements", "UPDATE archive_supplements SET content_sealed = 'x' WHERE position = 1").await;
        tamper(world, "archive_files", "UPDATE archive_files SET snapshot_sealed = 'x'").await;
        assert_eq!(faults(&verify(world, &file).await), ["UNREADABLE SNAPSHOT", "UNREADABLE SUPPLEMENT 1", "HASH_MISMATCH SUPPLEMENT 2"]);

        // What `redress archive verify` does: as the system, over all files.
        let system = Actor::system("test");
        let all = store::after(world.db.read(&system), None, 10).await.unwrap();
        let [row] = all.as_slice() else { panic!("{all:?}") };
        let found = verification::verify(&world.db, &system, &world.app.files, row).await.unwrap();
        assert_eq!(found.len(), 3);
        record_damage(&world.db, &system, row, &found).await.unwrap();
        let damages = world.ask("auditor", "{ archiveDamages(treated: false) { totalCount } }", json!({})).await;
        assert_eq!(damages.number("/archiveDamages/totalCount"), 2 + 4, "each once, whoever found it");
        assert!(store::after(world.db.read(&system), Some(row.id), 10).await.unwrap().is_empty());
    }
}
