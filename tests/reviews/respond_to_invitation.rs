//! Coming or not coming.

use crate::support::meeting::{USUAL, convened, meeting, step_back};
use crate::support::notices::told;
use crate::support::scenario;
use entity::notification::NotificationKind;
use serde_json::{Value, json};

scenario! {
    /// HK-7.4: whoever declines may send a substitute of the same capacity, who must not step back either.
    async fn a_substitute_is_of_the_same_capacity(world) {
        let mut review = convened(world).await;
        let decline = async |substitute: &str| {
            json!({ "expectedInvitations": 1, "answer": "DECLINE", "reason": "出差。", "substituteId": world.id_of(substitute).await })
        };
        for (who, substitute, expected) in [
            ("assistant-manager", "legal", "NOT_ELIGIBLE HK-7.4 attendees"),
            ("assistant-manager", "supervisor-2", "NOT_ELIGIBLE HK-7.4 attendees"),
            ("assistant-manager", "handler", "NOT_ELIGIBLE HK-7.4 substituteId"),
            ("assistant-manager", "assistant-manager", "NOT_ELIGIBLE HK-7.4 substituteId"),
            ("handler", "handler-2", "NOT_ELIGIBLE HK-7.4 attendees"),
            ("supervisor", "manager", "NOT_ELIGIBLE HK-7.5.3 chairId"),
        ] {
            let refused = review.attempt(world, who, "respondToInvitation", decline(substitute).await).await;
            assert_eq!(refused.refusals("respondToInvitation"), [expected], "{who} {substitute}");
        }
        step_back(world, "manager-2", &review.case).await;
        let recused = review.attempt(world, "assistant-manager", "respondToInvitation", decline("manager-2").await).await;
        assert_eq!(recused.refusals("respondToInvitation"), ["RECUSED HK-4.8 attendees"]);

        review.attempt(world, "assistant-manager", "respondToInvitation", decline("manager").await).await.done("respondToInvitation");
        let seen = review.see(world, "manager").await;
        let rows = seen.at("/jointReview/attendees").as_array().unwrap();
        let substitute = rows.iter().find(|row| row["person"]["name"] == "测试manager").unwrap();
        assert_eq!((&substitute["capacity"], &substitute["response"]), (&json!("MANAGEMENT"), &json!("PENDING")));
        assert_eq!(substitute["substituteFor"], rows[2]["id"]);
        assert_eq!(rows[2]["responseReason"], "出差。");
        assert_eq!(told(world, NotificationKind::InvitationAnswered).await, ["supervisor"]);
        // The chair's substitute chairs.
        review.attempt(world, "supervisor", "respondToInvitation", decline("supervisor-2").await).await.done("respondToInvitation");
        assert_eq!(review.see(world, "auditor").await.text("/jointReview/chair/name"), "测试supervisor-2");
        world.set_time("2024-03-05T14:00:00");
        review.refresh(world).await;
        let former = review.attempt(world, "supervisor", "openJointReview", json!({})).await;
        assert_eq!(former.refusals("openJointReview"), ["NOT_YOUR_PART HK-7.4"]);
    }
}

scenario! {
    /// HK-7.5.2: an answer is to one invitation, from who is invited; who declined sees the case no longer.
    async fn an_answer_is_to_one_invitation(world) {
        let mut review = convened(world).await;
        let accept = |invitations: i32| json!({ "expectedInvitations": invitations, "answer": "ACCEPT" });
        let query = "query($id: ID!) { case(id: $id) { number } }";
        let case = review.case.id.clone();
        let sees = async || !world.ask("assistant-manager", query, json!({ "id": case })).await.at("/case").is_null();
        assert!(sees().await);
        let stranger = review.attempt(world, "manager", "respondToInvitation", accept(1)).await;
        assert_eq!(stranger.refusals("respondToInvitation"), ["NOT_YOUR_PART HK-7.5.2"]);
        assert_eq!(review.attempt(world, "legal", "respondToInvitation", accept(1)).await.error_code(), "NOT_FOUND");
        let silent = json!({ "expectedInvitations": 1, "answer": "DECLINE" });
        assert_eq!(review.attempt(world, "assistant-manager", "respondToInvitation", silent).await.error_code(), "BAD_USER_INPUT");
        let decline = json!({ "expectedInvitations": 1, "answer": "DECLINE", "reason": "出差。" });
        let declined = review.attempt(world, "assistant-manager", "respondToInvitation", decline).await;
        assert_eq!(declined.refusals("respondToInvitation"), Vec::<String>::new());
        assert!(!sees().await);
        let mut plan = meeting(world, &USUAL).await;
        plan["place"] = Value::from("四楼会议室");
        review.refresh(world).await;
        review.step(world, "supervisor", "conveneJointReview", plan).await;
        assert!(sees().await, "invited anew");
        let old = review.attempt(world, "assistant-manager", "respondToInvitation", accept(1)).await;
        assert_eq!(old.error_code(), "CONFLICT");
        review.attempt(world, "assistant-manager", "respondToInvitation", accept(2)).await.done("respondToInvitation");
        world.set_time("2024-03-05T14:00:00");
        review.arrive(world, &["supervisor", "handler", "assistant-manager"]).await.done("recordAttendance");
        review.refresh(world).await;
        review.step(world, "supervisor", "openJointReview", json!({})).await;
        let late = review.attempt(world, "co-handler", "respondToInvitation", accept(2)).await;
        assert_eq!(late.refusals("respondToInvitation"), ["STATE_NOT_ALLOWED HK-7.5.2"]);
    }
}
