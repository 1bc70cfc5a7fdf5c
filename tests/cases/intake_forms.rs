use crate::support::road::{self, call_form, visit_form};
use crate::support::{Answer, World, scenario};
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

async fn register(world: &World, changes: Value) -> Answer {
    road::on_case(world, "registrar", "registerCase", road::complaint_with(changes)).await
}

const FORM: &str = "query($id: ID!) { case(id: $id) { contractNumber policyholderName { value } insuredName { value } complainantName { value }
    relation phone { value } summary intakeForm {
        ... on CallForm { callerNumber { visibility value } calledAt receiver }
        ... on VisitForm { signature { visibility value } signedOn receiver } } } }";

scenario! {
    /// HK-5.2.1: a call with the call form, a visit with the visit slip, no other form for either, none for the rest.
    async fn each_channel_has_its_form(world) {
        let slip = visit_form(&json!("李秀英"));
        for (changes, refusals) in [
            (json!({ "channel": "PHONE" }), vec![]),
            (json!({ "channel": "PHONE", "callForm": null, "visitForm": slip }), vec!["FORM_NOT_ALLOWED HK-5.2.1 visitForm", "FIELD_REQUIRED HK-5.2.1 callForm"]),
            (json!({ "channel": "PHONE", "visitForm": slip }), vec!["FORM_NOT_ALLOWED HK-5.2.1 visitForm"]),
            (json!({ "channel": "PHONE", "callForm": null }), vec!["FIELD_REQUIRED HK-5.2.1 callForm"]),
            (json!({ "channel": "VISIT" }), vec![]),
            (json!({ "channel": "VISIT", "visitForm": null }), vec!["FIELD_REQUIRED HK-5.2.1 visitForm"]),
            (json!({ "channel": "VISIT", "callForm": call_form() }), vec!["FORM_NOT_ALLOWED HK-5.2.1 callForm"]),
            (json!({ "channel": "LETTER" }), vec![]),
            (json!({ "channel": "EMAIL" }), vec![]),
            (json!({ "channel": "REGULATOR" }), vec![]),
            (json!({ "channel": "EMAIL", "callForm": call_form() }), vec!["FORM_NOT_ALLOWED HK-5.2.1 callForm"]),
        ] {
            let answer = road::register(world, "registrar", changes.clone()).await;
            assert_eq!(answer.refusals("registerCase"), refusals, "{changes}");
        }
    }
}

scenario! {
    /// HK-F.3: the ten fields of the slip round-trip; the receiver is needed, and the signature is the complainant's.
    async fn the_visit_slip(world) {
        let slip = json!({ "signature": "李 秀英", "signedOn": "2024-03-04", "receiver": "周敏" });
        let case = register(world, json!({ "channel": "VISIT", "visitForm": slip })).await;
        let id = case.done("registerCase").text("/registerCase/case/id");
        let seen = world.ask("registrar", FORM, json!({ "id": id })).await;
        assert_eq!(seen.at("/case"), &json!({
            "contractNumber": "HK2019-000123", "policyholderName": { "value": "李秀英" }, "insuredName": { "value": "李秀英" },
            "complainantName": { "value": "李秀英" }, "relation": "ONESELF", "phone": { "value": "138 1234 5678" },
            "summary": "客户反映投保时业务员承诺三年返还，要求全额退保。",
            "intakeForm": { "signature": { "visibility": "SHOWN", "value": "李 秀英" }, "signedOn": "2024-03-04", "receiver": "周敏" },
        }));
        let masked = world.ask("supervisor", FORM, json!({ "id": id })).await;
        assert_eq!(masked.at("/case/intakeForm/signature"), &json!({ "visibility": "PARTIAL", "value": "李***" }));
        for (slip, refusal) in [
            (json!({ "signature": "李秀英" }), "FIELD_REQUIRED HK-F.3 visitForm.receiver"),
            (json!({ "signature": "李秀英", "receiver": " \u{3000}" }), "FIELD_REQUIRED HK-F.3 visitForm.receiver"),
            (json!({ "receiver": "周敏" }), "FIELD_REQUIRED HK-F.3 visitForm.signature"),
            (json!({ "receiver": "周敏", "signature": "周敏" }), "SIGNATURE_NOT_ALLOWED HK-F.3 visitForm.signature"),
            (json!({ "receiver": "周敏", "signature": "李秀英", "signedOn": "2024-03-05" }), "TIME_NOT_ALLOWED HK-F.3 visitForm.signedOn"),
        ] {
            let refused = register(world, json!({ "channel": "VISIT", "visitForm": slip })).await;
            assert_eq!(refused.refusals("registerCase"), [refusal], "{slip}");
        }
        // Of a group, anybody who is named signs.
        let further = json!([{ "name": "王建军", "relation": "OTHER" }]);
        let group = json!({ "channel": "VISIT", "furtherComplainants": further, "visitForm": visit_form(&json!("王建军")) });
        register(world, group).await.done("registerCase");
        // Without a day, that of the acceptance: a Friday afternoon, registered on Monday.
        let late = register(world, json!({ "channel": "VISIT", "receivedAt": "2024-03-01T17:00:00+08:00" })).await;
        let seen = world.ask("registrar", FORM, json!({ "id": late.text("/registerCase/case/id") })).await;
        assert_eq!(seen.text("/case/intakeForm/signedOn"), "2024-03-01");
    }
}

scenario! {
    /// HK-F.2: the caller's number, the time of the call and who took it.
    async fn the_call_form(world) {
        let form = json!({ "callerNumber": "021-5888 1234", "calledAt": "2024-03-04T09:12:30+08:00", "receiver": "周敏" });
        let case = register(world, json!({ "callForm": form })).await;
        let id = case.done("registerCase").text("/registerCase/case/id");
        let seen = world.ask("registrar", FORM, json!({ "id": id })).await;
        assert_eq!(seen.at("/case/intakeForm"), &json!({
            "callerNumber": { "visibility": "SHOWN", "value": "021-5888 1234" }, "calledAt": "2024-03-04T01:12:30+00:00", "receiver": "周敏",
        }));
        let masked = world.ask("auditor", FORM, json!({ "id": id })).await;
        assert_eq!(masked.text("/case/intakeForm/callerNumber/visibility"), "PARTIAL");
        for (form, refusals) in [
            (json!({}), vec!["FIELD_REQUIRED HK-F.2 callForm.callerNumber", "FIELD_REQUIRED HK-F.2 callForm.receiver"]),
            (json!({ "callerNumber": "不详", "receiver": "周敏" }), vec!["FIELD_REQUIRED HK-F.2 callForm.callerNumber"]),
            (json!({ "callerNumber": "1", "receiver": "周敏", "calledAt": "2024-03-04T09:30:01+08:00" }), vec!["TIME_NOT_ALLOWED HK-F.2 callForm.calledAt"]),
        ] {
            assert_eq!(register(world, json!({ "callForm": form })).await.refusals("registerCase"), refusals, "{form}");
        }
        for form in [json!({ "callerNumber": "1", "receiver": "长".repeat(201) }), json!({ "callerNumber": "1\u{0}", "receiver": "周敏" }), json!({ "number": "1" })] {
            assert_eq!(register(world, json!({ "callForm": form })).await.error_code(), "BAD_USER_INPUT");
        }
        // What is missing on the case and on the form is said at once.
        let both = register(world, json!({ "phone": null, "callForm": { "callerNumber": "1" } })).await;
        assert_eq!(both.refusals("registerCase"), ["FIELD_REQUIRED HK-F.3 phone", "FIELD_REQUIRED HK-F.2 callForm.receiver"]);
    }
}

scenario! {
    /// HK-5.2.1: which form a channel asks for is the organisation's.
    async fn an_organisation_without_forms(world) {
        let plain = crate::support::PROFILE.replace("form = \"CALL\"\n", "").replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content: plain }).await.unwrap();
        let case = register(world, json!({ "callForm": null })).await;
        let seen = world.ask("registrar", FORM, json!({ "id": case.done("registerCase").text("/registerCase/case/id") })).await;
        assert_eq!(seen.at("/case/intakeForm"), &Value::Null);
        assert_eq!(register(world, json!({})).await.refusals("registerCase"), ["FORM_NOT_ALLOWED HK-5.2.1 callForm"]);
    }
}
