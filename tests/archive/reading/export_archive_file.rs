use super::{filed, last_denial, publish, register, released};
use crate::support::{Answer, World, scenario};
use serde_json::json;

async fn export(world: &World, who: &str, id: &str) -> Answer {
    let query = "query($id: ID!) { exportArchiveFile(input: { id: $id, purpose: TRAINING }) {
        exported { watermark data html registerEntry { id act sections } } refusals { code rule } } }";
    world.ask(who, query, json!({ "id": id })).await
}

scenario! {
    /// HK-5.6.3 SG-14.7 SG-16.5 SEC-4: a copy takes a right of its own, bears reader and time, and is one row; without the right it is
    /// forbidden, and that is a row too.
    async fn copies_take_a_right_of_their_own(world) {
        publish(world).await;
        let file = filed(world, "ORDINARY").await;
        let copy = export(world, "archivist", &file.id).await;
        copy.done("exportArchiveFile");
        let watermark = copy.text("/exportArchiveFile/exported/watermark");
        assert!(watermark.contains("测试archivist（archivist）2024-03-04 09:30:00"), "{watermark}");
        assert_eq!(copy.text("/exportArchiveFile/exported/data/watermark"), watermark);
        let html = copy.text("/exportArchiveFile/exported/html");
        assert_eq!(html.matches(&watermark).count(), 1 + 9 + 1, "across each printed page, over each part, at the end");
        assert!(!copy.body.to_string().contains("李秀英") && !html.contains("<script"));
        assert_eq!(copy.at("/exportArchiveFile/exported/data/parts").as_array().unwrap().len(), 9);
        assert_eq!(register(world, "auditor", "acts: [EXPORT_FILE], outcome: READ").await.len(), 1);
        released(world, &[&file]).await;
        for who in ["handler", "handler-2", "auditor"] {
            assert_eq!(export(world, who, &file.id).await.error_code(), "FORBIDDEN", "{who}");
            assert_eq!(last_denial(world).await, "NO_EXPORT_RIGHT", "{who}");
        }
        for who in ["registrar", "manager", "supervisor"] {
            assert_eq!(export(world, who, &file.id).await.error_code(), "NOT_FOUND", "{who}");
            assert_eq!(last_denial(world).await, "NO_WAY_IN", "{who}");
        }
        assert_eq!(export(world, "admin", &file.id).await.error_code(), "FORBIDDEN");
        assert_eq!(register(world, "auditor", "acts: [EXPORT_FILE], outcome: DENIED").await.len(), 6);
    }
}

scenario! {
    /// HK-5.6.3: the shipped policy lets nobody take copies.
    async fn nobody_copies_where_the_policy_names_nobody(world) {
        let file = filed(world, "ORDINARY").await;
        for who in ["archivist", "handler", "manager"] {
            assert_eq!(export(world, who, &file.id).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(register(world, "auditor", "acts: [EXPORT_FILE], outcome: DENIED").await.len(), 3);
    }
}
