//! The department returns its opinion, and its reading ends after the grace of the policy.

use crate::support::help::{self, FINANCE, Help, LAW};
use crate::support::notices::told;
use crate::support::road;
use crate::support::time::end_of;
use crate::support::{PROFILE, World, scenario};
use entity::notification::NotificationKind;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

scenario! {
    /// HK-6.7: by the department that was asked, in words, once; the handler is told.
    async fn the_department_answers_in_words(world) {
        help::departments(world).await;
        world.add_person_in(LAW, "law-clerk", &[entity::staff_role::Role::CoHandler]).await;
        let case = road::investigated(world).await;
        let mut help = Help::delivered(world, &case, FINANCE, &[]).await;
        for who in ["counsel", "co-handler", "legal"] {
            assert_eq!(help.attempt(world, who, "returnAssistance", help::opinion()).await.error_code(), "NOT_FOUND", "{who}");
        }
        for who in ["handler", "supervisor", "finance-head", "manager", "auditor"] {
            assert_eq!(help.attempt(world, who, "returnAssistance", help::opinion()).await.error_code(), "FORBIDDEN", "{who}");
        }
        for blank in ["", " \u{3000}\n"] {
            let refused = help.attempt(world, "clerk", "returnAssistance", json!({ "opinion": blank })).await;
            assert_eq!(refused.refusals("returnAssistance"), ["OPINION_REQUIRED HK-6.7 opinion"]);
        }
        help.step(world, "clerk", "receiveAssistance", json!({})).await;
        let once = json!({ "opinion": "经核对无误。", "idempotencyKey": "once" });
        let before = help.clone();
        let answer = help.step(world, "clerk", "returnAssistance", once.clone()).await;
        assert_eq!(answer.text("/returnAssistance/assistance/state"), "RETURNED");
        before.attempt(world, "clerk", "returnAssistance", once).await.done("returnAssistance");
        let again = help.attempt(world, "clerk", "returnAssistance", help::opinion()).await;
        assert_eq!(again.refusals("returnAssistance"), ["STATE_NOT_ALLOWED HK-6.7"]);
        let seen = help.see(world, "handler").await;
        assert_eq!((&seen["opinion"], &seen["returnedBy"]["name"]), (&json!("经核对无误。"), &json!("测试clerk")));
        assert_eq!(told(world, NotificationKind::AssistanceReturned).await, ["handler"]);
        // The audit trail keeps the words sealed.
        let event = help::audited(world, "ASSISTANCE_RETURNED").await;
        assert!(event["number"] == help.number.as_str() && !event.to_string().contains("经核对"), "{event:#}");

        let legal = Help::delivered(world, &case, LAW, &[]).await;
        let clerk = legal.attempt(world, "law-clerk", "returnAssistance", help::opinion()).await;
        assert_eq!(clerk.refusals("returnAssistance"), ["NOT_THE_DEPARTMENT HK-6.7"]);
        legal.attempt(world, "counsel", "returnAssistance", help::opinion()).await.done("returnAssistance");
    }
}

/// Whether somebody sees the assistance, in each way there is: by key, in the list, and by the file.
async fn sees(world: &World, who: &str, help: &Help, piece: &str) -> bool {
    let by_key = !help.see(world, who).await.is_null();
    let listed =
        world.ask(who, "{ assistances { totalCount } }", json!({})).await.number("/assistances/totalCount") > 0;
    let file = world.get(who, &format!("/files/{piece}"), &[]).await.status() == 200;
    assert_eq!((by_key, listed), (file, file), "{who}");
    file
}

scenario! {
    /// HK-6.3: the department reads for five working days after it returned its opinion, to the second, and then no more.
    async fn reading_ends_after_the_grace(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let piece = case.add_evidence(world).await;
        let mut help = Help::delivered(world, &case, FINANCE, &[&piece]).await;
        world.set_time("2024-03-06T10:00:00");
        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        assert_eq!(help.see(world, "clerk").await["readableUntil"], end_of("2024-03-13"));
        world.set_time("2024-03-13T23:59:59");
        for who in ["clerk", "finance-head"] {
            assert!(sees(world, who, &help, &piece).await, "{who}");
        }
        world.set_time("2024-03-14T00:00:00");
        for who in ["clerk", "finance-head"] {
            assert!(!sees(world, who, &help, &piece).await, "{who}");
            assert_eq!(world.get(who, &format!("/forms/{}/ASSISTANCE_RECORD", help.id), &[]).await.status(), 404, "{who}");
        }
        assert!(sees(world, "handler", &help, &piece).await, "the handler goes on reading it");
    }
}

scenario! {
    /// HK-6.3: without a grace in the policy, the department reads nothing any more.
    async fn without_a_grace_reading_ends_at_once(world) {
        let content = PROFILE.replace("reading_grace = { length = 5, unit = \"WORKING_DAY\" }\n", "").replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let piece = case.add_evidence(world).await;
        let mut help = Help::delivered(world, &case, FINANCE, &[&piece]).await;
        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        world.set_time("2024-03-04T09:30:01");
        assert!(!sees(world, "clerk", &help, &piece).await);
    }
}

scenario! {
    /// HK-6.1: several departments help at once, each with its own material and time.
    async fn several_departments_at_once(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let (first, second) = (case.add_evidence(world).await, case.add_evidence(world).await);
        let mut finance = Help::delivered(world, &case, FINANCE, &[&first, &second]).await;
        let law = Help::delivered(world, &case, LAW, &[&second]).await;
        finance.step(world, "clerk", "receiveAssistance", json!({})).await;
        finance.step(world, "clerk", "returnAssistance", help::opinion()).await;
        let states = world.ask("handler", "query($id: ID!) { case(id: $id) { assistances { number state evidence { evidenceId } } } }", json!({ "id": case.id })).await;
        let found: Vec<(&Value, usize)> = states.at("/case/assistances").as_array().unwrap().iter().map(|one| (&one["state"], one["evidence"].as_array().unwrap().len())).collect();
        assert_eq!(found, [(&json!("RETURNED"), 2), (&json!("DELIVERED"), 1)]);
        assert_eq!(law.see(world, "counsel").await["state"], "DELIVERED");
    }
}
