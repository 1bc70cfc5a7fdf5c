//! Who must be in the room, when it is opened and when it ends.

use crate::support::meeting::{self, USUAL, assembled, convened, ending, opened};
use crate::support::scenario;
use crate::support::time::{deadline, deadlines, end_of};
use serde_json::{Value, json};

scenario! {
    /// HK-7.4: management, the chair and the handler must be there; the supervisor counts as one of them only.
    async fn nothing_is_opened_without_its_people(world) {
        let mut review = convened(world).await;
        let open = async |review: &meeting::Review| review.attempt(world, "supervisor", "openJointReview", json!({})).await.refusals("openJointReview");
        assert_eq!(open(&review).await, ["TIME_NOT_ALLOWED HK-7.5.2 meetsAt"], "the day before");
        let early = review.arrive(world, &["handler"]).await;
        assert_eq!(early.refusals("recordAttendance"), ["TIME_NOT_ALLOWED HK-7.5.2 meetsAt"]);
        world.set_time("2024-03-05T13:50:00");
        let missing = "CAPACITY_MISSING HK-7.4 attendees";
        assert_eq!(open(&review).await, [missing; 3], "nobody");
        review.arrive(world, &["co-handler"]).await.done("recordAttendance");
        assert_eq!(open(&review).await, [missing; 3], "only a department");
        review.arrive(world, &["supervisor", "handler"]).await.done("recordAttendance");
        assert_eq!(open(&review).await, [missing], "(2) and (3) only");
        review.arrive(world, &["assistant-manager"]).await.done("recordAttendance");
        review.leave(world, &["supervisor"]).await.done("recordAttendance");
        assert_eq!(open(&review).await, [missing], "the chair went out");
        world.set_time("2024-03-05T13:55:00");
        review.arrive(world, &["supervisor"]).await.done("recordAttendance");
        for who in ["supervisor-2", "manager"] {
            let other = review.attempt(world, who, "openJointReview", json!({})).await;
            assert_eq!(other.refusals("openJointReview"), ["NOT_YOUR_PART HK-7.4"], "{who}");
        }
        assert_eq!(review.attempt(world, "handler", "openJointReview", json!({})).await.error_code(), "FORBIDDEN");
        review.step(world, "supervisor", "openJointReview", json!({})).await;
        let again = review.attempt(world, "supervisor", "openJointReview", json!({})).await;
        assert_eq!(again.refusals("openJointReview"), ["STATE_NOT_ALLOWED HK-7.4"]);
    }
}

scenario! {
    /// HK-7.4: a meeting of one capacity is none; with somebody of management invited anew it can be held.
    async fn only_one_capacity_is_no_meeting(world) {
        let mut review = meeting::agreed(world).await;
        let people = [("supervisor", "SUPERVISOR"), ("supervisor-2", "SUPERVISOR"), ("handler", "HANDLER")];
        review.step(world, "supervisor", "conveneJointReview", meeting::meeting(world, &people).await).await;
        world.set_time("2024-03-05T14:00:00");
        review.arrive(world, &["supervisor", "supervisor-2"]).await.done("recordAttendance");
        let refused = review.attempt(world, "supervisor", "openJointReview", json!({})).await;
        assert_eq!(refused.refusals("openJointReview"), ["CAPACITY_MISSING HK-7.4 attendees"; 2]);
        let mut plan = meeting::meeting(world, &USUAL[..3]).await;
        plan["meetsAt"] = json!("2024-03-05T14:30:00+08:00");
        review.step(world, "supervisor", "conveneJointReview", plan).await;
        review.arrive(world, &["supervisor", "handler", "assistant-manager"]).await.done("recordAttendance");
        review.step(world, "supervisor", "openJointReview", json!({})).await;
    }
}

scenario! {
    /// HK-4.8: who must step back since the invitation is not let in, and a meeting with them is not opened.
    async fn who_steps_back_later_is_not_let_in(world) {
        let review = convened(world).await;
        world.set_time("2024-03-05T14:00:00");
        review.arrive(world, &["supervisor", "handler"]).await.done("recordAttendance");
        let about = json!({ "respondent": { "kind": "STAFF", "staffId": world.id_of("assistant-manager").await } });
        review.case.attempt(world, "supervisor", "addRespondent", about).await.done("addRespondent");
        let refused = review.arrive(world, &["assistant-manager"]).await;
        assert_eq!(refused.refusals("recordAttendance"), ["RECUSED HK-4.8 attendees"]);

        world.set_time("2024-03-04T09:30:00");
        let review = assembled(world).await;
        let about = json!({ "respondent": { "kind": "STAFF", "staffId": world.id_of("co-handler").await } });
        review.case.attempt(world, "supervisor", "addRespondent", about).await.done("addRespondent");
        let refused = review.attempt(world, "supervisor", "openJointReview", json!({})).await;
        assert_eq!(refused.refusals("openJointReview"), ["RECUSED HK-4.8 attendees"]);
        review.leave(world, &["co-handler"]).await.done("recordAttendance");
        review.attempt(world, "supervisor", "openJointReview", json!({})).await.done("openJointReview");
    }
}

scenario! {
    /// HK-7.4: people come late and leave early, in order, and not in the future.
    async fn attendance_is_kept_in_time(world) {
        let mut review = convened(world).await;
        world.set_time("2024-03-05T14:00:00");
        review.arrive(world, &["supervisor", "handler", "assistant-manager"]).await.done("recordAttendance");
        review.step(world, "supervisor", "openJointReview", json!({})).await;
        world.set_time("2024-03-05T14:30:00");
        let ids = review.attendees(world, &["co-handler"]).await;
        let at = |presence: &str, at: &str| json!({ "presence": presence, "attendeeIds": ids, "at": format!("2024-03-05T{at}:00+08:00") });
        let said = async |more: Value| review.attempt(world, "handler-2", "recordAttendance", more).await.refusals("recordAttendance");
        assert_eq!(said(at("LEFT", "14:10")).await, ["ALREADY_DONE HK-7.4 attendeeIds"], "never came");
        assert_eq!(said(at("ARRIVED", "14:31")).await, ["TIME_NOT_ALLOWED HK-7.4 at"], "in the future");
        assert_eq!(said(at("ARRIVED", "14:20")).await, Vec::<String>::new());
        assert_eq!(said(at("ARRIVED", "14:25")).await, ["ALREADY_DONE HK-7.4 attendeeIds"]);
        assert_eq!(said(at("LEFT", "14:19")).await, ["TIME_NOT_ALLOWED HK-7.4 attendeeIds"], "before the arrival");
        assert_eq!(said(at("LEFT", "14:30")).await, Vec::<String>::new());
        let stranger = review.attempt(world, "assistant-manager", "recordAttendance", at("ARRIVED", "14:30")).await;
        assert_eq!(stranger.refusals("recordAttendance"), ["NOT_YOUR_PART HK-7.4"]);
        let seen = review.see(world, "handler").await;
        let row = &seen.at("/jointReview/attendees").as_array().unwrap()[3];
        assert_eq!((&row["arrivedAt"], &row["leftAt"], &row["present"]), (&json!("2024-03-05T06:20:00+00:00"), &json!("2024-03-05T06:30:00+00:00"), &json!(false)));
    }
}

scenario! {
    /// HK-7.5.4: a meeting ends with a decision or a preliminary opinion in words, given by those who make it up.
    async fn no_meeting_ends_without_an_outcome(world) {
        let mut review = opened(world).await;
        let close = async |review: &meeting::Review, more: Value| review.attempt(world, "supervisor", "closeJointReview", more).await.refusals("closeJointReview");
        assert_eq!(close(&review, json!({})).await, ["FIELD_REQUIRED HK-7.5.4 outcome"]);
        assert_eq!(close(&review, json!({ "outcome": "DECISION" })).await, ["FIELD_REQUIRED HK-7.5.4 text"]);
        assert_eq!(close(&review, json!({ "outcome": "DECISION", "text": " \u{3000}" })).await, ["FIELD_REQUIRED HK-7.5.4 text"]);
        world.set_time("2024-03-05T14:20:00");
        review.leave(world, &["assistant-manager"]).await.done("recordAttendance");
        assert_eq!(close(&review, ending("DECISION")).await, ["CAPACITY_MISSING HK-7.4 attendees"], "nobody of management is left");
        review.arrive(world, &["assistant-manager"]).await.done("recordAttendance");
        let closed = review.step(world, "supervisor", "closeJointReview", ending("DECISION")).await;
        assert_eq!(closed.text("/closeJointReview/jointReview/state"), "DECIDED");
        let late = review.leave(world, &["co-handler"]).await;
        assert_eq!(late.refusals("recordAttendance"), ["STATE_NOT_ALLOWED HK-7.4"]);
        assert!(!deadlines(world, "supervisor", &review.case).await.iter().any(|one| one["code"] == "FINAL_OPINION"));
        let cancel = review.attempt(world, "supervisor", "cancelJointReview", json!({ "reason": "x" })).await;
        assert_eq!(cancel.refusals("cancelJointReview"), ["STATE_NOT_ALLOWED HK-7.5.2"]);
    }
}

scenario! {
    /// HK-8.6 HK-8.8: after a preliminary opinion the final one is due 15 days after the day of the meeting; on the last day it is
    /// in time. The clock of the reply goes on.
    async fn the_final_opinion_is_due_fifteen_days_after_the_meeting(world) {
        for (given, status) in [("2024-03-20T23:59:59", "MET"), ("2024-03-21T00:00:00", "MET_LATE")] {
            world.set_time("2024-03-04T09:30:00");
            let mut review = opened(world).await;
            let reply = deadline(world, &review.case, "REPLY").await["dueAt"].clone();
            // The meeting goes on past midnight; its day is that of its opening.
            world.set_time("2024-03-06T00:10:00");
            review.step(world, "supervisor", "closeJointReview", ending("PRELIMINARY")).await;
            assert_eq!(review.state(world).await, "PRELIMINARY");
            let due = deadline(world, &review.case, "FINAL_OPINION").await;
            assert_eq!((&due["dueAt"], &due["status"]), (&end_of("2024-03-20"), &json!("RUNNING")));
            assert_eq!(due["owner"]["name"], "测试supervisor", "TM-5");
            world.set_time(given);
            let opinion = json!({ "text": "同意退还全部保费。" });
            let other = review.attempt(world, "manager", "recordFinalOpinion", opinion.clone()).await;
            assert_eq!(other.refusals("recordFinalOpinion"), ["NOT_YOUR_PART HK-8.6"]);
            review.step(world, "supervisor", "recordFinalOpinion", opinion.clone()).await;
            assert_eq!(review.state(world).await, "FINAL");
            assert_eq!(deadline(world, &review.case, "FINAL_OPINION").await["status"], status, "{given}");
            assert_eq!(deadline(world, &review.case, "REPLY").await["dueAt"], reply);
            let twice = review.attempt(world, "supervisor", "recordFinalOpinion", opinion).await;
            assert_eq!(twice.refusals("recordFinalOpinion"), ["STATE_NOT_ALLOWED HK-8.6"]);
        }
    }
}
