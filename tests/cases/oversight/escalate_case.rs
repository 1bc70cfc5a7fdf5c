//! escalateCase, answerEscalation, and the plans that wait for the answer.

use crate::support::notices::told;
use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use serde_json::{Value, json};

const LOOK: &str = "query($id: ID!) { case(id: $id) { escalations { id report reportedAt reportedBy { name } answer answeredAt answeredBy { name } }
    viewerCan { escalate { allowed refusals { code rule } } answerEscalation { allowed refusals { code rule } }
        reviewPlan { allowed refusals { code rule } } sendBack: reviewPlan(verdict: REDRAFT) { allowed } } } }";

async fn look(world: &World, who: &str, case: &OnTheRoad) -> Value {
    world.ask(who, LOOK, json!({ "id": case.id })).await.at("/case").clone()
}

async fn grave(world: &World, severity: &str) -> OnTheRoad {
    let mut case = road::registered_with(world, json!({ "severity": severity })).await;
    case.allocate(world, "handler").await;
    case.investigate(world).await;
    case.draft(world).await;
    case.submit(world).await;
    case
}

scenario! {
    /// HK-3.9 HK-5.4.7: a difficult case is reported to the manager, who is told and answers; the times are kept.
    async fn a_report_and_its_answer(world) {
        let mut case = road::registered_with(world, json!({ "severity": "DIFFICULT" })).await;
        case.allocate(world, "handler").await;
        world.set_time("2024-03-05T10:00:00");
        let report = case.escalate(world, "supervisor").await;
        assert_eq!(told(world, NotificationKind::CaseEscalated).await, ["manager", "manager-2"]);
        let seen = look(world, "manager", &case).await;
        assert_eq!(seen["escalations"], json!([{ "id": report, "report": "客户情绪激动，请示如何处理。", "reportedAt": "2024-03-05T02:00:00+00:00",
            "reportedBy": { "name": "测试supervisor" }, "answer": null, "answeredAt": null, "answeredBy": null }]));
        assert_eq!(seen["viewerCan"]["answerEscalation"]["allowed"], json!(true));
        world.set_time("2024-03-05T11:30:00");
        case.answer(world, "manager", &report).await;
        assert_eq!(told(world, NotificationKind::EscalationAnswered).await, ["handler", "supervisor"]);
        let seen = look(world, "handler", &case).await;
        let answered = &seen["escalations"][0];
        assert_eq!((&answered["answer"], &answered["answeredAt"], &answered["answeredBy"]["name"]), (&json!("同意按重大投诉处理。"), &json!("2024-03-05T03:30:00+00:00"), &json!("测试manager")));
        let again = json!({ "idempotencyKey": road::key(), "escalationId": report, "answer": "再次" });
        assert_eq!(road::on_case(world, "manager-2", "answerEscalation", again).await.refusals("answerEscalation"), ["ALREADY_DONE HK-5.4.7"]);
        assert_eq!(look(world, "manager", &case).await["viewerCan"]["answerEscalation"]["refusals"], json!([{ "code": "FIELD_REQUIRED", "rule": "HK-5.4.7" }]));
    }
}

scenario! {
    /// HK-5.4.7: who reports, and who answers; never one's own report, and never on a case one cannot see.
    async fn who_reports_and_who_answers(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let more = json!({ "report": "请示" });
        assert_eq!(case.attempt(world, "handler-2", "escalateCase", more.clone()).await.error_code(), "NOT_FOUND");
        for who in ["registrar", "manager", "general-manager", "assistant-manager", "auditor", "department-head"] {
            assert_eq!(case.attempt(world, who, "escalateCase", more.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(case.attempt(world, "handler", "escalateCase", json!({ "report": " " })).await.error_code(), "BAD_USER_INPUT");
        let by_handler = case.escalate(world, "handler").await;
        world.add_person("both", &[Role::Supervisor, Role::Manager]).await;
        let by_both = case.escalate(world, "both").await;
        let input = |report: &str| json!({ "idempotencyKey": road::key(), "escalationId": report, "answer": "同意" });
        for who in ["handler", "supervisor", "registrar", "auditor", "assistant-manager"] {
            let refused = road::on_case(world, who, "answerEscalation", input(&by_handler)).await;
            assert_eq!(refused.error_code(), "FORBIDDEN", "{who}");
        }
        let own = road::on_case(world, "both", "answerEscalation", input(&by_both)).await;
        assert_eq!(own.refusals("answerEscalation"), ["OWN_WORK HK-4.8"]);
        case.answer(world, "both", &by_handler).await;
        // The general manager sees what was reported, and outranks the manager (HK-4.9).
        case.answer(world, "general-manager", &by_both).await;
        let unreported = road::registered(world).await;
        let not_there = world.ask("general-manager", LOOK, json!({ "id": unreported.id })).await;
        assert_eq!(not_there.at("/case"), &json!(null));
        let nothing = redress::platform::ids::global_of("TimelineEntry", uuid::Uuid::from_u128(7)).0;
        assert_eq!(road::on_case(world, "manager", "answerEscalation", input(&nothing)).await.error_code(), "NOT_FOUND");
    }
}

scenario! {
    /// Any other entry of the record is no report.
    async fn only_a_report_is_answered(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let query = "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { id } } } } }";
        let entry = world.ask("manager", query, json!({ "id": case.id })).await.text("/case/timeline/edges/0/node/id");
        let input = json!({ "idempotencyKey": road::key(), "escalationId": entry, "answer": "x" });
        assert_eq!(road::on_case(world, "manager", "answerEscalation", input).await.error_code(), "NOT_FOUND");
    }
}

scenario! {
    /// HK-5.4.7: the plan of a major or difficult case is approved after a report was answered; it may be sent back before.
    async fn the_plan_of_a_grave_case_waits_for_guidance(world) {
        let approve = json!({ "verdict": "APPROVE", "opinion": "同意" });
        for severity in ["MAJOR", "DIFFICULT"] {
            let mut case = grave(world, severity).await;
            let refused = case.attempt(world, "supervisor", "reviewPlan", approve.clone()).await;
            assert_eq!(refused.refusals("reviewPlan"), ["GUIDANCE_REQUIRED HK-5.4.7"], "{severity}");
            let seen = look(world, "supervisor", &case).await;
            assert_eq!(seen["viewerCan"]["reviewPlan"], json!({ "allowed": false, "refusals": [{ "code": "GUIDANCE_REQUIRED", "rule": "HK-5.4.7" }] }));
            assert_eq!(seen["viewerCan"]["sendBack"]["allowed"], json!(true));
            let report = case.escalate(world, "handler").await;
            let unanswered = case.attempt(world, "supervisor", "reviewPlan", approve.clone()).await;
            assert_eq!(unanswered.refusals("reviewPlan"), ["GUIDANCE_REQUIRED HK-5.4.7"], "a report alone is no guidance");
            case.answer(world, "manager", &report).await;
            assert_eq!(look(world, "supervisor", &case).await["viewerCan"]["reviewPlan"]["allowed"], json!(true));
            case.approve_plan(world).await;
        }
        let mut sent_back = grave(world, "MAJOR").await;
        sent_back.step(world, "supervisor", "reviewPlan", json!({ "verdict": "REDRAFT", "opinion": "方案不清" })).await;
    }
}

scenario! {
    /// HK-5.4.7: what was ordinary when the plan was submitted and is major now waits too.
    async fn a_case_that_became_grave_waits(world) {
        let mut case = road::submitted(world).await;
        case.classify(world, json!({ "mainstreamMedia": true }), false).await;
        let refused = case.attempt(world, "supervisor", "reviewPlan", json!({ "verdict": "APPROVE", "opinion": "同意" })).await;
        assert_eq!(refused.refusals("reviewPlan"), ["GUIDANCE_REQUIRED HK-5.4.7"]);
        case.classify(world, json!({}), false).await;
        case.approve_plan(world).await;
    }
}

scenario! {
    /// A report or an answer that is sent twice is one; two who answer at once are not both heard.
    async fn reports_and_answers_at_once(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let more = json!({ "idempotencyKey": "once", "report": "请示" });
        for _ in 0..2 {
            case.attempt(world, "handler", "escalateCase", more.clone()).await.done("escalateCase");
        }
        let seen = look(world, "manager", &case).await;
        assert_eq!(seen["escalations"].as_array().unwrap().len(), 1);
        let report = seen["escalations"][0]["id"].as_str().unwrap();
        world.token("manager").await;
        let answers = futures_util::future::join_all((0..8).map(|_| {
            let input = json!({ "idempotencyKey": road::key(), "escalationId": report, "answer": "同意" });
            road::on_case(world, "manager", "answerEscalation", input)
        }))
        .await;
        let done = answers.iter().filter(|answer| answer.refusals("answerEscalation").is_empty()).count();
        assert_eq!(done, 1);
    }
}
