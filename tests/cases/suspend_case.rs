//! suspendCase: grounds, and the end that is computed from the last contact.

use super::told;
use crate::support::road::{self, Item};
use crate::support::{PROFILE, World, scenario};
use entity::notification::NotificationKind;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

const SEE: &str =
    "query($id: ID!) { case(id: $id) { state number suspensions { ground lastContactAt suspendedAt suspendedBy { name }
    endsAt reopenedAt reopeningGround expiredAt } } }";

async fn suspensions(world: &World, id: &str) -> Value {
    world.ask("supervisor", SEE, json!({ "id": id })).await.at("/case/suspensions").clone()
}

scenario! {
    /// HK-5.5.3 HK-8.7 TM-6: three months from the last contact, not from the act; clamped to the end of the month.
    async fn the_period_counts_from_the_last_contact(world) {
        for (contact, suspended, ends) in [
            ("2024-03-04T09:30:00", "2024-03-20T10:00:00", "2024-06-04T15:59:59+00:00"),
            ("2023-11-30T23:59:59", "2024-01-15T10:00:00", "2024-02-29T15:59:59+00:00"),
            ("2024-11-30T00:00:00", "2025-01-15T10:00:00", "2025-02-28T15:59:59+00:00"),
        ] {
            world.set_time(contact);
            let case = road::suspended(world, suspended).await;
            let found = suspensions(world, &case.id).await;
            assert_eq!(found.as_array().unwrap().len(), 1);
            assert_eq!(found[0]["endsAt"], ends, "{contact}");
            assert_eq!(found[0]["ground"], "COMPLAINANT_UNREACHABLE");
            assert_eq!(found[0]["suspendedBy"]["name"], "测试handler");
        }
    }
}

scenario! {
    /// HK-5.5.3: a statement of the complainant and a reply are contacts; an attempt and another party's statement are not.
    async fn what_counts_as_a_contact(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let acts = [
            ("2024-03-05T10:00:00", "recordStatement", road::statement("COMPLAINANT")),
            ("2024-03-06T10:00:00", "recordStatement", road::statement("AGENT")),
            ("2024-03-07T10:00:00", "recordContact", road::attempt()),
        ];
        for (at, mutation, more) in acts {
            world.set_time(at);
            case.step(world, "handler", mutation, more).await;
        }
        case.step(world, "handler", "suspendCase", road::suspension("COMPLAINANT_SILENT")).await;
        assert_eq!(suspensions(world, &case.id).await[0]["lastContactAt"], "2024-03-05T02:00:00+00:00");

        world.set_time("2024-03-04T09:30:00");
        let mut replied = road::submitted(world).await;
        replied.approve_plan(world).await;
        world.set_time("2024-03-08T10:00:00");
        replied.reply(world).await;
        replied.step(world, "handler", "suspendCase", road::suspension("PLAN_REFUSED")).await;
        assert_eq!(suspensions(world, &replied.id).await[0]["lastContactAt"], "2024-03-08T02:00:00+00:00");
    }
}

scenario! {
    /// HK-5.5.2: a ground must be given and borne out: a plan that could be refused, an attempt since the last contact.
    async fn the_record_bears_the_ground_out(world) {
        let mut case = road::investigated(world).await;
        let none = case.attempt(world, "handler", "suspendCase", json!({ "reason": "x" })).await;
        assert_eq!(none.error_code(), "BAD_USER_INPUT");
        let blank = json!({ "ground": "PLAN_REFUSED", "reason": " " });
        assert_eq!(case.attempt(world, "handler", "suspendCase", blank).await.error_code(), "BAD_USER_INPUT");
        let no_plan = case.attempt(world, "handler", "suspendCase", road::suspension("PLAN_REFUSED")).await;
        assert_eq!(no_plan.refusals("suspendCase"), ["FIELD_REQUIRED HK-5.5.2 plan"]);
        // An attempt before the last contact says nothing of silence since.
        world.set_time("2024-03-06T10:00:00");
        let mut earlier = road::attempt();
        earlier["occurredAt"] = json!("2024-03-04T09:30:00+08:00");
        case.step(world, "handler", "recordContact", earlier).await;
        case.step(world, "handler", "recordContact", road::contact()).await;
        for ground in ["COMPLAINANT_SILENT", "COMPLAINANT_UNREACHABLE"] {
            let refused = case.attempt(world, "handler", "suspendCase", road::suspension(ground)).await;
            assert_eq!(refused.refusals("suspendCase"), ["FIELD_REQUIRED HK-5.5.2 contact"], "{ground}");
        }
        world.set_time("2024-03-07T10:00:00");
        case.step(world, "handler", "recordContact", road::attempt()).await;
        case.step(world, "handler", "suspendCase", road::suspension("COMPLAINANT_SILENT")).await;

        // The plan that the complainant refuses has been approved, whether they had it in writing or not.
        world.set_time("2024-03-04T09:30:00");
        let mut approved = road::submitted(world).await;
        let early = approved.attempt(world, "handler", "suspendCase", road::suspension("PLAN_REFUSED")).await;
        assert_eq!(early.refusals("suspendCase"), ["STATE_NOT_ALLOWED HK-5.5.2"]);
        approved.approve_plan(world).await;
        let answer = approved.step(world, "handler", "suspendCase", road::suspension("PLAN_REFUSED")).await;
        assert_eq!(answer.text("/suspendCase/case/state"), "SUSPENDED");
    }
}

scenario! {
    /// HK-8.7: the end is computed, not entered, and a second suspension does not move it.
    async fn a_second_suspension_ends_no_later(world) {
        let mut case = road::suspended(world, "2024-03-20T10:00:00").await;
        let mut later = road::suspension("COMPLAINANT_UNREACHABLE");
        later["endsAt"] = json!("2024-06-05T23:59:59+08:00");
        assert_eq!(case.attempt(world, "handler", "suspendCase", later).await.error_code(), "BAD_USER_INPUT");
        let again = case.attempt(world, "handler", "suspendCase", road::suspension("COMPLAINANT_SILENT")).await;
        assert_eq!(again.refusals("suspendCase"), ["STATE_NOT_ALLOWED HK-5.5.2"]);

        world.set_time("2024-04-10T10:00:00");
        case.step(world, "handler", "reopenCase", json!({ "ground": "NEW_EVIDENCE", "reason": "收到新材料" })).await;
        case.step(world, "handler", "suspendCase", road::suspension("COMPLAINANT_UNREACHABLE")).await;
        let found = suspensions(world, &case.id).await;
        let ends: Vec<_> = found.as_array().unwrap().iter().map(|one| one["endsAt"].as_str().unwrap()).collect();
        assert_eq!(ends, ["2024-06-04T15:59:59+00:00"; 2], "new evidence is no contact");
        assert_eq!(found[0]["reopeningGround"], "NEW_EVIDENCE");

        world.set_time("2024-04-12T10:00:00");
        case.step(world, "handler", "recordContact", road::contact()).await;
        case.step(world, "handler", "recordContact", road::attempt()).await;
        case.step(world, "handler", "suspendCase", road::suspension("COMPLAINANT_UNREACHABLE")).await;
        assert_eq!(suspensions(world, &case.id).await[2]["endsAt"], "2024-07-12T15:59:59+00:00");
    }
}

scenario! {
    /// HK-5.5.2 T1.2: only the handler suspends, in the version that was seen; the supervisors are told.
    async fn who_suspends(world) {
        let mut case = road::investigated(world).await;
        case.step(world, "handler", "recordContact", road::attempt()).await;
        let ground = || road::suspension("COMPLAINANT_UNREACHABLE");
        assert_eq!(case.attempt(world, "handler-2", "suspendCase", ground()).await.error_code(), "NOT_FOUND");
        let supervisor = case.attempt(world, "supervisor", "suspendCase", ground()).await;
        assert_eq!(supervisor.refusals("suspendCase"), ["NOT_THE_HANDLER HK-5.5.2"]);
        for who in ["registrar", "manager", "general-manager", "auditor", "admin"] {
            assert_eq!(case.attempt(world, who, "suspendCase", ground()).await.error_code(), "FORBIDDEN", "{who}");
        }
        let mut stale = ground();
        stale["expectedVersion"] = json!(1);
        assert_eq!(case.attempt(world, "handler", "suspendCase", stale).await.error_code(), "CONFLICT");
        let both = futures_util::future::join_all((0..5).map(|_| case.attempt(world, "handler", "suspendCase", ground()))).await;
        let done = both.iter().filter(|answer| answer.body.get("errors").is_none()).count();
        assert_eq!(done, 1, "one of five at once");
        assert_eq!(suspensions(world, &case.id).await.as_array().unwrap().len(), 1);
        for who in ["supervisor", "supervisor-2"] {
            assert_eq!(told(world, who, NotificationKind::CaseSuspended).await, 1, "{who}");
        }
        let query = "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { kind detail { ... on SuspensionDetail { ground reason endsAt } } } } } } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        assert_eq!(seen.text("/case/timeline/edges/0/node/kind"), "SUSPENDED");
        assert_eq!(seen.text("/case/timeline/edges/0/node/detail/reason"), "多次调解未果，暂结案。");
    }
}

scenario! {
    /// HK-5.5.1: a suspension may end in closing by itself, so nothing may stand open on the case.
    async fn nothing_may_stand_open(world) {
        let mut case = road::investigated(world).await;
        case.step(world, "handler", "recordContact", road::attempt()).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let ground = || road::suspension("COMPLAINANT_SILENT");
        let refused = case.attempt(world, "handler", "suspendCase", ground()).await;
        assert_eq!(refused.refusals("suspendCase"), ["APPROVALS_OPEN HK-5.5.1"]);
        item.withdraw(world, "handler").await.done("withdrawApproval");
        case.step(world, "handler", "suspendCase", ground()).await;
        let asked = case.request(world, "10000", "11000", "30000").await;
        assert!(asked.refusals("requestApproval")[0].starts_with("STATE_NOT_ALLOWED"), "{:?}", asked.body);
    }
}

scenario! {
    /// TM-6 HK-8.7 G-1: the end is a deadline of the case, which says how it was counted; being in touch meets it.
    async fn the_end_is_a_deadline(world) {
        world.set_time("2023-11-30T23:59:59");
        let mut case = road::suspended(world, "2024-01-15T10:00:00").await;
        let query = "query($id: ID!) { case(id: $id) { suspensions { endsAt } deadlines { code rule startEvent startedAt length unit dueAt status metAt owner { name }
            derivation { dueAt } } } }";
        let of = |found: &Value| {
            let all = found.as_array().unwrap();
            all.iter().filter(|deadline| deadline["code"] == "SUSPENSION").cloned().collect::<Vec<_>>()
        };
        let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
        let expected = json!([{ "code": "SUSPENSION", "rule": "HK-8.7", "startEvent": "LAST_CONTACT", "startedAt": "2023-11-30T15:59:59+00:00",
            "length": 3, "unit": "MONTH", "dueAt": "2024-02-29T15:59:59+00:00", "status": "RUNNING", "metAt": null,
            "owner": { "name": "测试handler" }, "derivation": { "dueAt": "2024-02-29T15:59:59+00:00" } }]);
        assert_eq!(json!(of(seen.at("/case/deadlines"))), expected);
        assert_eq!(seen.at("/case/suspensions/0/endsAt"), &expected[0]["dueAt"]);
        world.set_time("2024-02-29T23:59:59");
        case.step(world, "handler", "recordContact", road::contact()).await;
        case.step(world, "handler", "recordContact", road::attempt()).await;
        case.step(world, "handler", "suspendCase", road::suspension("COMPLAINANT_SILENT")).await;
        let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
        let both = of(seen.at("/case/deadlines"));
        let shown: Vec<_> = both.iter().map(|one| (one["status"].as_str().unwrap(), one["dueAt"].as_str().unwrap())).collect();
        assert_eq!(shown, [("MET", "2024-02-29T15:59:59+00:00"), ("RUNNING", "2024-05-29T15:59:59+00:00")]);
    }
}

scenario! {
    /// HK-5.5.2 HK-5.5.3: the period and what a long time is are the profile's; without a period there is no suspension.
    async fn the_profile_sets_the_period_and_the_silence(world) {
        let system = Actor::system("test");
        let deadline = &PROFILE[PROFILE.rfind("[[deadlines]]\ncode = \"SUSPENSION\"").unwrap()..];
        let deadline = &deadline[..deadline.find("\n\n").unwrap()];
        let none = PROFILE.replace(deadline, "").replace("2013-01-01", "2024-02-01");
        let silent = format!("{PROFILE}\n[suspension]\nsilent_days = 3\n").replace("2013-01-01", "2024-03-01");
        for content in [none, silent] {
            world.db.run(&system, &PublishProfile { content }).await.unwrap();
        }
        world.set_time("2024-02-28T10:00:00");
        let mut case = road::investigated(world).await;
        case.step(world, "handler", "recordContact", road::attempt()).await;
        let refused = case.attempt(world, "handler", "suspendCase", road::suspension("COMPLAINANT_SILENT")).await;
        assert_eq!(refused.refusals("suspendCase"), ["NOT_ALLOWED_BY_PROFILE HK-5.5.3"]);

        world.set_time("2024-03-04T09:30:00");
        let mut case = road::investigated(world).await;
        world.set_time("2024-03-07T23:59:59");
        case.step(world, "handler", "recordContact", road::attempt()).await;
        let exactly_three = case.attempt(world, "handler", "suspendCase", road::suspension("COMPLAINANT_SILENT")).await;
        assert_eq!(exactly_three.refusals("suspendCase"), ["NOT_SILENT_LONG_ENOUGH HK-5.5.2 ground"]);
        world.set_time("2024-03-08T00:00:00");
        case.step(world, "handler", "suspendCase", road::suspension("COMPLAINANT_SILENT")).await;
    }
}
