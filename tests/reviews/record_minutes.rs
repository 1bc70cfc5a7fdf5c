//! The minutes: by the recorder, version by version.

use crate::support::meeting::{self, convened, ended, opened};
use crate::support::scenario;
use futures_util::future::join_all;
use serde_json::{Value, json};

scenario! {
    /// HK-7.5.5: the recorder writes, nobody else; of those who are there.
    async fn only_the_recorder_writes(world) {
        let early = convened(world).await;
        let text = "业务员承认未说明退保损失。";
        assert_eq!(early.minute(world, "handler-2", text).await.refusals("recordMinutes"), ["STATE_NOT_ALLOWED HK-7.5.5"]);
        world.set_time("2024-03-04T09:30:00");
        let review = opened(world).await;
        for who in ["supervisor", "handler", "assistant-manager"] {
            assert_eq!(review.minute(world, who, text).await.refusals("recordMinutes"), ["NOT_YOUR_PART HK-7.5.5"], "{who}");
        }
        assert_eq!(review.minute(world, "auditor", text).await.error_code(), "FORBIDDEN");
        let stranger = json!([{ "personId": world.id_of("manager").await, "text": text }]);
        for field in ["statements", "dissents"] {
            let mut more = json!({ "expectedMinutesVersion": 0, "statements": [] });
            more[field] = stranger.clone();
            let refused = review.attempt(world, "handler-2", "recordMinutes", more).await;
            assert_eq!(refused.refusals("recordMinutes"), [format!("OBJECT_NOT_FOUND HK-7.5.5 {field}")]);
        }
        let written = review.minute(world, "handler-2", text).await;
        let minutes = written.done("recordMinutes").at("/recordMinutes/jointReview/minutes");
        assert_eq!((&minutes["version"], &minutes["sha256"], &minutes["statements"][0]["text"]), (&json!(1), &Value::Null, &json!(text)));
    }
}

scenario! {
    /// HK-7.5.5: of two who write at once one is first; the other gets CONFLICT with both texts.
    async fn two_who_write_at_once(world) {
        let review = opened(world).await;
        let handler = world.id_of("handler").await;
        world.token("handler-2").await;
        let write = async |text: &str| {
            let more = json!({ "expectedMinutesVersion": 0, "statements": [{ "personId": handler, "text": text }] });
            review.attempt(world, "handler-2", "recordMinutes", more).await
        };
        let texts = ["甲说。", "乙说。"];
        let answers = join_all(texts.map(write)).await;
        let (won, lost) = if answers[0].body.get("errors").is_none() { (0, 1) } else { (1, 0) };
        answers[won].done("recordMinutes");
        assert_eq!(answers[lost].error_code(), "CONFLICT");
        let extensions = &answers[lost].body["errors"][0]["extensions"];
        assert_eq!((&extensions["expectedVersion"], &extensions["currentVersion"]), (&json!(0), &json!(1)));
        assert_eq!(extensions["current"]["text"]["statements"][0]["text"], texts[won]);
        assert_eq!(extensions["current"]["yourText"], json!({ "statements": [{ "personId": handler, "text": texts[lost] }], "dissents": [] }));
        let seen = review.see(world, "handler-2").await;
        assert_eq!((seen.number("/jointReview/minutesVersion"), seen.text("/jointReview/minutes/statements/0/text")), (1, texts[won].to_owned()));
    }
}

scenario! {
    /// HK-7.5.5 HK-7.5.6: the minutes hold the whole meeting, and every version is kept; a change after a signature is a new
    /// version, on which nobody has signed.
    async fn a_change_voids_the_signatures(world) {
        let review = ended(world, "DECISION").await;
        let seen = review.see(world, "handler").await;
        assert_eq!(seen.number("/jointReview/minutesVersion"), 2, "one while it went on, one with the outcome");
        let first = seen.text("/jointReview/minutes/sha256");
        let content: Value = serde_json::from_str(&seen.text("/jointReview/minutes/content")).unwrap();
        assert_eq!(redress::platform::digest::sha256_hex(seen.text("/jointReview/minutes/content").as_bytes()), first);
        assert_eq!((&content["number"], &content["version"], &content["place"]), (&json!("HY2024-000001"), &json!(2), &json!("三楼会议室")));
        assert_eq!(content["attendance"].as_array().unwrap().len(), 4);
        assert_eq!((&content["agenda"][0]["caseNumber"], &content["outcome"]["kind"]), (&json!(review.case.number), &json!("DECISION")));
        assert_eq!((&content["chair"]["name"], &content["recorder"]["name"]), (&json!("测试supervisor"), &json!("测试handler-2")));

        for who in ["supervisor", "handler"] {
            review.sign(world, who).await.done("signMinutes");
        }
        review.minute(world, "handler-2", "业务员承认未说明退保损失，并道歉。").await.done("recordMinutes");
        let seen = review.see(world, "handler").await;
        assert_eq!(seen.number("/jointReview/minutesVersion"), 3);
        assert_ne!(seen.text("/jointReview/minutes/sha256"), first);
        assert_eq!(seen.text("/jointReview/minutesVersions/1/sha256"), first, "and the signed text is kept");
        let signatures = seen.at("/jointReview/signatures").as_array().unwrap();
        assert!(signatures.len() == 2 && signatures.iter().all(|one| one["void"] == json!(true)), "{signatures:#?}");
        let told = crate::support::notices::told(world, entity::notification::NotificationKind::MinutesToSign).await;
        assert_eq!(told.iter().filter(|login| *login == "co-handler").count(), 2, "of each version: {told:?}");
        // Whoever had signed signs again, and the record is final only when all have signed this text.
        for (who, state) in [("supervisor", "DECIDED"), ("assistant-manager", "DECIDED"), ("co-handler", "DECIDED"), ("handler", "FILED")] {
            review.sign(world, who).await.done("signMinutes");
            assert_eq!(review.state(world).await, state, "{who}");
        }
        let late = review.minute(world, "handler-2", "更正。").await;
        assert_eq!(late.refusals("recordMinutes"), ["STATE_NOT_ALLOWED HK-7.5.5"]);
    }
}

scenario! {
    /// HK-8.6 HK-7.5.6: the final opinion becomes part of the minutes; those who signed the preliminary ones sign again.
    async fn the_final_opinion_is_signed_too(world) {
        let mut review = ended(world, "PRELIMINARY").await;
        for (who, _) in meeting::USUAL {
            review.sign(world, who).await.done("signMinutes");
        }
        assert_eq!(review.state(world).await, "PRELIMINARY", "signed by all, and not final");
        review.refresh(world).await;
        world.set_time("2024-03-10T10:00:00");
        review.step(world, "supervisor", "recordFinalOpinion", json!({ "text": "同意退还全部保费。" })).await;
        let seen = review.see(world, "handler").await;
        let content: Value = serde_json::from_str(&seen.text("/jointReview/minutes/content")).unwrap();
        assert_eq!(content["finalOpinion"]["text"], "同意退还全部保费。");
        assert!(seen.at("/jointReview/signatures").as_array().unwrap().iter().all(|one| one["void"] == json!(true)));
        for (who, _) in meeting::USUAL {
            assert_eq!(review.state(world).await, "FINAL");
            review.sign(world, who).await.done("signMinutes");
        }
        assert_eq!(review.state(world).await, "FILED");
    }
}
