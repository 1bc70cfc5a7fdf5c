//! Delivering the material: after the approval, exactly what is listed.

use crate::support::help::{self, FINANCE, Help, LAW};
use crate::support::notices::told;
use crate::support::road;
use crate::support::{World, scenario};
use entity::notification::NotificationKind;
use serde_json::{Value, json};

scenario! {
    /// HK-5.4.6 HK-6.6: nothing moves before the supervisor agreed; then the handler delivers, nobody else.
    async fn not_before_the_approval(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let evidence = case.add_evidence(world).await;
        let mut help = Help::requested(world, &case, FINANCE).await;
        let all = json!({ "evidenceIds": [evidence], "brief": "客户质疑收益演示。" });
        let early = help.attempt(world, "handler", "deliverAssistance", all.clone()).await;
        assert_eq!(early.refusals("deliverAssistance"), ["STATE_NOT_ALLOWED HK-5.4.6"]);
        assert!(help.see(world, "clerk").await.is_null());
        help.item(world).await.approve(world, "supervisor").await.done("decideApproval");
        assert!(help.see(world, "clerk").await.is_null(), "approved, and not delivered");
        let other = help.attempt(world, "supervisor", "deliverAssistance", all.clone()).await;
        assert_eq!(other.refusals("deliverAssistance"), ["NOT_THE_HANDLER HK-5.4.6"]);
        assert_eq!(help.attempt(world, "handler-2", "deliverAssistance", all.clone()).await.error_code(), "NOT_FOUND");
        for who in ["clerk", "finance-head", "manager", "auditor"] {
            assert_eq!(help.attempt(world, who, "deliverAssistance", all.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        let stale = Help { version: 9, ..help.clone() };
        assert_eq!(stale.attempt(world, "handler", "deliverAssistance", all.clone()).await.error_code(), "CONFLICT");

        help.step(world, "handler", "deliverAssistance", all.clone()).await;
        let seen = help.see(world, "clerk").await;
        assert_eq!((&seen["state"], &seen["brief"], &seen["caseNumber"]), (&json!("DELIVERED"), &json!("客户质疑收益演示。"), &json!(case.number)));
        assert_eq!(told(world, NotificationKind::AssistanceDelivered).await, ["clerk", "finance-head"]);
        let again = help.attempt(world, "handler", "deliverAssistance", all).await;
        assert_eq!(again.refusals("deliverAssistance"), ["STATE_NOT_ALLOWED HK-5.4.6"]);
        // HK-6.1: the case stays with its handler.
        let owner = world.ask("supervisor", "query($id: ID!) { case(id: $id) { state handler { name } } }", json!({ "id": case.id })).await;
        assert_eq!((owner.text("/case/handler/name"), owner.text("/case/state")), ("测试handler".to_owned(), "INVESTIGATING".to_owned()));
    }
}

scenario! {
    /// HK-6.5: a case that has evidence delivers some of it, piece by piece, of its own; the record keeps what, with its hash.
    async fn the_evidence_is_listed(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let (first, second) = (case.add_evidence(world).await, case.add_evidence(world).await);
        let mut stranger = road::investigated(world).await;
        let strange = stranger.add_evidence(world).await;
        let mut help = Help::approved(world, &case, FINANCE).await;
        let nothing = help.attempt(world, "handler", "deliverAssistance", json!({ "evidenceIds": [] })).await;
        assert_eq!(nothing.refusals("deliverAssistance"), ["FIELD_REQUIRED HK-6.5 evidenceIds"]);
        let foreign = help.attempt(world, "handler", "deliverAssistance", json!({ "evidenceIds": [first, strange] })).await;
        assert_eq!(foreign.error_code(), "NOT_FOUND");
        let many: Vec<&String> = vec![&first; 201];
        assert_eq!(help.attempt(world, "handler", "deliverAssistance", json!({ "evidenceIds": many })).await.error_code(), "BAD_USER_INPUT");
        assert!(help.see(world, "clerk").await.is_null());

        help.step(world, "handler", "deliverAssistance", json!({ "evidenceIds": [second, second] })).await;
        let known = world.ask("handler", "query($id: ID!) { case(id: $id) { evidence { id sha256 } timeline(first: 1, direction: DESC) { edges { node { kind detail {
            ... on AssistanceDetail { number text evidence { sha256 } department { name } assistance { number } } } } } } } }", json!({ "id": case.id })).await;
        let hash = known.at("/case/evidence/1/sha256");
        let seen = help.see(world, "clerk").await;
        assert_eq!(seen["evidence"].as_array().unwrap().len(), 1, "{seen:#}");
        assert_eq!((&seen["evidence"][0]["evidenceId"], &seen["evidence"][0]["sha256"]), (&json!(second), hash));
        let entry = known.at("/case/timeline/edges/0/node");
        assert_eq!(entry["kind"], "ASSISTANCE_DELIVERED");
        let expected = json!({ "number": help.number, "text": null, "evidence": [{ "sha256": hash }], "department": { "name": FINANCE }, "assistance": { "number": help.number } });
        assert_eq!(entry["detail"], expected);
        assert_eq!(help::audited(world, "ASSISTANCE_DELIVERED").await["sha256"], json!([hash]));

        // A case without evidence has nothing to list.
        let bare = road::investigated(world).await;
        let mut bare = Help::approved(world, &bare, LAW).await;
        bare.step(world, "handler", "deliverAssistance", json!({ "evidenceIds": [] })).await;
        assert_eq!(bare.see(world, "counsel").await["evidence"], json!([]));
    }
}

/// Fails if an answer shows something.
async fn nothing(world: &World, who: &str, query: &str, id: &str) {
    let answer = world.ask(who, query, json!({ "id": id })).await;
    let empty = [json!(null), json!([]), json!([null]), json!({ "totalCount": 0 })];
    let fields = answer.body["data"].as_object().into_iter().flat_map(|data| data.values());
    assert!(fields.into_iter().all(|value| empty.contains(value)), "{who} {query}: {:#}", answer.body);
}

scenario! {
    /// HK-6.3 HK-6.5: the department sees what was delivered, and nothing else of the case, on every path.
    async fn nothing_else_of_the_case(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let (mine, other) = (case.add_evidence(world).await, case.add_evidence(world).await);
        let help = Help::delivered(world, &case, FINANCE, &[&mine]).await;
        let legal = Help::delivered(world, &case, LAW, &[&other]).await;
        let item = help.item(world).await;
        let settlement = case.request(world, "10000", "11000", "30000").await.text("/requestApproval/approval/id");
        for (who, own, others, piece, others_piece) in [("clerk", &help, &legal, &mine, &other), ("finance-head", &help, &legal, &mine, &other), ("counsel", &legal, &help, &other, &mine), ("law-head", &legal, &help, &other, &mine)] {
            let seen = own.see(world, who).await;
            assert_eq!((&seen["number"], seen["evidence"].as_array().unwrap().len()), (&json!(own.number), 1), "{who}");
            assert!(others.see(world, who).await.is_null(), "{who}");
            let list = world.ask(who, "{ assistances { totalCount edges { node { number } } } }", json!({})).await;
            assert_eq!((list.number("/assistances/totalCount"), list.text("/assistances/edges/0/node/number")), (1, own.number.clone()), "{who}");
            for id in [&case.id, &item.id, &settlement, piece, others_piece] {
                nothing(world, who, "query($id: ID!) { node(id: $id) { id } }", id).await;
                nothing(world, who, "query($id: ID!) { nodes(ids: [$id]) { id } }", id).await;
            }
            for query in ["query($id: ID!) { case(id: $id) { number timeline { edges { node { kind } } } } }", "query($id: ID!) { cases { totalCount } node(id: $id) { id } }", "query($id: ID!) { approvals { totalCount } node(id: $id) { id } }"] {
                nothing(world, who, query, &case.id).await;
            }
            for search in ["{ cases(filter: { phone: \"13812345678\" }) { totalCount } }", "{ similarCases(phone: \"13812345678\") { case { number } } }"] {
                nothing(world, who, search, "").await;
            }
            let hidden = world.ask(who, "query($id: ID!) { node(id: $id) { ... on Assistance { case { number } } } }", json!({ "id": own.id })).await;
            assert!(hidden.body.pointer("/data/node/case/number").is_none(), "{who}: {:#}", hidden.body);
            let hidden = world.ask(who, "query($id: ID!) { node(id: $id) { ... on Assistance { approval { reason } } } }", json!({ "id": own.id })).await;
            assert_eq!(hidden.error_code(), "FORBIDDEN", "{who}");
            // The file that was delivered, on record; no other.
            let read = world.get(who, &format!("/files/{piece}"), &[]).await;
            assert_eq!((read.status().as_u16(), read.text().await.unwrap()), (200, "本人要求全额退保。".to_owned()), "{who}");
            assert_eq!(world.get(who, &format!("/files/{others_piece}"), &[]).await.status(), 404, "{who}");
            let register = world.ask("auditor", "{ accessRegister(first: 1) { edges { node { evidenceId purpose reader { name } } } } }", json!({})).await;
            assert_eq!(register.at("/accessRegister/edges/0/node"), &json!({ "evidenceId": piece, "purpose": "HANDLING", "reader": { "name": format!("测试{who}") } }));
            let counts = world.ask(who, "{ viewer { counts { tasks { open } } } }", json!({})).await;
            assert!(counts.number("/viewer/counts/tasks/open") <= 1, "{who}");
        }
        // Who works elsewhere sees nothing at all.
        for who in ["co-handler", "legal", "department-head"] {
            assert!(help.see(world, who).await.is_null() && legal.see(world, who).await.is_null(), "{who}");
            assert_eq!(world.get(who, &format!("/files/{mine}"), &[]).await.status(), 404, "{who}");
            assert_eq!(world.ask(who, "{ assistances { totalCount } }", json!({})).await.number("/assistances/totalCount"), 0, "{who}");
        }
        for who in ["registrar", "admin", "archivist", "finance"] {
            assert_eq!(world.ask(who, "{ assistances { totalCount } }", json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
    }
}

scenario! {
    /// HK-6.3: the legal department gives its opinion and approves no settlement.
    async fn the_legal_department_approves_no_settlement(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        Help::delivered(world, &case, LAW, &[]).await;
        let item = road::Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        assert_eq!(item.approve(world, "counsel").await.error_code(), "FORBIDDEN");
        let close = case.attempt(world, "counsel", "closeCase", road::closure()).await;
        assert_eq!(close.error_code(), "FORBIDDEN");
    }
}

scenario! {
    /// HK-4.8: who is complained about reads nothing; who must step back does nothing for the department.
    async fn nobody_named_in_the_complaint_helps(world) {
        help::departments(world).await;
        world.add_person_in(FINANCE, "clerk-2", &[entity::staff_role::Role::CoHandler]).await;
        let case = road::investigated(world).await;
        let respondent = json!({ "respondent": { "kind": "STAFF", "staffId": world.id_of("clerk").await } });
        case.attempt(world, "handler", "addRespondent", respondent).await.done("addRespondent");
        let mut help = Help::delivered(world, &case, FINANCE, &[]).await;
        assert!(help.see(world, "clerk").await.is_null());
        assert_eq!(help.attempt(world, "clerk", "receiveAssistance", json!({})).await.error_code(), "NOT_FOUND");
        help.step(world, "clerk-2", "receiveAssistance", json!({})).await;

        // The head of the department is complained about: who reports to them steps back.
        let case = road::investigated(world).await;
        let respondent = json!({ "respondent": { "kind": "STAFF", "staffId": world.id_of("finance-head").await } });
        case.attempt(world, "handler", "addRespondent", respondent).await.done("addRespondent");
        let help = Help::delivered(world, &case, FINANCE, &[]).await;
        let seen = help.see(world, "clerk").await;
        assert_eq!(seen["viewerCan"]["receive"]["refusals"], json!([{ "code": "RECUSED", "rule": "HK-6.9" }]));
        assert_eq!(help.attempt(world, "clerk", "receiveAssistance", json!({})).await.refusals("receiveAssistance"), ["RECUSED HK-6.9"]);
        assert_eq!(help.attempt(world, "clerk", "returnAssistance", help::opinion()).await.refusals("returnAssistance"), ["RECUSED HK-6.7"]);
        let nothing: Value = help.see(world, "finance-head").await;
        assert!(nothing.is_null());
    }
}

scenario! {
    /// HK-6.3: the head of a department who registered the case sees what was delivered to the own department, and not what
    /// another one was asked or answered.
    async fn a_head_who_registered_the_case(world) {
        help::departments(world).await;
        let answer = road::register(world, "finance-head", json!({})).await;
        let mut case = road::OnTheRoad { id: answer.text("/registerCase/case/id"), number: answer.text("/registerCase/case/number"), version: 1, handler: String::new() };
        case.allocate(world, "handler").await;
        case.investigate(world).await;
        let own = Help::delivered(world, &case, FINANCE, &[]).await;
        let law = Help::delivered(world, &case, LAW, &[]).await;
        law.attempt(world, "counsel", "returnAssistance", help::opinion()).await.done("returnAssistance");
        let seen = world.ask("finance-head", "query($id: ID!) { case(id: $id) { assistances { number } form(kind: HANDLING_RECORD) { entries { action result } } timeline(first: 50) { edges { node { kind } } } } }", json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/assistances"), &json!([{ "number": own.number }]));
        assert!(!seen.body.to_string().contains("收益演示") && !seen.body.to_string().contains(&law.number), "{:#}", seen.body);
        let detail = "query($id: ID!) { case(id: $id) { timeline(first: 50) { edges { node { detail { ... on AssistanceDetail { text } } } } } } }";
        assert_eq!(world.ask("finance-head", detail, json!({ "id": case.id })).await.error_code(), "FORBIDDEN");
        assert!(world.ask("handler", detail, json!({ "id": case.id })).await.body.to_string().contains("收益演示"));
    }
}
