use crate::support::road::{self, key};
use crate::support::scenario;
use serde_json::{Value, json};

fn letter(changes: Value) -> Value {
    let mut letter = json!({ "holderName": "何雪莲", "holderPhone": "139 0000 0002", "scope": "SPECIAL", "grantedOn": "2024-03-01" });
    for (name, value) in changes.as_object().unwrap() {
        letter[name] = value.clone();
    }
    letter
}

const LETTERS: &str = "query($id: ID!) { case(id: $id) { authorityLetters { holderName { value } holderPhone { value } scope grantedOn expiresOn recordedBy { name } } } }";

scenario! {
    /// HK-F.3: who acts for the complainant, since when and how far; at intake and later.
    async fn somebody_acts_for_the_complainant(world) {
        let more = json!({ "relation": "REPRESENTATIVE", "authorityLetter": letter(json!({ "expiresOn": "2024-12-31" })) });
        let mut case = road::registered_with(world, more).await;
        case.allocate(world, "handler").await;
        let second = json!({ "idempotencyKey": key(), "letter": letter(json!({ "scope": "GENERAL" })) });
        case.step(world, "handler", "recordAuthorityLetter", second.clone()).await;
        case.step(world, "handler", "recordAuthorityLetter", second).await;
        let seen = world.ask("handler", LETTERS, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/authorityLetters"), &json!([
            { "holderName": { "value": "何雪莲" }, "holderPhone": { "value": "139 0000 0002" }, "scope": "SPECIAL", "grantedOn": "2024-03-01", "expiresOn": "2024-12-31", "recordedBy": { "name": "测试registrar" } },
            { "holderName": { "value": "何雪莲" }, "holderPhone": { "value": "139 0000 0002" }, "scope": "GENERAL", "grantedOn": "2024-03-01", "expiresOn": null, "recordedBy": { "name": "测试handler" } },
        ]));
        let masked = world.ask("supervisor", LETTERS, json!({ "id": case.id })).await;
        assert_eq!(masked.text("/case/authorityLetters/0/holderName/value"), "何**");
        let theirs = case.attempt(world, "handler-2", "recordAuthorityLetter", json!({ "letter": letter(json!({})) })).await;
        assert_eq!(theirs.error_code(), "NOT_FOUND");
        let other = case.attempt(world, "supervisor", "recordAuthorityLetter", json!({ "letter": letter(json!({})) })).await;
        assert_eq!(other.refusals("recordAuthorityLetter"), ["NOT_THE_HANDLER HK-F.3"]);
    }
}

scenario! {
    /// HK-F.3: a letter is of today or earlier, and its last day counts, to the second.
    async fn a_letter_holds_until_the_end_of_its_last_day(world) {
        let case = road::registered(world).await;
        let show = async |changes: Value| {
            let input = json!({ "letter": letter(changes) });
            case.attempt(world, "registrar", "recordAuthorityLetter", input).await
        };
        show(json!({ "grantedOn": "2024-03-04" })).await.done("recordAuthorityLetter");
        let tomorrow = show(json!({ "grantedOn": "2024-03-05" })).await;
        assert_eq!(tomorrow.refusals("recordAuthorityLetter"), ["TIME_NOT_ALLOWED HK-F.3 grantedOn"]);
        world.set_time("2024-03-04T23:59:59");
        show(json!({ "expiresOn": "2024-03-04" })).await.done("recordAuthorityLetter");
        world.set_time("2024-03-05T00:00:00");
        let expired = show(json!({ "expiresOn": "2024-03-04" })).await;
        assert_eq!(expired.refusals("recordAuthorityLetter"), ["TIME_NOT_ALLOWED HK-F.3 expiresOn"]);
        for wrong in [json!({ "holderName": " " }), json!({ "grantedOn": "2024-02-30" }), json!({ "grantedOn": "0001-01-01" }), json!({ "scope": "ALL" })] {
            assert_eq!(show(wrong.clone()).await.error_code(), "BAD_USER_INPUT", "{wrong}");
        }
    }
}
