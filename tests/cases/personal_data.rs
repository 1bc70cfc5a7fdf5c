//! Personal data: shown whole to who works on the open case, masked to others, sealed at rest.

use crate::support::road;
use crate::support::{Backend, scenario};
use redress::platform::access::Actor;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

scenario! {
    /// HK-5.6.3 SG-16.3 SEC-2: who sees what, while the case is open and afterwards.
    async fn who_sees_names_and_phones(world) {
        let mut case = road::registered(world).await;
        let query = "query($id: ID!) { case(id: $id) { complainantName { visibility value reason } phone { visibility value reason } } }";
        let shown = json!({ "visibility": "SHOWN", "value": "138 1234 5678", "reason": null });
        let partial = json!({ "visibility": "PARTIAL", "value": "138**** 5678", "reason": "HK-5.6.3" });
        let phone = async |who: &str, id: &str| world.ask(who, query, json!({ "id": id })).await.at("/case/phone").clone();
        assert_eq!(phone("registrar", &case.id).await, shown, "before there is a handler");
        let masked = phone("supervisor", &case.id).await;
        assert_eq!(masked["visibility"], partial["visibility"]);
        assert!(!masked.to_string().contains("1234"));
        case.allocate(world, "handler").await;
        assert_eq!(phone("handler", &case.id).await, shown);
        assert_eq!(phone("registrar", &case.id).await["visibility"], "PARTIAL");
        for who in ["supervisor", "manager", "auditor"] {
            let seen = world.ask(who, query, json!({ "id": case.id })).await;
            assert_eq!(seen.at("/case/complainantName"), &json!({ "visibility": "PARTIAL", "value": "李**", "reason": "HK-5.6.3" }));
            assert_eq!(seen.at("/case/phone/visibility"), "PARTIAL");
        }
        let mut closed = road::replied(world).await;
        closed.close(world).await;
        assert_eq!(phone("handler", &closed.id).await["visibility"], "PARTIAL", "a closed case is not worked on any more");
    }
}

scenario! {
    /// SEC-2: nothing of a person stands in clear in any table.
    async fn nothing_personal_stands_in_clear(world) {
        let mut group = road::registered_with(world, json!({
            "furtherComplainants": [{ "name": "王建军", "phone": "139 0000 0001", "relation": "OTHER" }],
            "respondents": [{ "kind": "AGENT", "name": "孙德华" }],
            "authorityLetter": { "holderName": "何雪莲", "holderPhone": "139 0000 0002", "scope": "GENERAL", "grantedOn": "2024-03-01" },
            "callForm": { "callerNumber": "139 0000 0003", "receiver": "周敏" },
        })).await;
        let slip = road::visit_form(&json!("李秀英"));
        road::registered_with(world, json!({ "channel": "VISIT", "visitForm": slip })).await;
        group.step(world, "registrar", "addComplainant", json!({ "complainant": { "name": "徐美玲", "relation": "OTHER" } })).await;
        let mut case = road::submitted(world).await;
        case.request(world, "10000", "11000", "30000").await.done("requestApproval");
        let tables = match world.backend {
            Backend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            Backend::Postgres => "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'",
        };
        let system = Actor::system("test");
        let db = world.db.read(&system);
        let backend = db.get_database_backend();
        let names = db.query_all_raw(Statement::from_string(backend, tables)).await.unwrap();
        let mut seen = 0;
        for name in names {
            let name: String = name.try_get("", "name").unwrap();
            let row = match backend {
                DbBackend::Sqlite => {
                    let columns = db.query_all_raw(Statement::from_string(backend, format!("SELECT name FROM pragma_table_info('{name}')"))).await.unwrap();
                    let columns: Vec<String> = columns.iter().map(|row| {
                        let column: String = row.try_get("", "name").unwrap();
                        format!("coalesce(iif(typeof({column}) = 'blob', hex({column}), cast({column} AS text)), '')")
                    }).collect();
                    format!("SELECT {} AS whole FROM {name}", columns.join(" || ' ' || "))
                }
                _ => format!("SELECT to_jsonb(t)::text AS whole FROM {name} t"),
            };
            for row in db.query_all_raw(Statement::from_string(backend, row)).await.unwrap() {
                let whole: String = row.try_get("", "whole").unwrap();
                seen += 1;
                for secret in ["李秀英", "13812345678", "138 1234 5678", "HK2019000123", "HK2019-000123",
                    "王建军", "孙德华", "何雪莲", "徐美玲", "139 0000 000", "13900000"] {
                    assert!(!whole.contains(secret), "{secret} stands in {name}: {whole}");
                }
            }
        }
        assert!(seen > 40, "{seen} rows were read");
        case.approve_plan(world).await;
    }
}

scenario! {
    /// A masked value cannot be sent back: inputs take text, and the mask is no name of anybody.
    async fn a_masked_value_is_never_written_back(world) {
        let masked = json!({ "visibility": "PARTIAL", "value": "李**" });
        let answer = road::on_case(world, "registrar", "registerCase", road::complaint_with(json!({ "complainantName": masked }))).await;
        assert_eq!(answer.error_code(), "BAD_USER_INPUT");
        let _: Value = masked;
    }
}
