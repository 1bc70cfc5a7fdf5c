//! proposeClassification, classifyCase.

use crate::support::notices::told;
use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use entity::notification::NotificationKind;
use serde_json::{Value, json};

const LOOK: &str = "query($id: ID!) { case(id: $id) { severity { code } urgent version
    deadlines { code rule dueAt status }
    classification { decided grounds difficult suggestedSeverity { code } severity { code } reason recordedBy { name }
        facts { complainants mainstreamMedia petition seriousCompanyFault seriousInjury otherSeriousEffect } }
    classifications { decided severity { code } } } }";

async fn look(world: &World, case: &OnTheRoad) -> Value {
    world.ask("supervisor", LOOK, json!({ "id": case.id })).await.at("/case").clone()
}

fn reply(seen: &Value) -> &Value {
    seen["deadlines"].as_array().unwrap().iter().find(|deadline| deadline["code"] == "REPLY").unwrap()
}

scenario! {
    /// HK-7.2.1 HK-7.2.2 HK-7.2.3 HK-7.2.4 HK-7.2.5 HK-7.2.6: what is decided follows from the facts unless somebody says otherwise.
    async fn each_ground_makes_a_case_major(world) {
        for (facts, grounds) in [
            (json!({ "complainants": 5 }), json!(["GROUP_COMPLAINT"])),
            (json!({ "complainants": 4 }), json!([])),
            (json!({ "mainstreamMedia": true }), json!(["MEDIA_EXPOSURE"])),
            (json!({ "petition": true }), json!([])),
            (json!({ "seriousCompanyFault": true }), json!([])),
            (json!({ "petition": true, "seriousCompanyFault": true }), json!(["PETITION_WITH_SERIOUS_FAULT"])),
            (json!({ "seriousInjury": true }), json!(["SERIOUS_INJURY"])),
            (json!({ "otherSeriousEffect": true, "otherReason": "网络舆情持续发酵" }), json!(["OTHER_SERIOUS_EFFECT"])),
            (json!({ "complainants": 12, "seriousInjury": true }), json!(["GROUP_COMPLAINT", "SERIOUS_INJURY"])),
            (json!({}), json!([])),
        ] {
            let mut case = road::registered(world).await;
            let preview = "query($id: ID!, $facts: ClassificationFactsInput!) { case(id: $id) { classificationSuggestion(facts: $facts) { grounds severity { code } } } }";
            let preview = world.ask("registrar", preview, json!({ "id": case.id, "facts": facts })).await;
            let answer = case.classify(world, facts.clone(), false).await;
            answer.done("classifyCase");
            let seen = look(world, &case).await;
            let major = grounds != json!([]);
            let severity = if major { "MAJOR" } else { "ORDINARY" };
            assert_eq!(preview.at("/case/classificationSuggestion"), &json!({ "grounds": grounds, "severity": { "code": severity } }), "{facts}");
            assert_eq!((&seen["classification"]["grounds"], &seen["severity"]["code"]), (&grounds, &json!(severity)), "{facts}");
            assert_eq!(seen["urgent"], json!(major), "{facts}");
        }
    }
}

scenario! {
    /// HK-7.2.1 HK-A15: those who complain in the case and in those merged with it are counted, whatever else is said.
    async fn the_heads_of_the_group_count(world) {
        let mut four = road::registered_with(world, json!({ "headCount": 4 })).await;
        for (given, counted, severity) in [(json!(null), 4, "ORDINARY"), (json!(3), 4, "ORDINARY"), (json!(5), 5, "MAJOR")] {
            four.classify(world, json!({ "complainants": given }), false).await.done("classifyCase");
            let seen = look(world, &four).await;
            assert_eq!((&seen["classification"]["facts"]["complainants"], &seen["severity"]["code"]), (&json!(counted), &json!(severity)), "{given}");
        }
        let other = json!({ "complainantName": "王建军", "phone": "139 0000 0001", "callForm": { "callerNumber": "13900000001", "receiver": "周敏" } });
        let other = road::registered_with(world, other).await;
        four.step(world, "supervisor", "linkCases", json!({ "otherNumber": other.number, "kind": "MERGED", "reason": "同一事由" })).await;
        let preview = "query($id: ID!) { case(id: $id) { groupHeadCount classificationSuggestion(facts: {}) { grounds severity { code } } } }";
        let preview = world.ask("supervisor", preview, json!({ "id": four.id })).await;
        assert_eq!(preview.number("/case/groupHeadCount"), 5);
        assert_eq!(preview.at("/case/classificationSuggestion"), &json!({ "grounds": ["GROUP_COMPLAINT"], "severity": { "code": "MAJOR" } }));
        four.classify(world, json!({}), false).await.done("classifyCase");
        assert_eq!(look(world, &four).await["severity"]["code"], "MAJOR");
    }
}

scenario! {
    /// HK-7.2.5: another effect needs a reason in words; a head count needs a head.
    async fn facts_that_are_incomplete(world) {
        let case = road::registered(world).await;
        let before = look(world, &case).await;
        for blank in [json!(null), json!(" ")] {
            let more = json!({ "facts": { "otherSeriousEffect": true, "otherReason": blank }, "reason": "x" });
            let refused = case.attempt(world, "supervisor", "classifyCase", more).await;
            assert_eq!(refused.refusals("classifyCase"), ["FIELD_REQUIRED HK-7.2.5 otherReason"]);
        }
        for (facts, reason) in [(json!({ "complainants": 0 }), "x"), (json!({ "otherReason": "没有" }), "x"), (json!({}), "\u{3000}")] {
            let wrong = case.attempt(world, "supervisor", "classifyCase", json!({ "facts": facts, "reason": reason })).await;
            assert_eq!(wrong.error_code(), "BAD_USER_INPUT", "{facts}");
        }
        let unknown = case.attempt(world, "supervisor", "classifyCase", json!({ "facts": {}, "severity": "HUGE", "reason": "x" })).await;
        assert_eq!(unknown.refusals("classifyCase"), ["SEVERITY_UNKNOWN HK-8.3 severity"]);
        assert_eq!(look(world, &case).await, before);
    }
}

scenario! {
    /// HK-8.4: accepted 03-04, marked major 03-20: due moves from 03-25 to 04-03; unmarked 03-28: due 03-25, overdue at once.
    async fn deadlines_are_counted_anew_from_the_acceptance(world) {
        let mut case = road::registered(world).await;
        assert_eq!(reply(&look(world, &case).await)["dueAt"], "2024-03-25T15:59:59+00:00");
        world.set_time("2024-03-20T16:00:00");
        case.classify(world, json!({ "mainstreamMedia": true }), false).await;
        let major = look(world, &case).await;
        assert_eq!((&reply(&major)["dueAt"], &reply(&major)["rule"]), (&json!("2024-04-03T15:59:59+00:00"), &json!("HK-8.3")));
        world.set_time("2024-03-28T09:00:00");
        assert_eq!(reply(&look(world, &case).await)["status"], "RUNNING");
        case.classify(world, json!({}), false).await;
        let ordinary = look(world, &case).await;
        assert_eq!((&reply(&ordinary)["dueAt"], &reply(&ordinary)["status"]), (&json!("2024-03-25T15:59:59+00:00"), &json!("OVERDUE")));
        assert_eq!(ordinary["urgent"], json!(false));
        assert_eq!(ordinary["classifications"], json!([{ "decided": true, "severity": { "code": "MAJOR" } }, { "decided": true, "severity": { "code": "ORDINARY" } }]));
        let difficult = case.classify(world, json!({}), true).await;
        difficult.done("classifyCase");
        assert_eq!(reply(&look(world, &case).await)["dueAt"], "2024-04-03T15:59:59+00:00");
    }
}

scenario! {
    /// HK-2.7: what becomes major is urgent, and supervisors and managers are told in the same transaction; once each time.
    async fn what_is_major_is_urgent(world) {
        let everybody = ["manager", "manager-2", "supervisor", "supervisor-2"];
        let mut case = road::registered(world).await;
        let ordinary = road::registered(world).await;
        assert_eq!(told(world, NotificationKind::CaseUrgent).await, Vec::<String>::new());
        case.classify(world, json!({ "seriousInjury": true }), false).await;
        assert_eq!(told(world, NotificationKind::CaseUrgent).await, everybody);
        case.classify(world, json!({ "complainants": 9 }), false).await;
        assert_eq!(told(world, NotificationKind::CaseUrgent).await, everybody, "it was urgent already");
        let list = "{ cases(filter: { urgent: true }) { edges { node { id urgent } } } }";
        let listed = world.ask("supervisor", list, json!({})).await;
        assert_eq!(listed.at("/cases/edges"), &json!([{ "node": { "id": case.id, "urgent": true } }]));
        let others = world.ask("supervisor", "{ cases(filter: { urgent: false }) { edges { node { id } } } }", json!({})).await;
        assert_eq!(others.at("/cases/edges"), &json!([{ "node": { "id": ordinary.id } }]));
        // Registered or allocated as major, it is as urgent.
        road::registered_with(world, json!({ "severity": "MAJOR" })).await;
        assert_eq!(told(world, NotificationKind::CaseUrgent).await.len(), 8);
        let mut allocated = ordinary;
        let handler = world.id_of("handler").await;
        allocated.step(world, "supervisor", "allocateCase", json!({ "handlerId": handler, "severity": "MAJOR" })).await;
        assert_eq!(told(world, NotificationKind::CaseUrgent).await.len(), 12);
        assert_eq!(look(world, &allocated).await["urgent"], json!(true));
    }
}

scenario! {
    /// HK-A12: the handler proposes, the supervisor decides; both are kept with their reasons.
    async fn the_handler_proposes_and_the_supervisor_decides(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let proposal = json!({ "idempotencyKey": "once", "facts": { "complainants": 3 }, "difficult": true, "reason": "多次调解未果" });
        for _ in 0..2 {
            case.attempt(world, "handler", "proposeClassification", proposal.clone()).await.done("proposeClassification");
        }
        assert_eq!(told(world, NotificationKind::ClassificationProposed).await, ["supervisor", "supervisor-2"]);
        let seen = look(world, &case).await;
        assert_eq!((&seen["severity"]["code"], &seen["classification"], &seen["version"]), (&json!("ORDINARY"), &json!(null), &json!(case.version)));
        assert_eq!(seen["classifications"], json!([{ "decided": false, "severity": null }]));
        for (who, refused) in [("supervisor", "NOT_THE_HANDLER HK-A12"), ("supervisor-2", "NOT_THE_HANDLER HK-A12")] {
            let answer = case.attempt(world, who, "proposeClassification", json!({ "facts": {}, "reason": "x" })).await;
            assert_eq!(answer.refusals("proposeClassification"), [refused]);
        }
        let decision = json!({ "facts": { "complainants": 3 }, "difficult": true, "reason": "同意经办人意见" });
        for who in ["handler", "registrar", "general-manager", "assistant-manager", "auditor", "department-head"] {
            assert_eq!(case.attempt(world, who, "classifyCase", decision.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        let manager = case.attempt(world, "manager", "classifyCase", decision.clone()).await;
        assert_eq!(manager.refusals("classifyCase"), ["NOT_ALLOWED_BY_PROFILE HK-7.2.6"]);
        let mut stale = decision.clone();
        stale["expectedVersion"] = json!(case.version - 1);
        assert_eq!(case.attempt(world, "supervisor", "classifyCase", stale).await.error_code(), "CONFLICT");
        case.step(world, "supervisor", "classifyCase", decision).await;
        assert_eq!(told(world, NotificationKind::CaseClassified).await, ["handler"]);
        let seen = look(world, &case).await;
        let expected = json!({ "decided": true, "grounds": [], "difficult": true, "suggestedSeverity": { "code": "DIFFICULT" },
            "severity": { "code": "DIFFICULT" }, "reason": "同意经办人意见", "recordedBy": { "name": "测试supervisor" },
            "facts": { "complainants": 3, "mainstreamMedia": false, "petition": false, "seriousCompanyFault": false, "seriousInjury": false, "otherSeriousEffect": null } });
        assert_eq!((&seen["classification"], &seen["urgent"]), (&expected, &json!(false)));
    }
}

scenario! {
    /// A decision against the suggestion keeps both; sent twice it is one decision, and the reason is only in the sealed part of its event.
    async fn a_decision_against_the_suggestion(world) {
        let case = road::registered(world).await;
        let more = json!({ "idempotencyKey": "the decision", "facts": { "petition": true }, "severity": "MAJOR", "reason": "监管部门督办" });
        let first = case.attempt(world, "supervisor", "classifyCase", more.clone()).await;
        let again = case.attempt(world, "supervisor", "classifyCase", more).await;
        first.done("classifyCase");
        assert_eq!(first.body, again.body);
        let seen = look(world, &case).await;
        assert_eq!((&seen["classification"]["suggestedSeverity"]["code"], &seen["severity"]["code"]), (&json!("ORDINARY"), &json!("MAJOR")));
        assert_eq!(seen["classifications"].as_array().unwrap().len(), 1);
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [CASE_CLASSIFIED] }) { edges { node { before after reason } } } }", json!({})).await;
        let event = events.at("/auditEvents/edges/0/node");
        assert_eq!((&event["before"]["severity"], &event["after"]["severity"], &event["after"]["urgent"]), (&json!("ORDINARY"), &json!("MAJOR"), &json!(true)));
        assert!(!event["after"].to_string().contains("督办"));
    }
}

scenario! {
    /// Somebody else's case looks like none; a case that is over is not classified any more.
    async fn only_open_cases_are_classified(world) {
        let mut case = road::replied(world).await;
        case.close(world).await;
        let more = json!({ "facts": {}, "reason": "x" });
        let refused = case.attempt(world, "supervisor", "classifyCase", more.clone()).await;
        assert_eq!(refused.refusals("classifyCase"), ["STATE_NOT_ALLOWED HK-7.2.6"]);
        assert_eq!(case.attempt(world, "handler-2", "proposeClassification", more).await.error_code(), "NOT_FOUND");
    }
}
