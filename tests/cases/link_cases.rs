use crate::support::road::{self, OnTheRoad, key};
use crate::support::{World, scenario};
use serde_json::{Value, json};

const SIMILAR: &str = "query($phone: String, $contractNumber: String, $complainantName: String, $policyholderName: String) {
    similarCases(phone: $phone, contractNumber: $contractNumber, complainantName: $complainantName, policyholderName: $policyholderName) {
        found { number state case { number } } inCommon } }";

fn link(other: &OnTheRoad, kind: &str) -> Value {
    json!({ "idempotencyKey": key(), "otherNumber": other.number, "kind": kind, "reason": "同一合同，同一业务员。" })
}

/// A complaint that has nothing in common with the others.
fn stranger(n: usize) -> Value {
    json!({
        "phone": format!("1390000{n:04}"), "contractNumber": format!("HK2020-{n:06}"), "complainantName": format!("陌生人{n}"),
        "policyholderName": format!("投保人{n}"), "insuredName": "x", "callForm": { "callerNumber": format!("1370000{n:04}"), "receiver": "周敏" },
    })
}

async fn similar(world: &World, who: &str, wanted: Value) -> Vec<(String, Value)> {
    let answer = world.ask(who, SIMILAR, wanted).await;
    let found = answer.at("/similarCases").as_array().unwrap().clone();
    found
        .iter()
        .map(|one| (one["found"]["number"].as_str().unwrap()[7..].to_owned(), one["inCommon"].clone()))
        .collect()
}

scenario! {
    /// Earlier cases of the same phone, contract or person are suggested at intake, with the reason.
    async fn earlier_cases_are_suggested(world) {
        let group = json!([{ "name": "王建军", "phone": "139 1111 2222", "relation": "OTHER" }]);
        let mut first = stranger(1);
        first["furtherComplainants"] = group;
        road::registered_with(world, first).await;
        road::registered_with(world, stranger(2)).await;
        for (wanted, expected) in [
            (json!({ "phone": "+86 139-0000-0001" }), vec![("000001".to_owned(), json!(["PHONE"]))]),
            (json!({ "phone": "13911112222" }), vec![("000001".to_owned(), json!(["PHONE"]))]),
            (json!({ "phone": "13700000001" }), vec![("000001".to_owned(), json!(["PHONE"]))]),
            (json!({ "phone": "1390000000" }), vec![]),
            (json!({ "contractNumber": "hk2020 000002" }), vec![("000002".to_owned(), json!(["CONTRACT"]))]),
            (json!({ "complainantName": "陌生人1", "policyholderName": "投保人1" }), vec![("000001".to_owned(), json!(["PERSON"]))]),
            (json!({ "complainantName": "王 建军", "policyholderName": "投保人1" }), vec![("000001".to_owned(), json!(["PERSON"]))]),
            (json!({ "complainantName": "陌生人1", "policyholderName": "投保人2" }), vec![]),
            (json!({ "complainantName": "陌生人1" }), vec![]),
            (json!({ "phone": "13900000001", "contractNumber": "HK2020-000001", "complainantName": "陌生人2", "policyholderName": "投保人2" }),
                vec![("000002".to_owned(), json!(["PERSON"])), ("000001".to_owned(), json!(["PHONE", "CONTRACT"]))]),
            (json!({}), vec![]),
            (json!({ "phone": " ", "contractNumber": "---", "complainantName": "。" }), vec![]),
        ] {
            assert_eq!(similar(world, "registrar", wanted.clone()).await, expected, "{wanted}");
        }
        let filtered = world.ask("supervisor", "{ a: cases(filter: { phone: \"13911112222\" }) { totalCount } b: cases(filter: { phone: \"137 0000 0001\" }) { totalCount } }", json!({})).await;
        assert_eq!((filtered.number("/a/totalCount"), filtered.number("/b/totalCount")), (1, 1));
    }
}

scenario! {
    /// HK-5.6.3: of cases that are not theirs, intake learns that they are there and nothing of their content; others nothing.
    async fn a_suggestion_shows_no_content(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let wanted = json!({ "phone": "13812345678" });
        for (who, sees) in [("registrar", true), ("handler", true), ("supervisor", true), ("registrar-2", false), ("handler-2", false)] {
            let answer = world.ask(who, SIMILAR, wanted.clone()).await;
            assert_eq!(answer.at("/similarCases/0/found/number"), &json!(case.number), "{who}");
            assert_eq!(answer.at("/similarCases/0/found/case").is_object(), sees, "{who}");
        }
        for who in ["auditor", "general-manager", "department-head", "assistant-manager", "archivist", "admin", "legal", "co-handler"] {
            assert_eq!(world.ask(who, SIMILAR, wanted.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
    }
}

scenario! {
    /// Twenty suggestions at most, the latest first; a case suggests only what came before it.
    async fn the_latest_twenty(world) {
        let mut cases = Vec::new();
        for _ in 0..23 {
            cases.push(road::registered(world).await);
        }
        let found = similar(world, "registrar", json!({ "phone": "13812345678" })).await;
        assert_eq!(found.len(), 20);
        assert_eq!((found[0].0.as_str(), found[19].0.as_str()), ("000023", "000004"));
        let query = "query($id: ID!) { case(id: $id) { earlierCases { found { number } inCommon } } }";
        let last = world.ask("registrar", query, json!({ "id": cases[22].id })).await;
        assert_eq!(last.at("/case/earlierCases").as_array().unwrap().len(), 20);
        assert_eq!(last.at("/case/earlierCases/0"), &json!({ "found": { "number": cases[21].number }, "inCommon": ["PHONE", "CONTRACT", "PERSON"] }));
        let second = world.ask("registrar", query, json!({ "id": cases[1].id })).await;
        assert_eq!(second.at("/case/earlierCases").as_array().unwrap().len(), 1);
        let first = world.ask("registrar", query, json!({ "id": cases[0].id })).await;
        assert_eq!(first.at("/case/earlierCases"), &json!([]));
        let answer = world.ask("registrar", "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { earlierCases { inCommon } } refusals { code } } }", json!({ "input": road::complaint() })).await;
        assert_eq!(answer.at("/registerCase/case/earlierCases").as_array().unwrap().len(), 20);
    }
}

scenario! {
    /// HK-A15: linking is a decision with a reason, on record, once, seen from both ends.
    async fn linking_is_a_decision(world) {
        let mut old = road::registered(world).await;
        old.allocate(world, "handler").await;
        let mut new = road::registered(world).await;
        let decision = link(&old, "REPEAT");
        new.step(world, "registrar", "linkCases", decision.clone()).await;
        new.step(world, "registrar", "linkCases", decision).await;
        let again = new.attempt(world, "registrar", "linkCases", link(&old, "REPEAT")).await;
        assert_eq!(again.refusals("linkCases"), ["ALREADY_THERE HK-A15 otherNumber"]);
        let back = old.attempt(world, "handler", "linkCases", link(&new, "REPEAT")).await;
        assert_eq!(back.refusals("linkCases"), ["ALREADY_THERE HK-A15 otherNumber"]);
        let itself = new.attempt(world, "registrar", "linkCases", link(&new, "RELATED")).await;
        assert_eq!(itself.refusals("linkCases"), ["SAME_CASE HK-A15 otherNumber"]);
        new.step(world, "supervisor", "linkCases", link(&old, "RELATED")).await;
        let links = "query($id: ID!) { case(id: $id) { links { kind reason linkedBy { name } other { number case { id } } }
            timeline(first: 50) { edges { node { kind detail { ... on LinkDetail { kind otherNumber reason } } } } } } }";
        let seen = world.ask("registrar", links, json!({ "id": new.id })).await;
        assert_eq!(seen.at("/case/links/0"), &json!({ "kind": "REPEAT", "reason": "同一合同，同一业务员。", "linkedBy": { "name": "测试registrar" },
            "other": { "number": old.number, "case": { "id": old.id } } }));
        assert_eq!(seen.at("/case/links/1/kind"), "RELATED");
        let entry = json!({ "kind": "CASES_LINKED", "detail": { "kind": "REPEAT", "otherNumber": old.number, "reason": "同一合同，同一业务员。" } });
        assert!(seen.at("/case/timeline/edges").as_array().unwrap().iter().any(|edge| edge["node"] == entry));
        let other_end = world.ask("handler", links, json!({ "id": old.id })).await;
        assert_eq!(other_end.at("/case/links/0/other"), &json!({ "number": new.number, "case": null }), "the new case is not the handler's");
    }
}

scenario! {
    /// SEC-11 HK-5.6.3: what is neither seen nor suggested looks as if it were not there.
    async fn only_what_is_within_reach_is_linked(world) {
        let far = road::on_case(world, "registrar-2", "registerCase", road::complaint_with(stranger(9))).await;
        let far = OnTheRoad { id: far.text("/registerCase/case/id"), number: far.text("/registerCase/case/number"), version: 1, handler: String::new() };
        let near = road::registered(world).await;
        let nowhere = OnTheRoad { number: "TS2024-999999".to_owned(), ..far.clone() };
        let (hidden, missing) = (
            near.attempt(world, "registrar", "linkCases", link(&far, "RELATED")).await,
            near.attempt(world, "registrar", "linkCases", link(&nowhere, "RELATED")).await,
        );
        assert_eq!(hidden.error_code(), "NOT_FOUND");
        assert_eq!(hidden.body["errors"][0]["message"], missing.body["errors"][0]["message"]);
        near.attempt(world, "supervisor", "linkCases", link(&far, "RELATED")).await.done("linkCases");
        // Suggested to the registrar, and so within reach.
        let theirs = road::on_case(world, "registrar-2", "registerCase", road::complaint()).await;
        let theirs = OnTheRoad { number: theirs.text("/registerCase/case/number"), ..far };
        near.attempt(world, "registrar", "linkCases", link(&theirs, "REPEAT")).await.done("linkCases");
        assert_eq!(near.attempt(world, "registrar-2", "linkCases", link(&theirs, "REPEAT")).await.error_code(), "NOT_FOUND");
        assert_eq!(near.attempt(world, "auditor", "linkCases", link(&theirs, "REPEAT")).await.error_code(), "FORBIDDEN");
        let blank = json!({ "otherNumber": theirs.number, "kind": "REPEAT", "reason": " " });
        assert_eq!(near.attempt(world, "registrar", "linkCases", blank).await.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// HK-7.2.1 HK-A15: five people over merged cases are five; whoever complains on two of them counts once; cases that are
    /// only related do not count.
    async fn a_group_over_merged_cases(world) {
        let one = |n: usize, name: &str| {
            let mut complaint = stranger(n);
            complaint["complainantName"] = json!(name);
            complaint["phone"] = json!(format!("138{:08}", name.chars().next().unwrap() as u32));
            complaint
        };
        let mut cases = Vec::new();
        for (n, name) in ["甲", "乙", "丙", "丁", "甲", "戊"].into_iter().enumerate() {
            cases.push(road::registered_with(world, one(n, name)).await);
        }
        let count = async |case: &OnTheRoad| {
            let seen = world.ask("supervisor", "query($id: ID!) { case(id: $id) { headCount groupHeadCount } }", json!({ "id": case.id })).await;
            assert_eq!(seen.number("/case/headCount"), 1);
            seen.number("/case/groupHeadCount")
        };
        let merge = async |from: usize, to: usize, kind: &str| {
            cases[from].attempt(world, "supervisor", "linkCases", link(&cases[to], kind)).await.done("linkCases");
        };
        merge(0, 1, "MERGED").await;
        merge(2, 1, "MERGED").await;
        merge(2, 3, "MERGED").await;
        merge(3, 5, "RELATED").await;
        for case in &cases[..4] {
            assert_eq!(count(case).await, 4, "four people: not on this ground");
        }
        merge(4, 3, "MERGED").await;
        assert_eq!(count(&cases[0]).await, 4, "the same person again");
        assert_eq!(count(&cases[5]).await, 1);
        merge(0, 5, "MERGED").await;
        for case in &cases {
            assert_eq!(count(case).await, 5);
        }
    }
}
