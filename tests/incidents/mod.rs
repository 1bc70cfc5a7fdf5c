//! Leaks, losses and abuse of confidential material.

use crate::support::{Answer, World, scenario};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

const SHOWN: &str = "incident { id kind occurredAt account persons measure recordedBy { name } followUps { text recordedBy { name } } } refusals { code rule field }";
const LIST: &str = "{ incidents { totalCount edges { node { account } } } }";

async fn write(world: &World, who: &str, mutation: &str, input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {SHOWN} }} }}");
    world.ask(who, &query, json!({ "input": input })).await
}

scenario! {
    /// SG-16.7: what happened, who answers for it, what was done; recorded and read by the management, read by auditors, by nobody
    /// else; it grows and does not change.
    async fn the_management_records_incidents(world) {
        let leak = json!({ "idempotencyKey": "1", "kind": "LEAK", "occurredAt": "2024-03-04T09:30:00+08:00", "account": "李秀英的投诉材料被外传。",
            "persons": "经办人王某，部门负责人赵某。", "measure": "收回材料。" });
        let recorded = write(world, "manager", "recordIncident", leak.clone()).await;
        let incident = recorded.done("recordIncident").at("/recordIncident/incident").clone();
        assert_eq!((&incident["persons"], &incident["followUps"]), (&json!("经办人王某，部门负责人赵某。"), &json!([])));
        write(world, "manager", "recordIncident", leak.clone()).await.done("recordIncident");
        let mut future = leak.clone();
        future["idempotencyKey"] = json!("2");
        future["occurredAt"] = json!("2024-03-04T09:30:00.000001+08:00");
        assert_eq!(write(world, "manager", "recordIncident", future).await.refusals("recordIncident"), ["TIME_NOT_ALLOWED SG-16.7 occurredAt"]);
        let follow_up = json!({ "incidentId": incident["id"], "text": "移送公安机关。" });
        let followed = write(world, "general-manager", "followUpIncident", follow_up.clone()).await;
        assert_eq!(followed.done("followUpIncident").at("/followUpIncident/incident/followUps"), &json!([{ "text": "移送公安机关。", "recordedBy": { "name": "测试general-manager" } }]));
        let unknown = redress::platform::ids::global_of("Incident", uuid::Uuid::from_u128(7)).0;
        assert_eq!(write(world, "manager", "followUpIncident", json!({ "incidentId": unknown, "text": "x" })).await.error_code(), "NOT_FOUND");
        let node = "query($id: ID!) { node(id: $id) { id } }";
        for who in ["manager", "general-manager", "auditor"] {
            assert_eq!(world.ask(who, LIST, json!({})).await.number("/incidents/totalCount"), 1, "{who}");
            assert_eq!(world.ask(who, node, json!({ "id": incident["id"] })).await.at("/node/id"), &incident["id"], "{who}");
        }
        for who in ["handler", "supervisor", "archivist", "registrar", "admin", "legal", "assistant-manager", "department-head"] {
            assert_eq!(world.ask(who, LIST, json!({})).await.error_code(), "FORBIDDEN", "{who}");
            assert_eq!(world.ask(who, node, json!({ "id": incident["id"] })).await.at("/node"), &Value::Null, "{who}");
            assert_eq!(write(world, who, "recordIncident", leak.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        for (mutation, input) in [("recordIncident", leak), ("followUpIncident", follow_up)] {
            assert_eq!(write(world, "auditor", mutation, input).await.error_code(), "FORBIDDEN");
        }
        // At rest it is sealed, and the database keeps it.
        let writer = crate::archive::writer(world).await;
        let rows = writer.query_all_raw(Statement::from_string(writer.get_database_backend(), "SELECT account_sealed || persons_sealed || measure_sealed FROM incidents")).await.unwrap();
        assert!(rows.iter().all(|row| !row.try_get_by_index::<String>(0).unwrap().contains('某')));
        for table in ["incidents", "incident_follow_ups"] {
            for statement in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET id = id")] {
                assert!(writer.execute_unprepared(&statement).await.unwrap_err().to_string().contains("append-only"));
            }
        }
        writer.close().await.unwrap();
    }
}
