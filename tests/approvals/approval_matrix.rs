use crate::support::scenario;
use serde_json::{Value, json};

scenario! {
    /// HK-4.1…HK-4.7 T6: the tiers as a table: what falls into each, who endorses it first, who decides it.
    async fn the_profile_as_a_table(world) {
        let query = "{ approvalMatrix { kind labelZh tier { name role rule } conditionZh conditionEn endorsedBy deciders } }";
        for who in ["supervisor", "handler", "auditor"] {
            let rows = world.ask(who, query, json!({})).await.at("/approvalMatrix").as_array().unwrap().clone();
            assert_eq!(rows.len(), 11, "{who}");
            let row = |name: &str| rows.iter().find(|row| row["tier"]["name"] == name).unwrap().clone();
            let second = row("SURRENDER_2");
            assert_eq!((&second["labelZh"], &second["tier"]["rule"]), (&json!("协议解约"), &json!("HK-4.1.2")));
            assert_eq!(second["conditionZh"], "超额 > 2000.00, ≤ 10000.00；或比例 > 70 %");
            assert_eq!(second["conditionEn"], "excess > 2000.00, ≤ 10000.00; or ratio > 70 %");
            assert_eq!((&second["endorsedBy"], &second["deciders"]), (&json!("SUPERVISOR"), &json!(["MANAGER", "GENERAL_MANAGER"])));
            let first = row("SURRENDER_1");
            assert_eq!(first["conditionEn"], "excess ≤ 2000.00; and ratio ≤ 70 %", "both, or a higher tier counts");
            assert_eq!((&first["endorsedBy"], &first["deciders"][0]), (&Value::Null, &json!("SUPERVISOR")));
            for (name, role, rule) in [
                ("AGENT_CHANGE", "SUPERVISOR", "HK-4.2"), ("LATE_FEE_WAIVER", "SUPERVISOR", "HK-4.3"), ("PREMIUM_CALLBACK", "MANAGER", "HK-4.4"),
                ("COMPANY_ADVANCE", "MANAGER", "HK-4.5"), ("COMMISSION_OR_DEPOSIT_FREEZE", "MANAGER", "HK-4.6"), ("ASSISTANCE", "SUPERVISOR", "HK-4.7"),
                ("JOINT_REVIEW_REQUEST", "SUPERVISOR", "HK-7.3"),
            ] {
                let found = row(name);
                assert_eq!((&found["tier"]["role"], &found["tier"]["rule"], &found["conditionEn"]), (&json!(role), &json!(rule), &json!("every item")), "{name}");
            }
        }
        let before = world.ask("supervisor", "{ approvalMatrix(on: \"1999-01-01\") { kind } }", json!({})).await;
        assert_eq!(before.at("/approvalMatrix"), &json!([]));
    }
}
