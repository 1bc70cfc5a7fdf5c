//! Asking for a joint review, and the supervisor's answer.

use crate::support::meeting::{self, request, requested, with_evidence};
use crate::support::notices::told;
use crate::support::road::{self, Item};
use crate::support::{PROFILE, scenario};
use entity::notification::NotificationKind;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::json;

scenario! {
    /// HK-7.1: the handler of the case asks, nobody else.
    async fn only_the_handler_asks(world) {
        let (case, evidence) = with_evidence(world).await;
        let evidence = [evidence];
        let other = request(world, "handler-2", &case, &evidence, json!({})).await;
        assert_eq!(other.error_code(), "NOT_FOUND");
        let above = request(world, "supervisor", &case, &evidence, json!({})).await;
        assert_eq!(above.refusals("requestJointReview"), ["NOT_THE_HANDLER HK-7.1"]);
        for who in ["registrar", "assistant-manager", "manager", "co-handler", "auditor"] {
            assert_eq!(request(world, who, &case, &evidence, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        let asked = request(world, "handler", &case, &evidence, json!({})).await;
        assert_eq!(asked.done("requestJointReview").text("/requestJointReview/jointReview/state"), "REQUESTED");
        let again = request(world, "handler", &case, &evidence, json!({})).await;
        assert_eq!(again.refusals("requestJointReview"), ["ALREADY_ASKED HK-7.1"]);
        assert_eq!(told(world, NotificationKind::ApprovalRequested).await, ["supervisor", "supervisor-2"]);
    }
}

scenario! {
    /// HK-7.5.1: with at least one item of the evidence of the case.
    async fn an_empty_pack_is_refused(world) {
        let (case, evidence) = with_evidence(world).await;
        let (_, foreign) = with_evidence(world).await;
        let empty = request(world, "handler", &case, &[], json!({})).await;
        assert_eq!(empty.refusals("requestJointReview"), ["FIELD_REQUIRED HK-7.5.1 evidenceIds"]);
        let mixed = request(world, "handler", &case, &[evidence.clone(), foreign], json!({})).await;
        assert_eq!(mixed.refusals("requestJointReview"), ["OBJECT_NOT_FOUND HK-7.5.1 evidenceIds"]);
        let blank = request(world, "handler", &case, std::slice::from_ref(&evidence), json!({ "question": " \u{3000}" })).await;
        assert_eq!(blank.error_code(), "BAD_USER_INPUT");
        let twice = request(world, "handler", &case, &[evidence.clone(), evidence], json!({})).await;
        let id = twice.done("requestJointReview").text("/requestJointReview/jointReview/id");
        let query = "query($id: ID!) { jointReview(id: $id) { evidence { evidenceId } agenda { case { number } } approval { kind reason } } }";
        let seen = world.ask("handler", query, json!({ "id": id })).await;
        assert_eq!(seen.at("/jointReview/evidence").as_array().unwrap().len(), 1);
        assert_eq!(seen.text("/jointReview/agenda/0/case/number"), case.number);
        assert_eq!(seen.text("/jointReview/approval/kind"), "JOINT_REVIEW_REQUEST");
    }
}

scenario! {
    /// HK-7.2.6 HK-7.3: the ground of a major complaint is one only of a major complaint; any case may be asked for otherwise.
    async fn the_ground_is_true(world) {
        let (mut case, evidence) = with_evidence(world).await;
        let major = json!({ "ground": "MAJOR" });
        let untrue = request(world, "handler", &case, std::slice::from_ref(&evidence), major.clone()).await;
        assert_eq!(untrue.refusals("requestJointReview"), ["STATE_NOT_ALLOWED HK-7.2.6 ground"]);
        case.classify(world, json!({ "mainstreamMedia": true }), false).await;
        request(world, "handler", &case, &[evidence], major).await.done("requestJointReview");
    }
}

scenario! {
    /// HK-7.3 HK-7.1: the supervisor agrees, and it can be convened; or refuses with a reason, and the case goes on.
    async fn the_supervisor_answers(world) {
        let review = requested(world).await;
        let plan = meeting::meeting(world, &meeting::USUAL).await;
        let early = review.attempt(world, "supervisor", "conveneJointReview", plan.clone()).await;
        assert_eq!(early.refusals("conveneJointReview"), ["STATE_NOT_ALLOWED HK-7.5.2"]);
        assert_eq!(review.item.approve(world, "assistant-manager").await.error_code(), "FORBIDDEN");
        review.item.refuse(world, "supervisor").await.done("decideApproval");
        assert_eq!(review.state(world).await, "REFUSED");
        let dead = review.attempt(world, "supervisor", "conveneJointReview", plan).await;
        assert_eq!(dead.refusals("conveneJointReview"), ["STATE_NOT_ALLOWED HK-7.5.2"]);
        let mut case = review.case.clone();
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;

        let review = meeting::agreed(world).await;
        assert_eq!(review.state(world).await, "AGREED");
        let withdrawn = requested(world).await;
        withdrawn.item.withdraw(world, "handler").await.done("withdrawApproval");
        assert_eq!(withdrawn.state(world).await, "WITHDRAWN");
        let evidence = withdrawn.see(world, "handler").await.text("/jointReview/evidence/0/evidenceId");
        request(world, "handler", &withdrawn.case, &[evidence], json!({})).await.done("requestJointReview");
    }
}

scenario! {
    /// HK-A20: of a supervisor's own case the manager agrees; the supervisor still chairs, and another person records.
    async fn a_supervisor_who_handles_the_case_still_chairs(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "supervisor").await;
        case.investigate(world).await;
        let evidence = case.add_evidence(world).await;
        let mut review = meeting::requested_of(world, case, &evidence).await;
        let own = review.item.approve(world, "supervisor").await;
        assert_eq!(own.refusals("decideApproval"), ["OWN_WORK HK-4.8"]);
        let endorsed = review.item.endorse(world, "supervisor-2").await;
        if endorsed.refusals("endorseApproval").is_empty() {
            review.item = Item::of(&endorsed, "endorseApproval");
        }
        review.item.approve(world, "manager").await.done("decideApproval");

        let mut plan = meeting::meeting(world, &[("supervisor", "SUPERVISOR"), ("assistant-manager", "MANAGEMENT")]).await;
        plan["recorderId"] = plan["chairId"].clone();
        let same = review.attempt(world, "supervisor", "conveneJointReview", plan.clone()).await;
        assert_eq!(same.refusals("conveneJointReview"), ["ROLES_CONFLICT HK-7.5.5 recorderId"]);
        plan["recorderId"] = json!(world.id_of("handler").await);
        review.step(world, "supervisor", "conveneJointReview", plan).await;
        world.set_time("2024-03-05T14:00:00");
        review.arrive(world, &["supervisor", "assistant-manager"]).await.done("recordAttendance");
        let opened = review.step(world, "supervisor", "openJointReview", json!({})).await;
        assert_eq!(opened.text("/openJointReview/jointReview/state"), "OPEN");
    }
}

scenario! {
    /// HK-7.1: it is asked for in one way, and not where the policy has none.
    async fn there_is_one_way_in(world) {
        let (case, _) = with_evidence(world).await;
        let past = json!({ "jointReviewRequest": { "question": "如何处理？" } });
        assert_eq!(case.request_content(world, "handler", past).await.error_code(), "BAD_USER_INPUT");

        let begins = PROFILE.find("[joint_review]").unwrap();
        let ends = PROFILE.find("# SG-9.2.4").unwrap();
        let content = format!("{}{}", &PROFILE[..begins], &PROFILE[ends..]).replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        let (case, evidence) = with_evidence(world).await;
        let refused = request(world, "handler", &case, &[evidence], json!({})).await;
        assert_eq!(refused.refusals("requestJointReview"), ["NOT_ALLOWED_BY_PROFILE HK-7.1"]);
        let query = "query($id: ID!) { case(id: $id) { viewerCan { requestJointReview { allowed refusals { rule } } } } }";
        let can = world.ask("handler", query, json!({ "id": case.id })).await;
        assert_eq!(can.at("/case/viewerCan/requestJointReview"), &json!({ "allowed": false, "refusals": [{ "rule": "HK-7.1" }] }));
    }
}
