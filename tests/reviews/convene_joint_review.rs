//! Time, place and people of a meeting.

use crate::support::meeting::{self, USUAL, agreed, convened, step_back};
use crate::support::notices::told;
use crate::support::road;
use crate::support::{PROFILE, World, scenario};
use entity::notification::NotificationKind;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

/// What is said to a meeting with some things changed.
async fn refused(world: &World, review: &meeting::Review, people: &[(&str, &str)], more: Value) -> Vec<String> {
    let mut plan = meeting::meeting(world, people).await;
    for (name, value) in more.as_object().unwrap() {
        plan[name] = value.clone();
    }
    review.attempt(world, "supervisor", "conveneJointReview", plan).await.refusals("conveneJointReview")
}

scenario! {
    /// HK-7.4 HK-7.5.2 HK-7.5.3 HK-7.5.5 HK-A21: who attends as what, who chairs, who records, and when.
    async fn who_meets_as_what(world) {
        let review = agreed(world).await;
        let id = async |login: &str| json!(world.id_of(login).await);
        for (people, more, expected) in [
            // HK-7.5.3
            (vec![("manager", "MANAGEMENT"), ("supervisor", "SUPERVISOR")], json!({}), "FIELD_REQUIRED HK-7.5.3 chairId"),
            (vec![("manager", "SUPERVISOR"), ("handler", "HANDLER")], json!({}), "NOT_ELIGIBLE HK-7.5.3 chairId"),
            (vec![("handler", "SUPERVISOR")], json!({}), "NOT_ELIGIBLE HK-7.5.3 chairId"),
            (vec![("supervisor", "SUPERVISOR")], json!({ "chairId": id("supervisor-2").await }), "FIELD_REQUIRED HK-7.5.3 chairId"),
            // HK-7.5.5, T1: the recorder is not the chair, and somebody who could attend.
            (USUAL.to_vec(), json!({ "recorderId": id("supervisor").await }), "ROLES_CONFLICT HK-7.5.5 recorderId"),
            (USUAL.to_vec(), json!({ "recorderId": id("auditor").await }), "NOT_ELIGIBLE HK-7.5.5 recorderId"),
            // HK-7.4: the supervisor does not count as (1), and each capacity is somebody's.
            (vec![("supervisor", "SUPERVISOR"), ("supervisor-2", "MANAGEMENT")], json!({}), "NOT_ELIGIBLE HK-7.4 attendees"),
            (vec![("supervisor", "SUPERVISOR"), ("handler-2", "HANDLER")], json!({}), "NOT_ELIGIBLE HK-7.4 attendees"),
            (vec![("supervisor", "SUPERVISOR"), ("department-head", "MANAGEMENT")], json!({}), "NOT_ELIGIBLE HK-7.4 attendees"),
            (vec![("supervisor", "SUPERVISOR"), ("manager", "DEPARTMENT")], json!({}), "NOT_ELIGIBLE HK-7.4 attendees"),
            (vec![("supervisor", "SUPERVISOR"), ("supervisor", "SUPERVISOR")], json!({}), "ALREADY_THERE HK-7.4 attendees"),
            // HK-7.5.2: departments are told the facts; everybody is told before.
            (USUAL.to_vec(), json!({ "brief": " " }), "FIELD_REQUIRED HK-7.5.2 brief"),
            (USUAL.to_vec(), json!({ "meetsAt": "2024-03-04T09:30:00+08:00" }), "TIME_NOT_ALLOWED HK-7.5.2 meetsAt"),
            (USUAL.to_vec(), json!({ "meetsAt": "2024-03-03T14:00:00+08:00" }), "TIME_NOT_ALLOWED HK-7.5.2 meetsAt"),
        ] {
            assert_eq!(refused(world, &review, &people, more.clone()).await, [expected], "{people:?} {more}");
        }
        let plan = meeting::meeting(world, &USUAL).await;
        for who in ["handler", "assistant-manager", "general-manager", "co-handler", "auditor"] {
            assert_eq!(review.attempt(world, who, "conveneJointReview", plan.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        let mut nobody = plan;
        nobody["recorderId"] = Value::Null;
        assert_eq!(review.attempt(world, "supervisor", "conveneJointReview", nobody).await.error_code(), "BAD_USER_INPUT");
        // HK-A21: assistant manager, manager and general manager are all of capacity (1); no brief without departments.
        let people = [("supervisor", "SUPERVISOR"), ("handler", "HANDLER"), ("assistant-manager", "MANAGEMENT"), ("manager", "MANAGEMENT"), ("general-manager", "MANAGEMENT")];
        let more = json!({ "brief": null, "meetsAt": "2024-03-04T09:30:01+08:00" });
        assert_eq!(refused(world, &review, &people, more).await, Vec::<String>::new());
    }
}

scenario! {
    /// HK-7.5.3: the manager chairs only when every supervisor must step back.
    async fn the_manager_chairs_when_every_supervisor_steps_back(world) {
        let mut review = agreed(world).await;
        let people = [("manager", "SUPERVISOR"), ("handler", "HANDLER"), ("assistant-manager", "MANAGEMENT")];
        step_back(world, "supervisor", &review.case).await;
        let still = refused(world, &review, &people, json!({})).await;
        assert_eq!(still, ["NOT_ELIGIBLE HK-7.5.3 chairId"], "the other supervisor could");
        let recused = refused(world, &review, &[("supervisor", "SUPERVISOR")], json!({})).await;
        assert_eq!(recused, ["RECUSED HK-4.8 chairId"]);
        let about = json!({ "respondent": { "kind": "STAFF", "staffId": world.id_of("supervisor-2").await } });
        review.case.attempt(world, "supervisor", "addRespondent", about).await.done("addRespondent");
        review.step(world, "manager", "conveneJointReview", meeting::meeting(world, &people).await).await;
        world.set_time("2024-03-05T14:00:00");
        let ids = review.attendees(world, &["manager", "handler", "assistant-manager"]).await;
        let came = json!({ "presence": "ARRIVED", "attendeeIds": ids });
        review.attempt(world, "manager", "recordAttendance", came).await.done("recordAttendance");
        review.step(world, "manager", "openJointReview", json!({})).await;
    }
}

scenario! {
    /// HK-4.8: who must step back is not invited, nor records: computed and declared.
    async fn who_must_step_back_is_not_invited(world) {
        let review = agreed(world).await;
        let about = json!({ "respondent": { "kind": "STAFF", "staffId": world.id_of("co-handler").await } });
        review.case.attempt(world, "handler", "addRespondent", about).await.done("addRespondent");
        assert_eq!(refused(world, &review, &USUAL, json!({})).await, ["RECUSED HK-4.8 attendees"]);
        step_back(world, "manager", &review.case).await;
        let people = [("supervisor", "SUPERVISOR"), ("handler", "HANDLER"), ("manager", "MANAGEMENT")];
        assert_eq!(refused(world, &review, &people, json!({})).await, ["RECUSED HK-4.8 attendees"]);
        let people = [("supervisor", "SUPERVISOR"), ("handler", "HANDLER"), ("assistant-manager", "MANAGEMENT")];
        let more = json!({ "recorderId": world.id_of("co-handler").await });
        assert_eq!(refused(world, &review, &people, more).await, ["RECUSED HK-4.8 recorderId"]);
        assert_eq!(refused(world, &review, &people, json!({})).await, Vec::<String>::new());
    }
}

scenario! {
    /// HK-7.5.2: everybody is told, with an invitation for their calendar; also of another time, and of being taken off.
    async fn people_are_told(world) {
        let mut review = convened(world).await;
        assert_eq!(told(world, NotificationKind::JointReviewConvened).await, ["assistant-manager", "co-handler", "handler", "handler-2"]);
        let seen = review.see(world, "assistant-manager").await;
        assert_eq!((seen.text("/jointReview/number"), seen.text("/jointReview/state")), ("HY2024-000001".to_owned(), "CONVENED".to_owned()));
        let invitation = seen.text("/jointReview/invitation");
        for line in ["BEGIN:VCALENDAR", "METHOD:REQUEST", "DTSTART:20240305T060000Z", "SEQUENCE:0"] {
            assert!(invitation.contains(line), "{line} in {invitation}");
        }
        let accept = json!({ "expectedInvitations": 1, "answer": "ACCEPT" });
        review.attempt(world, "handler", "respondToInvitation", accept).await.done("respondToInvitation");

        let people = [("supervisor", "SUPERVISOR"), ("handler", "HANDLER"), ("manager", "MANAGEMENT")];
        let mut plan = meeting::meeting(world, &people).await;
        plan["meetsAt"] = json!("2024-03-06T10:00:00+08:00");
        let anew = review.step(world, "supervisor", "conveneJointReview", plan).await;
        assert_eq!(anew.text("/conveneJointReview/jointReview/number"), "HY2024-000001");
        assert_eq!(told(world, NotificationKind::JointReviewRescheduled).await, ["handler", "handler-2", "manager"]);
        assert_eq!(told(world, NotificationKind::JointReviewCancelled).await, ["assistant-manager", "co-handler"]);
        let seen = review.see(world, "handler").await;
        assert!(seen.text("/jointReview/invitation").contains("SEQUENCE:1"));
        assert_eq!(seen.text("/jointReview/attendees/1/response"), "PENDING", "another time asks anew");
        assert_eq!(review.see(world, "co-handler").await.at("/jointReview"), &Value::Null, "who was taken off sees it no longer");

        let stale = review.attempt(world, "supervisor", "cancelJointReview", json!({ "reason": "x", "expectedVersion": 1 })).await;
        assert_eq!(stale.error_code(), "CONFLICT");
        review.step(world, "supervisor", "cancelJointReview", json!({ "reason": "客户已接受方案。" })).await;
        let seen = review.see(world, "handler").await;
        assert_eq!(seen.text("/jointReview/state"), "CANCELLED");
        let invitation = seen.text("/jointReview/invitation");
        assert!(invitation.contains("METHOD:CANCEL") && invitation.contains("SEQUENCE:2"), "{invitation}");
        assert_eq!(told(world, NotificationKind::JointReviewCancelled).await, ["assistant-manager", "co-handler", "handler", "handler-2", "manager"]);
    }
}

scenario! {
    /// HK-7.5.2: where the organisation says how long before, that holds to the second.
    async fn the_lead_time_of_the_profile_holds(world) {
        let lead = "notice_lead = { length = 1, unit = \"WORKING_DAY\" }\nchair = \"SUPERVISOR\"";
        let content = PROFILE.replace("chair = \"SUPERVISOR\"", lead).replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        let review = agreed(world).await;
        let at = |time: &str| json!({ "meetsAt": format!("{time}+08:00") });
        for early in ["2024-03-05T14:00:00", "2024-03-05T23:59:59"] {
            assert_eq!(refused(world, &review, &USUAL, at(early)).await, ["TIME_NOT_ALLOWED HK-7.5.2 meetsAt"], "{early}");
        }
        assert_eq!(refused(world, &review, &USUAL, at("2024-03-06T00:00:00")).await, Vec::<String>::new());
    }
}

scenario! {
    /// HK-7.4: a meeting may be about several cases; the handler of each attends.
    async fn several_cases_on_one_agenda(world) {
        let mut review = agreed(world).await;
        let mut other = road::registered(world).await;
        other.allocate(world, "handler-2").await;
        let people = [("supervisor", "SUPERVISOR"), ("handler", "HANDLER"), ("handler-2", "HANDLER"), ("manager", "MANAGEMENT")];
        let mut plan = meeting::meeting(world, &people).await;
        plan["furtherCases"] = json!([{ "caseId": other.id, "question": "两案是否同一事由？" }]);
        plan["recorderId"] = json!(world.id_of("assistant-manager").await);
        review.step(world, "supervisor", "conveneJointReview", plan).await;
        let seen = review.see(world, "handler-2").await;
        assert_eq!(seen.text("/jointReview/agenda/1/caseNumber"), other.number);
        world.set_time("2024-03-05T14:00:00");
        review.arrive(world, &["supervisor", "handler", "manager"]).await.done("recordAttendance");
        let without = review.attempt(world, "supervisor", "openJointReview", json!({})).await;
        assert_eq!(without.refusals("openJointReview"), ["CAPACITY_MISSING HK-7.4 attendees"]);
        review.arrive(world, &["handler-2"]).await.done("recordAttendance");
        review.step(world, "supervisor", "openJointReview", json!({})).await;
        let query = "query($id: ID!) { case(id: $id) { jointReviews { id } timeline(first: 1) { edges { node { kind detail { ... on JointReviewDetail { number jointReview { state } } } } } } } }";
        let told = world.ask("handler-2", query, json!({ "id": other.id })).await;
        assert_eq!(told.text("/case/jointReviews/0/id"), review.id);
        assert_eq!(told.text("/case/timeline/edges/0/node/detail/jointReview/state"), "OPEN");
    }
}
