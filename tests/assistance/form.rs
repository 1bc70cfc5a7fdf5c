//! The assistance record, in the API and on paper.

use crate::support::help::{self, FINANCE, Help, LAW};
use crate::support::road;
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-F.6 HK-6.4: the form of a returned assistance shows number, question, opinion, department and both dates.
    async fn the_record_of_an_assistance(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let piece = case.add_evidence(world).await;
        let mut help = Help::delivered(world, &case, LAW, &[&piece]).await;
        help.step(world, "counsel", "receiveAssistance", json!({})).await;
        world.set_time("2024-03-08T16:00:00");
        let query = "query($id: ID!) { node(id: $id) { ... on Assistance { form { kind title organisation caseNumber printPath fields { code label value { value } } } } } }";
        let before = world.ask("counsel", query, json!({ "id": help.id })).await;
        assert!(before.at("/node/form/fields").as_array().unwrap().iter().any(|field| field["code"] == "opinion" && field["value"].is_null()));
        help.step(world, "counsel", "returnAssistance", json!({ "opinion": "条款<表述>不清，作不利解释。" })).await;
        let expected = [
            ("number", help.number.as_str()), ("department", LAW), ("ground", "专业在他部门且处理更快捷"), ("legalGround", "条款瑕疵或表述不清"),
            ("question", "请核实客户历年缴费与收益演示是否相符。"), ("requestedBy", "测试handler"), ("requestedAt", "2024-03-04 09:30:00"),
            ("decidedBy", "测试supervisor"), ("deliveredAt", "2024-03-04 09:30:00"), ("receivedBy", "测试counsel"), ("receivedAt", "2024-03-04 09:30:00"),
            ("opinion", "条款<表述>不清，作不利解释。"), ("returnedBy", "测试counsel"), ("returnedAt", "2024-03-08 16:00:00"),
        ];
        for who in ["counsel", "law-head", "handler", "supervisor", "auditor"] {
            let found = world.ask(who, query, json!({ "id": help.id })).await;
            let form = found.at("/node/form");
            assert_eq!((&form["kind"], &form["title"], &form["caseNumber"]), (&json!("ASSISTANCE_RECORD"), &json!("协办记录表"), &json!(case.number)));
            for (code, value) in expected {
                let field = form["fields"].as_array().unwrap().iter().find(|field| field["code"] == code).unwrap();
                assert_eq!(field["value"]["value"], value, "{who} {code}");
            }
        }
        let path = format!("/forms/{}/ASSISTANCE_RECORD", help.id);
        for (who, status) in [("counsel", 200), ("handler", 200), ("clerk", 404), ("handler-2", 404), ("registrar", 403), ("", 401)] {
            let page = world.get(who, &path, &[]).await;
            assert_eq!(page.status(), status, "{who}");
            let body = page.text().await.unwrap();
            assert_eq!(body.contains("协办记录表") && body.contains(&help.number), status == 200, "{who}");
            assert!(!body.contains("<表述>"), "{who}");
        }
        for wrong in [format!("/forms/{}/HANDLING_RECORD", help.id), format!("/forms/{}/ASSISTANCE_RECORD", case.id)] {
            assert_eq!(world.get("handler", &wrong, &[]).await.status(), 404, "{wrong}");
        }
        let of_case = world.ask("handler", "query($id: ID!) { case(id: $id) { form(kind: ASSISTANCE_RECORD) { title } } }", json!({ "id": case.id })).await;
        assert_eq!(of_case.error_code(), "BAD_USER_INPUT");
        assert!(Help::requested(world, &case, FINANCE).await.see(world, "clerk").await.is_null());
        // HK-F.5: the handling record tells of it, to who may read assistances.
        let record = "query($id: ID!) { case(id: $id) { form(kind: HANDLING_RECORD) { entries { action result } } } }";
        let told = async |who: &str| world.ask(who, record, json!({ "id": case.id })).await.at("/case/form/entries").to_string();
        assert!(told("supervisor").await.contains("作不利解释"));
        assert!(!told("registrar").await.contains("作不利解释"));
    }
}
