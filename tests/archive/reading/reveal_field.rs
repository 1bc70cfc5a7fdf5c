use super::{filed, last_denial, publish, register};
use crate::support::road;
use crate::support::{Answer, World, scenario};
use serde_json::{Value, json};

async fn reveal(world: &World, who: &str, of: Value, field: &str) -> Answer {
    let mut input = json!({ "field": field, "purpose": "HANDLING", "reason": "需回访客户。" });
    for (name, value) in of.as_object().unwrap() {
        input[name] = value.clone();
    }
    let query = "query($input: RevealFieldInput!) { revealField(input: $input) { revealed { value registerEntry { id field } } refusals { code rule field } } }";
    world.ask(who, query, json!({ "input": input })).await
}

scenario! {
    /// SG-16.3: who took a complaint in sees single values of the own open case whole, with a reason, on record; who audits does not,
    /// and of somebody else's case there is nothing.
    async fn single_values_of_the_own_open_case(world) {
        publish(world).await;
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let of = json!({ "caseId": case.id });
        let masked = world.ask("registrar", "query($id: ID!) { case(id: $id) { phone { value visibility } } }", json!({ "id": case.id })).await;
        assert_eq!(masked.at("/case/phone"), &json!({ "value": "138******5678", "visibility": "PARTIAL" }));
        assert_eq!(reveal(world, "registrar", of.clone(), "PHONE").await.done("revealField").text("/revealField/revealed/value"), "138 1234 5678");
        let row = register(world, "auditor", "acts: [REVEAL_FIELD]").await.remove(0);
        assert_eq!((&row["field"], &row["reason"], &row["caseId"], &row["purpose"], &row["outcome"]), (&json!("PHONE"), &json!("需回访客户。"), &json!(case.id), &json!("HANDLING"), &json!("READ")));
        for (field, value) in [("COMPLAINANT_NAME", "李秀英"), ("CALLER_NUMBER", "138 1234 5678"), ("INSURED_NAME", "李秀英")] {
            assert_eq!(reveal(world, "handler", of.clone(), field).await.text("/revealField/revealed/value"), value, "{field}");
        }
        let complainant = json!({ "complainant": { "name": "王小明", "phone": "13900000000", "relation": "OTHER" } });
        case.step(world, "handler", "addComplainant", complainant).await;
        let second = json!({ "caseId": case.id, "position": 1 });
        assert_eq!(reveal(world, "handler", second, "FURTHER_COMPLAINANT_NAME").await.text("/revealField/revealed/value"), "王小明");
        assert_eq!(reveal(world, "handler", json!({ "caseId": case.id, "position": 2 }), "FURTHER_COMPLAINANT_NAME").await.refusals("revealField"), ["OBJECT_NOT_FOUND SG-16.3 field"]);
        assert_eq!(reveal(world, "handler", json!({ "caseId": case.id, "position": 0 }), "PHONE").await.error_code(), "BAD_USER_INPUT");
        assert_eq!(reveal(world, "handler", json!({}), "PHONE").await.error_code(), "BAD_USER_INPUT");
        assert_eq!(reveal(world, "handler", json!({ "caseId": case.id, "reason": " " }), "PHONE").await.error_code(), "BAD_USER_INPUT");
        let rows = register(world, "auditor", "acts: [REVEAL_FIELD]").await.len();
        assert_eq!(rows, 5, "one for each value that was shown");
        assert_eq!(reveal(world, "auditor", of.clone(), "PHONE").await.error_code(), "FORBIDDEN");
        for (who, outcome, denial) in [("supervisor", None, "NO_REVEAL_RIGHT"), ("handler-2", Some("NOT_FOUND"), "NO_WAY_IN"), ("registrar-2", Some("NOT_FOUND"), "NO_WAY_IN")] {
            let answer = reveal(world, who, of.clone(), "PHONE").await;
            match outcome {
                Some(code) => assert_eq!(answer.error_code(), code, "{who}"),
                None => assert_eq!(answer.refusals("revealField"), ["NOT_ALLOWED_BY_PROFILE SG-16.3"], "{who}"),
            }
            assert_eq!(last_denial(world).await, denial, "{who}");
        }
        let nothing = json!({ "caseId": redress::platform::ids::global_of("Case", uuid::Uuid::from_u128(7)) });
        assert_eq!(reveal(world, "handler", nothing, "PHONE").await.error_code(), "NOT_FOUND");
    }
}

scenario! {
    /// SG-16.3: an archived case is not open; of its file, the roles that the profile names see values whole. Each of several is a row.
    async fn single_values_of_a_file(world) {
        publish(world).await;
        let file = filed(world, "ORDINARY").await;
        for who in ["registrar", "handler"] {
            assert_eq!(reveal(world, who, json!({ "caseId": file.case.id }), "PHONE").await.refusals("revealField"), ["NOT_ALLOWED_BY_PROFILE SG-16.3"], "{who}");
        }
        let of = json!({ "archiveFileId": file.id });
        assert_eq!(reveal(world, "handler", of.clone(), "PHONE").await.refusals("revealField"), ["NOT_ALLOWED_BY_PROFILE SG-16.3"]);
        assert_eq!(reveal(world, "handler-2", of.clone(), "PHONE").await.error_code(), "NOT_FOUND");
        assert_eq!(reveal(world, "archivist", of.clone(), "CALLER_NUMBER").await.text("/revealField/revealed/value"), "138 1234 5678");
        let one = format!("revealField(input: {{ archiveFileId: \"{}\", field: PHONE, purpose: HANDLING, reason: \"x\" }}) {{ revealed {{ value }} }}", file.id);
        let query = format!("query {{ ...A b: {one} ...B }} fragment A on Query {{ a: {one} }} fragment B on Query {{ c: {one} ... on Query {{ d: {one} a: {one} }} }}");
        let shown = world.ask("archivist", &query, json!({})).await;
        for alias in ["a", "b", "c", "d"] {
            assert_eq!(shown.text(&format!("/{alias}/revealed/value")), "138 1234 5678");
        }
        assert_eq!(register(world, "auditor", "acts: [REVEAL_FIELD], outcome: READ").await.len(), 1 + 4, "`a` is one value, however often it stands there");
    }
}

scenario! {
    /// SG-4.1 SEC-11: looking for a phone number finds nothing outside one's own cases, and is on record.
    async fn looking_for_a_phone_number_is_on_record(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let query = "{ cases(filter: { phone: \"13812345678\" }) { totalCount edges { node { number } } } }";
        for (who, found) in [("handler", 1), ("supervisor", 1), ("handler-2", 0), ("registrar-2", 0)] {
            assert_eq!(world.ask(who, query, json!({})).await.number("/cases/totalCount"), found, "{who}");
        }
        world.ask("registrar-2", "{ similarCases(phone: \"13812345678\") { inCommon } }", json!({})).await.at("/similarCases");
        assert_eq!(world.ask("auditor", query, json!({})).await.error_code(), "FORBIDDEN");
        let rows = register(world, "auditor", "acts: [FIND_BY_PHONE]").await;
        assert_eq!(rows.len(), 5);
        assert!(rows.iter().all(|row| row["caseId"].is_null() && row["field"].is_null()), "{rows:?}");
    }
}
