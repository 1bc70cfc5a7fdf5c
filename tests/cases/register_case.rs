use crate::support::road;
use crate::support::{World, scenario};
use futures_util::future::join_all;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

async fn register(world: &World, who: &str, changes: Value) -> crate::support::Answer {
    road::register(world, who, changes).await
}

scenario! {
    /// HK-3.2 HK-5.1.1: five channels and no other.
    async fn five_channels_and_no_other(world) {
        for channel in ["PHONE", "LETTER", "EMAIL", "VISIT", "REGULATOR"] {
            register(world, "registrar", json!({ "channel": channel })).await.done("registerCase");
        }
        for channel in ["SOCIAL_MEDIA", "phone", "来电", "FAX"] {
            let refused = register(world, "registrar", json!({ "channel": channel })).await;
            assert_eq!(refused.refusals("registerCase"), ["CHANNEL_NOT_ALLOWED HK-3.2 channel"], "{channel}");
        }
        let all = world.ask("supervisor", "{ cases { totalCount } }", json!({})).await;
        assert_eq!(all.number("/cases/totalCount"), 5);
    }
}

scenario! {
    /// HK-5.2.2: letter, e-mail and referral are registered with the writing itself, in one transaction, and not without.
    async fn what_comes_in_writing_is_attached(world) {
        let see = "query($id: ID!) { case(id: $id) { evidence { kind source collector { name } collectedAt addedAt name { value } } timeline(first: 9) { edges { node { kind } } } } }";
        for (channel, kind, source) in [("LETTER", "CORRESPONDENCE", "COMPLAINANT"), ("EMAIL", "CORRESPONDENCE", "COMPLAINANT"), ("REGULATOR", "REGULATOR_REFERRAL", "THIRD_PARTY")] {
            for nothing in [json!([]), Value::Null] {
                let mut input = road::complaint_with(json!({ "channel": channel, "attachments": nothing }));
                if nothing.is_null() {
                    input.as_object_mut().unwrap().remove("attachments");
                }
                let refused = road::on_case(world, "registrar", "registerCase", input).await;
                assert_eq!(refused.refusals("registerCase"), ["FIELD_REQUIRED HK-5.2.2 attachments"], "{channel}");
            }
            // A name with blanks around it is the same channel.
            let padded = road::on_case(world, "registrar", "registerCase", road::complaint_with(json!({ "channel": format!(" {channel} ") }))).await;
            assert_eq!(padded.refusals("registerCase"), ["FIELD_REQUIRED HK-5.2.2 attachments"]);
            let case = register(world, "registrar", json!({ "channel": channel, "receivedAt": "2024-03-04T08:00:00+08:00" })).await;
            let seen = world.ask("registrar", see, json!({ "id": case.done("registerCase").text("/registerCase/case/id") })).await;
            let expected = json!([{
                "kind": kind, "source": source, "collector": { "name": "测试registrar" }, "name": { "value": "来信.txt" },
                "collectedAt": "2024-03-04T00:00:00+00:00", "addedAt": "2024-03-04T01:30:00+00:00",
            }]);
            assert_eq!(seen.at("/case/evidence"), &expected);
            assert_eq!(seen.at("/case/timeline/edges").as_array().unwrap().len(), 2);
        }
        let all = world.ask("supervisor", "{ cases { totalCount } profile { channelsWithAttachment } }", json!({})).await;
        assert_eq!(all.number("/cases/totalCount"), 3);
        assert_eq!(all.at("/profile/channelsWithAttachment"), &json!(["LETTER", "EMAIL", "REGULATOR"]));
    }
}

scenario! {
    /// HK-5.2.2: somebody else's upload, one attached before and one of no kind leave nothing behind; other channels may bring files.
    async fn only_own_uploads_are_attached_once(world) {
        let (mine, theirs) = (road::brought(world, "registrar").await, road::brought(world, "registrar-2").await);
        let nothing = redress::platform::ids::global_of("Upload", uuid::Uuid::from_u128(7)).0;
        for attachments in [json!([theirs]), json!([mine, theirs]), json!([nothing]), json!([mine, mine])] {
            let refused = register(world, "registrar", json!({ "channel": "LETTER", "attachments": attachments })).await;
            assert_eq!(refused.refusals("registerCase"), ["UPLOAD_UNKNOWN HK-5.2.2 attachments"], "{attachments}");
        }
        let too_many = register(world, "registrar", json!({ "channel": "LETTER", "attachments": vec![&mine; 21] })).await;
        assert_eq!(too_many.error_code(), "BAD_USER_INPUT");
        let case = register(world, "registrar", json!({ "channel": "PHONE", "attachments": [mine] })).await;
        assert_eq!(case.done("registerCase").text("/registerCase/case/number"), "TS2024-000001", "the refused ones burnt no number");
        let again = register(world, "registrar", json!({ "channel": "LETTER", "attachments": [mine] })).await;
        assert_eq!(again.refusals("registerCase"), ["UPLOAD_UNKNOWN HK-5.2.2 attachments"]);
    }
}

scenario! {
    /// HK-F.3: the slip's fields are asked for and come back as they were written.
    async fn the_fields_of_the_slip(world) {
        for (field, name) in [("contractNumber", "contractNumber"), ("phone", "phone"), ("policyholderName", "policyholderName"), ("insuredName", "insuredName")] {
            for nothing in [Value::Null, json!("  "), json!("\u{3000}")] {
                let refused = register(world, "registrar", json!({ field: nothing })).await;
                assert_eq!(refused.refusals("registerCase"), [format!("FIELD_REQUIRED HK-F.3 {name}")], "{field} {nothing}");
            }
        }
        let meaningless = register(world, "registrar", json!({ "phone": "不详", "contractNumber": "---" })).await;
        assert_eq!(meaningless.refusals("registerCase").len(), 2);
        for field in ["summary", "complainantName"] {
            assert_eq!(register(world, "registrar", json!({ field: " " })).await.error_code(), "BAD_USER_INPUT");
            assert_eq!(register(world, "registrar", json!({ field: Value::Null })).await.error_code(), "BAD_USER_INPUT");
        }
        let case = register(world, "handler", json!({ "relation": "CHILD", "policyholderName": "欧阳·买买提" })).await;
        let query = "query($id: ID!) { case(id: $id) { state version channel { code labelZh labelEn } severity { code } summary relation
            complainantName { visibility value } phone { value } contractNumber policyholderName { value } insuredName { value }
            receivedAt registeredAt registeredBy { name } handler { name } outcome approvals { id } plans { id } } }";
        let seen = world.ask("handler", query, json!({ "id": case.text("/registerCase/case/id") })).await;
        let expected = json!({
            "state": "REGISTERED", "version": 1, "severity": { "code": "ORDINARY" },
            "channel": { "code": "PHONE", "labelZh": "来电", "labelEn": "Phone" },
            "summary": "客户反映投保时业务员承诺三年返还，要求全额退保。", "relation": "CHILD",
            "complainantName": { "visibility": "SHOWN", "value": "李秀英" }, "phone": { "value": "138 1234 5678" },
            "contractNumber": "HK2019-000123", "policyholderName": { "value": "欧阳·买买提" }, "insuredName": { "value": "李秀英" },
            "receivedAt": "2024-03-04T01:30:00+00:00", "registeredAt": "2024-03-04T01:30:00+00:00",
            "registeredBy": { "name": "测试handler" }, "handler": null, "outcome": null, "approvals": [], "plans": [],
        });
        assert_eq!(seen.at("/case"), &expected);
    }
}

scenario! {
    /// T1.2: who registers complaints.
    async fn who_registers(world) {
        for who in ["registrar", "handler", "supervisor", "manager", "department-head"] {
            register(world, who, json!({})).await.done("registerCase");
        }
        for who in ["general-manager", "assistant-manager", "co-handler", "legal", "archivist", "auditor", "admin"] {
            assert_eq!(register(world, who, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(register(world, "", json!({})).await.error_code(), "UNAUTHENTICATED");
    }
}

scenario! {
    /// HK-A18: a complaint may be registered after it came in, never before.
    async fn the_time_of_receipt(world) {
        let earlier = register(world, "registrar", json!({ "receivedAt": "2024-03-01T17:59:00+08:00" })).await;
        earlier.done("registerCase");
        let refused = register(world, "registrar", json!({ "receivedAt": "2024-03-04T09:30:01+08:00" })).await;
        assert_eq!(refused.refusals("registerCase"), ["TIME_NOT_ALLOWED HK-8.1 receivedAt"]);
        let ancient = register(world, "registrar", json!({ "receivedAt": "2012-12-31T23:59:59+08:00" })).await;
        assert_eq!(ancient.refusals("registerCase"), ["NOT_ALLOWED_BY_PROFILE HK-3.8 receivedAt"]);
        for rubbish in ["yesterday", "2024-03-04", "2024-13-01T00:00:00Z", ""] {
            let wrong = register(world, "registrar", json!({ "receivedAt": rubbish })).await;
            assert_eq!(wrong.error_code(), "BAD_USER_INPUT", "{rubbish}");
        }
    }
}

scenario! {
    /// HK-3.8: a case keeps the version of its acceptance; 31 March follows the first, 1 April the second.
    async fn a_case_keeps_the_version_of_its_acceptance(world) {
        let second = include_str!("../../profiles/life-insurance.toml")
            .replace("2013-01-01", "2024-04-01")
            .replace("period = { length = 15, unit = \"WORKING_DAY\" }", "period = { length = 10, unit = \"WORKING_DAY\" }");
        world.db.run(&Actor::system("test"), &PublishProfile { content: second }).await.unwrap();
        world.set_time("2024-04-02T09:00:00");
        let query = "query($id: ID!) { case(id: $id) { policyProfile { effectiveFrom } deadlines { code length } } }";
        for (received, from, length) in
            [("2024-03-31T23:59:59+08:00", "2013-01-01", 15), ("2024-04-01T00:00:00+08:00", "2024-04-01", 10)]
        {
            let case = register(world, "registrar", json!({ "receivedAt": received })).await;
            let seen = world.ask("registrar", query, json!({ "id": case.text("/registerCase/case/id") })).await;
            assert_eq!(seen.text("/case/policyProfile/effectiveFrom"), from);
            assert!(seen.at("/case/deadlines").as_array().unwrap().contains(&json!({ "code": "REPLY", "length": length })));
        }
        let now = world.ask("registrar", "{ profile { effectiveFrom } then: profile(on: \"2024-03-31\") { effectiveFrom } never: profile(on: \"2000-01-01\") { code } }", json!({})).await;
        assert_eq!(now.text("/profile/effectiveFrom"), "2024-04-01");
        assert_eq!(now.text("/then/effectiveFrom"), "2013-01-01");
        assert_eq!(now.at("/never"), &Value::Null);
    }
}

scenario! {
    /// 200 at once: 200 consecutive numbers; refused ones in between burn none.
    async fn two_hundred_at_once_get_consecutive_numbers(world) {
        world.token("registrar").await;
        let answers = join_all((0..250).map(|i| {
            let channel = if i % 5 == 4 { "SOCIAL_MEDIA" } else { "PHONE" };
            register(world, "registrar", json!({ "channel": channel }))
        }))
        .await;
        let mut numbers: Vec<String> = answers
            .iter()
            .filter(|answer| answer.at("/registerCase/case").is_object())
            .map(|answer| answer.text("/registerCase/case/number"))
            .collect();
        numbers.sort();
        let expected: Vec<_> = (1..=200).map(|serial| format!("TS2024-{serial:06}")).collect();
        assert_eq!(numbers, expected);
    }
}

scenario! {
    /// A number belongs to the local year of the registration, and each year begins at 1.
    async fn numbers_begin_anew_each_local_year(world) {
        for (local, number) in [
            ("2024-12-31T23:59:59", "TS2024-000001"),
            ("2025-01-01T00:00:00", "TS2025-000001"),
            ("2025-06-01T00:00:00", "TS2025-000002"),
        ] {
            world.set_time(local);
            let case = register(world, "registrar", json!({})).await;
            assert_eq!(case.done("registerCase").text("/registerCase/case/number"), number);
        }
    }
}

scenario! {
    /// Sent twice with one key: one case, whether one after the other or at once.
    async fn a_complaint_sent_twice_is_registered_once(world) {
        let input = road::complaint();
        let answers = join_all((0..10).map(|_| road::on_case(world, "registrar", "registerCase", input.clone()))).await;
        answers[0].done("registerCase");
        assert!(answers.iter().all(|answer| answer.body == answers[0].body));
        let mut other = input.clone();
        other["summary"] = json!("另一件事");
        assert_eq!(road::on_case(world, "registrar", "registerCase", other).await.error_code(), "BAD_USER_INPUT");
        let theirs = road::on_case(world, "registrar-2", "registerCase", input).await;
        assert_eq!(theirs.done("registerCase").text("/registerCase/case/number"), "TS2024-000002");
        for bad_key in ["", "a\nb", &"x".repeat(201)] {
            let refused = register(world, "registrar", json!({ "idempotencyKey": bad_key })).await;
            assert_eq!(refused.error_code(), "BAD_USER_INPUT");
        }
    }
}

scenario! {
    /// Hostile text is refused with a clear error, and nothing is registered; long Chinese text is fine.
    async fn hostile_text(world) {
        for summary in ["a\u{0}b", "\u{1b}[31m", "\u{202e}gnp.exe", &"长".repeat(10_001)] {
            assert_eq!(register(world, "registrar", json!({ "summary": summary })).await.error_code(), "BAD_USER_INPUT");
        }
        let sql = "'); DROP TABLE cases; -- \\\" %s {{}} 🏮";
        let case = register(world, "registrar", json!({ "summary": sql, "complainantName": "张".repeat(200) })).await;
        let query = "query($id: ID!) { case(id: $id) { summary complainantName { value } } }";
        let seen = world.ask("registrar", query, json!({ "id": case.text("/registerCase/case/id") })).await;
        assert_eq!(seen.text("/case/summary"), sql);
        assert_eq!(seen.text("/case/complainantName/value"), "张".repeat(200));
        register(world, "registrar", json!({ "summary": "长".repeat(10_000) })).await.done("registerCase");
        let count = world.ask("supervisor", "{ cases { totalCount } }", json!({})).await;
        assert_eq!(count.number("/cases/totalCount"), 2);
    }
}

scenario! {
    /// A severity is one of the profile's; the mildest when none is given.
    async fn severities(world) {
        let case = register(world, "registrar", json!({ "severity": "MAJOR" })).await;
        let query = "query($id: ID!) { case(id: $id) { severity { code labelZh } } }";
        let seen = world.ask("registrar", query, json!({ "id": case.text("/registerCase/case/id") })).await;
        assert_eq!(seen.at("/case/severity"), &json!({ "code": "MAJOR", "labelZh": "重大" }));
        let refused = register(world, "registrar", json!({ "severity": "HUGE" })).await;
        assert_eq!(refused.refusals("registerCase"), ["SEVERITY_UNKNOWN HK-8.3 severity"]);
    }
}
