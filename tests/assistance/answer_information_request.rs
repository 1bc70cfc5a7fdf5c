//! The department asks for more, and the handler answers.

use crate::support::help::{self, FINANCE, Help};
use crate::support::notices::told;
use crate::support::road;
use crate::support::scenario;
use crate::support::time::end_of;
use entity::notification::NotificationKind;
use serde_json::json;

scenario! {
    /// HK-2.6 HK-6.5: what the department asks, the handler answers, with more evidence if it takes that; the time goes on.
    async fn a_question_and_its_answer(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let (first, second, third) = (case.add_evidence(world).await, case.add_evidence(world).await, case.add_evidence(world).await);
        let mut help = Help::delivered(world, &case, FINANCE, &[&first]).await;
        help.step(world, "clerk", "receiveAssistance", json!({})).await;
        let question = json!({ "question": "请补充缴费凭证。" });
        assert_eq!(help.attempt(world, "counsel", "askForInformation", question.clone()).await.error_code(), "NOT_FOUND");
        for who in ["finance-head", "handler"] {
            assert_eq!(help.attempt(world, who, "askForInformation", question.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(help.attempt(world, "clerk", "askForInformation", json!({ "question": " " })).await.error_code(), "BAD_USER_INPUT");
        let asked = help.step(world, "clerk", "askForInformation", question).await;
        let id = asked.text("/askForInformation/assistance/informationRequests/0/id");
        assert_eq!(told(world, NotificationKind::InformationRequested).await, ["handler"]);

        let answer = json!({ "informationRequestId": id, "answer": "见附件。", "evidenceIds": [first, second] });
        let refused = help.attempt(world, "supervisor", "answerInformationRequest", answer.clone()).await;
        assert_eq!(refused.refusals("answerInformationRequest"), ["NOT_THE_HANDLER HK-2.6"]);
        assert_eq!(help.attempt(world, "handler-2", "answerInformationRequest", answer.clone()).await.error_code(), "NOT_FOUND");
        let mut stranger = road::investigated(world).await;
        let strange = stranger.add_evidence(world).await;
        let foreign = json!({ "informationRequestId": id, "answer": "x", "evidenceIds": [strange] });
        assert_eq!(help.attempt(world, "handler", "answerInformationRequest", foreign).await.error_code(), "NOT_FOUND");
        assert_eq!(world.get("clerk", &format!("/files/{second}"), &[]).await.status(), 404);
        help.step(world, "handler", "answerInformationRequest", answer.clone()).await;
        let seen = help.see(world, "clerk").await;
        assert_eq!(seen["informationRequests"], json!([{ "id": id, "question": "请补充缴费凭证。", "answer": "见附件。" }]));
        let delivered: Vec<_> = seen["evidence"].as_array().unwrap().iter().map(|piece| piece["evidenceId"].as_str().unwrap()).collect();
        assert_eq!(delivered, [&first, &second], "what was there already is not delivered twice");
        for (piece, status) in [(&first, 200), (&second, 200), (&third, 404)] {
            assert_eq!(world.get("clerk", &format!("/files/{piece}"), &[]).await.status(), status);
        }
        assert_eq!((&seen["dueAt"], &seen["state"]), (&end_of("2024-03-11"), &json!("RECEIVED")));
        assert_eq!(told(world, NotificationKind::InformationProvided).await, ["clerk", "finance-head"]);
        let again = help.attempt(world, "handler", "answerInformationRequest", answer).await;
        assert_eq!(again.refusals("answerInformationRequest"), ["ALREADY_DONE HK-2.6"]);

        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        let late = help.attempt(world, "clerk", "askForInformation", json!({ "question": "x" })).await;
        assert_eq!(late.refusals("askForInformation"), ["STATE_NOT_ALLOWED HK-6.7"]);
    }
}
