//! Signatures: by all who were there, on exactly the text that holds, by who they say they are.

use crate::support::meeting::{self, Review, USUAL, confirm, ended, filed, proof};
use crate::support::scenario;
use entity::staff_role::Role;
use futures_util::future::join_all;
use redress::platform::signing::{PublicKeys, ServerSignature};
use redress::reviews::pack::{Capacity, SignatureStatement};
use serde_json::{Value, json};

scenario! {
    /// HK-7.5.6: the record is final when all have signed, and not before.
    async fn four_of_four_sign(world) {
        let review = ended(world, "DECISION").await;
        for (number, (who, _)) in USUAL.iter().enumerate() {
            assert_eq!(review.state(world).await, "DECIDED", "{number} of 4");
            review.sign(world, who).await.done("signMinutes");
            let again = review.sign(world, who).await.refusals("signMinutes");
            let expected = if number < 3 { "ALREADY_DONE HK-7.5.6" } else { "STATE_NOT_ALLOWED HK-7.5.6" };
            assert_eq!(again, [expected], "{who}");
        }
        assert_eq!(review.state(world).await, "FILED");
    }
}

scenario! {
    /// HK-7.5.6: a signature is the server's, over person, capacity, time and hash; anybody can check it with the public key.
    async fn a_signature_can_be_checked_by_anybody(world) {
        let review = filed(world).await;
        let keys = world.get("", "/.well-known/jwks.json", &[]).await.text().await.unwrap();
        let keys = PublicKeys::parse(&keys).unwrap();
        let seen = review.see(world, "auditor").await;
        let signatures = seen.at("/jointReview/signatures").as_array().unwrap();
        assert_eq!(signatures.len(), 4);
        let uuid = redress::platform::ids::parse_global(&review.id).unwrap().1;
        let capacities = [Capacity::Supervisor, Capacity::Handler, Capacity::Management, Capacity::Department];
        for ((one, (login, _)), capacity) in signatures.iter().zip(USUAL).zip(capacities) {
            let person = world.staff_id(login).await;
            let text = |name: &str| one[name].as_str().unwrap().to_owned();
            let statement = |sha256: String| SignatureStatement {
                joint_review: uuid,
                minutes_version: 2,
                minutes_sha256: sha256,
                person,
                capacity,
                dissent: None,
                signed_at: text("signedAt").parse().unwrap(),
            };
            let signature = ServerSignature { key_id: text("keyId"), value: text("value") };
            let message = |sha256: String| redress::platform::digest::canonical_json(&statement(sha256)).unwrap();
            let domain = c"redress/joint-review-signature/v1";
            assert!(keys.verify(domain, message(text("minutesSha256")).as_bytes(), &signature).is_ok(), "{login}");
            assert!(keys.verify(domain, message("0".repeat(64)).as_bytes(), &signature).is_err(), "{login}");
        }
    }
}

scenario! {
    /// HK-7.5.6: by who they say they are, again: a proof of one's own, of this session, for signing, and not old. Wrong passwords
    /// are slowed down.
    async fn nobody_signs_for_another(world) {
        let review = ended(world, "DECISION").await;
        let sha256 = review.sha256(world).await;
        let with = async |who: &str, proof: &str| {
            let more = json!({ "expectedMinutesSha256": sha256, "proof": proof });
            review.attempt(world, who, "signMinutes", more).await.refusals("signMinutes")
        };
        let refused = ["IDENTITY_NOT_CONFIRMED HK-7.5.6 proof"];
        assert_eq!(with("handler", "").await, refused);
        assert_eq!(with("handler", &world.token("handler").await.unwrap()).await, refused, "an access token is no proof");
        let others = proof(world, "supervisor").await;
        assert_eq!(with("handler", &others).await, refused, "the proof of another");
        let query = "mutation($password: String!) { confirmIdentity(input: { password: $password, action: MANAGE_KEYS }) { proof { token } refusals { code } } }";
        let for_keys = world.ask("handler", query, json!({ "password": crate::support::PASSWORD })).await.text("/confirmIdentity/proof/token");
        assert_eq!(with("handler", &for_keys).await, refused, "for something else");
        let old = proof(world, "handler").await;
        world.set_time("2024-03-05T15:05:06");
        assert_eq!(with("handler", &old).await, refused, "five minutes ago");

        for attempt in 0..5 {
            let wrong = confirm(world, "handler", "not the password").await;
            assert_eq!(wrong.refusals("confirmIdentity"), ["PASSWORD_WRONG NIST SP 800-63B 3.1.1 password"], "{attempt}");
        }
        assert_eq!(confirm(world, "handler", "not the password").await.error_code(), "LIMITED");
        assert_eq!(confirm(world, "handler", crate::support::PASSWORD).await.error_code(), "LIMITED", "even with the right one");
        assert_eq!(review.state(world).await, "DECIDED");
    }
}

scenario! {
    /// HK-7.5.6: a signature is on the text that holds; that of another version is refused, and counts on no other.
    async fn a_signature_of_another_version_is_refused(world) {
        let review = ended(world, "DECISION").await;
        let old = review.sha256(world).await;
        review.sign(world, "handler").await.done("signMinutes");
        review.minute(world, "handler-2", "更正。").await.done("recordMinutes");
        for (who, sha256) in [("handler", old.clone()), ("supervisor", old), ("supervisor", "0".repeat(64))] {
            let more = json!({ "expectedMinutesSha256": sha256, "proof": proof(world, who).await });
            let replayed = review.attempt(world, who, "signMinutes", more).await;
            assert_eq!(replayed.error_code(), "CONFLICT", "{who}");
            assert_eq!(replayed.body["errors"][0]["extensions"]["currentVersion"], json!(3));
        }
        // The same request sent again is the first signature, whatever proof comes with it.
        let mut more = json!({ "idempotencyKey": "mine", "expectedMinutesSha256": review.sha256(world).await, "proof": proof(world, "handler").await });
        review.attempt(world, "handler", "signMinutes", more.clone()).await.done("signMinutes");
        more["proof"] = json!(proof(world, "handler").await);
        review.attempt(world, "handler", "signMinutes", more).await.done("signMinutes");
        let seen = review.see(world, "handler").await;
        let signatures = seen.at("/jointReview/signatures").as_array().unwrap();
        assert_eq!(signatures.iter().map(|one| &one["void"]).collect::<Vec<_>>(), [&json!(true), &json!(false)]);
    }
}

scenario! {
    /// HK-7.5.6: those sign who were there when the outcome was given: not who had left, who never came, or who only minuted.
    async fn who_left_before_the_outcome_does_not_sign(world) {
        let mut review = meeting::opened(world).await;
        review.minute(world, "handler-2", "各方陈述。").await.done("recordMinutes");
        world.set_time("2024-03-05T14:30:00");
        review.leave(world, &["co-handler"]).await.done("recordAttendance");
        review.refresh(world).await;
        review.step(world, "supervisor", "closeJointReview", meeting::ending("DECISION")).await;
        for who in ["co-handler", "handler-2", "manager"] {
            assert_eq!(review.sign(world, who).await.refusals("signMinutes"), ["NOT_YOUR_PART HK-7.5.6"], "{who}");
        }
        let seen = review.see(world, "co-handler").await;
        assert_eq!(seen.at("/jointReview/viewerCan/signMinutes/allowed"), &json!(false));
        let signs: Vec<_> = seen.at("/jointReview/attendees").as_array().unwrap().iter().map(|one| one["signs"].as_bool().unwrap()).collect();
        assert_eq!(signs, [true, true, true, false]);
        let content: Value = serde_json::from_str(&seen.text("/jointReview/minutes/content")).unwrap();
        assert_eq!((&content["attendance"][3]["leftAt"], &content["attendance"][3]["signs"]), (&json!("2024-03-05T06:30:00Z"), &json!(false)));
        for who in ["supervisor", "handler", "assistant-manager"] {
            review.sign(world, who).await.done("signMinutes");
        }
        assert_eq!(review.state(world).await, "FILED");
    }
}

scenario! {
    /// HK-A16 HK-7.5.6: a refusal to sign needs a reason and a dissent, and takes the place of no signature; whoever dissents signs
    /// with the dissent.
    async fn a_refusal_takes_the_place_of_no_signature(world) {
        let review = ended(world, "DECISION").await;
        for who in ["supervisor", "handler", "assistant-manager"] {
            review.sign(world, who).await.done("signMinutes");
        }
        for (reason, dissent, field) in [(" ", "应全额退还。", "reason"), ("记录不完整。", "\u{3000}", "dissent")] {
            let refused = review.refuse(world, "co-handler", reason, dissent).await;
            assert_eq!(refused.refusals("refuseToSign"), [format!("FIELD_REQUIRED HK-7.5.6 {field}")]);
        }
        review.refuse(world, "co-handler", "记录不完整。", "应全额退还。").await.done("refuseToSign");
        assert_eq!(review.state(world).await, "DECIDED", "not final");
        let twice = review.refuse(world, "co-handler", "记录不完整。", "应全额退还。").await;
        assert_eq!(twice.refusals("refuseToSign"), ["ALREADY_DONE HK-7.5.6"]);
        let told = crate::support::notices::told(world, entity::notification::NotificationKind::SigningRefused).await;
        assert_eq!(told, ["handler-2", "supervisor"]);
        let more = json!({
            "expectedMinutesSha256": review.sha256(world).await, "proof": proof(world, "co-handler").await, "dissent": "应全额退还。",
        });
        review.attempt(world, "co-handler", "signMinutes", more).await.done("signMinutes");
        let seen = review.see(world, "auditor").await;
        assert_eq!((seen.text("/jointReview/state"), seen.text("/jointReview/signatures/3/dissent")), ("FILED".to_owned(), "应全额退还。".to_owned()));
        assert_eq!(seen.text("/jointReview/signingRefusals/0/reason"), "记录不完整。");
    }
}

scenario! {
    /// HK-7.5.6: before there is an outcome in the minutes there is nothing to sign.
    async fn there_must_be_something_to_sign(world) {
        let mut review = meeting::opened(world).await;
        let sign = async |review: &Review| {
            let more = json!({ "expectedMinutesSha256": "0".repeat(64), "proof": proof(world, "handler").await });
            review.attempt(world, "handler", "signMinutes", more).await.refusals("signMinutes")
        };
        assert_eq!(sign(&review).await, ["STATE_NOT_ALLOWED HK-7.5.6"]);
        review.step(world, "supervisor", "closeJointReview", meeting::ending("DECISION")).await;
        assert_eq!(sign(&review).await, ["STATE_NOT_ALLOWED HK-7.5.6"], "nobody has minuted it yet");
        review.minute(world, "handler-2", "各方陈述。").await.done("recordMinutes");
        review.sign(world, "handler").await.done("signMinutes");
    }
}

scenario! {
    /// HK-7.5.6: fifty attendees sign at the same moment: all are counted, once, and the last one files the record.
    async fn fifty_sign_at_the_same_moment(world) {
        let mut review = meeting::agreed(world).await;
        let others: Vec<_> = (0..47).map(|n| format!("attendee-{n}")).collect();
        for login in &others {
            world.add_person(login, &[Role::CoHandler]).await;
        }
        let mut people = USUAL[..3].to_vec();
        people.extend(others.iter().map(|login| (login.as_str(), "DEPARTMENT")));
        review.step(world, "supervisor", "conveneJointReview", meeting::meeting(world, &people).await).await;
        world.set_time("2024-03-05T14:00:00");
        let logins: Vec<_> = people.iter().map(|(login, _)| *login).collect();
        review.arrive(world, &logins).await.done("recordAttendance");
        review.step(world, "supervisor", "openJointReview", json!({})).await;
        review.minute(world, "handler-2", "各方陈述。").await.done("recordMinutes");
        review.refresh(world).await;
        review.step(world, "supervisor", "closeJointReview", meeting::ending("DECISION")).await;
        let sha256 = review.sha256(world).await;
        let mut proofs = Vec::new();
        for login in &logins {
            proofs.push(proof(world, login).await);
        }
        let answers = join_all(logins.iter().zip(&proofs).map(async |(login, proof)| {
            let more = json!({ "expectedMinutesSha256": sha256, "proof": proof });
            review.attempt(world, login, "signMinutes", more).await
        }))
        .await;
        let filed = answers.iter().filter(|answer| answer.done("signMinutes").text("/signMinutes/jointReview/state") == "FILED");
        assert!(filed.count() >= 1);
        let seen = review.see(world, "auditor").await;
        assert_eq!(seen.text("/jointReview/state"), "FILED");
        let signatures = seen.at("/jointReview/signatures").as_array().unwrap();
        let signers: std::collections::BTreeSet<_> = signatures.iter().map(|one| one["person"]["name"].as_str().unwrap()).collect();
        assert_eq!((signatures.len(), signers.len()), (50, 50));
        let query = "query($id: ID!) { case(id: $id) { timeline(first: 100) { edges { node { kind } } } } }";
        let kinds = world.ask("supervisor", query, json!({ "id": review.case.id })).await;
        let edges = kinds.at("/case/timeline/edges").as_array().unwrap();
        assert_eq!(edges.iter().filter(|edge| edge["node"]["kind"] == "JOINT_REVIEW_FILED").count(), 1);
    }
}
