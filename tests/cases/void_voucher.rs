//! voidVoucher, agreeToVoid.

use super::told;
use crate::support::road::{self, OnTheRoad};
use crate::support::{Answer, PROFILE, World, scenario};
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::json;

async fn ask(world: &World, case: &mut OnTheRoad, who: &str) -> Answer {
    case.step(world, who, "voidVoucher", json!({ "reason": "重复登记" })).await
}

scenario! {
    /// SG-9.2.4 T2.2-6: who registered it asks, somebody above agrees; number and content stay, the next number follows.
    async fn a_void_voucher_is_kept_whole(world) {
        let first = road::registered(world).await;
        let mut case = road::registered(world).await;
        assert_eq!(ask(world, &mut case, "registrar").await.text("/voidVoucher/case/state"), "REGISTERED");
        for who in ["supervisor", "supervisor-2", "manager"] {
            assert_eq!(told(world, who, NotificationKind::VoidingAsked).await, 1, "{who}");
        }
        let again = case.attempt(world, "registrar", "voidVoucher", json!({ "reason": "重复登记" })).await;
        assert_eq!(again.refusals("voidVoucher"), ["ALREADY_ASKED SG-9.2.4"]);
        let answer = case.step(world, "supervisor", "agreeToVoid", json!({ "opinion": "属实" })).await;
        assert_eq!(answer.text("/agreeToVoid/case/state"), "VOIDED");
        assert_eq!(answer.text("/agreeToVoid/case/number"), case.number);
        assert_eq!(told(world, "registrar", NotificationKind::VoucherVoided).await, 1);

        let query = "query($id: ID!) { case(id: $id) { number summary complainantName { value visibility } deadlines { code } overdue
            timeline(first: 2) { edges { node { kind detail { ... on VoidingDetail { reason } } } } } } }";
        let seen = world.ask("registrar", query, json!({ "id": case.id })).await;
        assert_eq!(seen.text("/case/number"), case.number);
        assert!(seen.text("/case/summary").contains("三年返还"));
        assert_eq!(seen.at("/case/complainantName"), &json!({ "value": "李**", "visibility": "PARTIAL" }));
        assert_eq!(seen.at("/case/deadlines"), &json!([]));
        let said = [("VOIDED", "属实"), ("VOIDING_ASKED", "重复登记")];
        let said = said.map(|(kind, reason)| json!({ "node": { "kind": kind, "detail": { "reason": reason } } }));
        assert_eq!(seen.at("/case/timeline/edges"), &json!(said));
        let next = road::registered(world).await;
        assert_eq!([first.number, case.number, next.number], ["TS2024-000001", "TS2024-000002", "TS2024-000003"]);
    }
}

scenario! {
    /// SG-9.2.4: a void voucher is only read.
    async fn a_void_voucher_is_only_read(world) {
        let mut case = road::registered(world).await;
        ask(world, &mut case, "registrar").await;
        case.step(world, "manager", "agreeToVoid", json!({})).await;
        let handler_id = world.id_of("handler").await;
        for (who, mutation, more) in [
            ("supervisor", "allocateCase", json!({ "handlerId": handler_id })),
            ("supervisor", "agreeToVoid", json!({})),
            ("registrar", "voidVoucher", json!({ "reason": "x" })),
        ] {
            let refused = case.attempt(world, who, mutation, more).await;
            assert!(refused.refusals(mutation)[0].starts_with("STATE_NOT_ALLOWED"), "{mutation}");
        }
        let query = "query($id: ID!) { case(id: $id) { viewerCan { allocate { allowed } voidVoucher { allowed } agreeToVoid { allowed } archive { allowed } recordContact { allowed } } } }";
        let can = world.ask("supervisor", query, json!({ "id": case.id })).await;
        assert!(can.at("/case/viewerCan").as_object().unwrap().values().all(|ability| ability["allowed"] == false));
        let input = road::complaint_with(json!({ "predecessorId": case.id }));
        let refused = road::on_case(world, "registrar", "registerCase", input).await;
        assert_eq!(refused.refusals("registerCase"), ["PREDECESSOR_NOT_CLOSED HK-5.5.6 predecessorId"]);
    }
}

scenario! {
    /// SG-9.2.4 G-7 T1.2: who asks and who agrees are two, each in their part.
    async fn who_asks_and_who_agrees(world) {
        world.add_person("both", &[Role::Registrar, Role::Supervisor]).await;
        let mut case = road::registered(world).await;
        let early = case.attempt(world, "supervisor", "agreeToVoid", json!({})).await;
        assert_eq!(early.refusals("agreeToVoid"), ["NOT_ASKED SG-9.2.4"]);
        assert_eq!(case.attempt(world, "registrar-2", "voidVoucher", json!({ "reason": "x" })).await.error_code(), "NOT_FOUND");
        let supervisor = case.attempt(world, "supervisor", "voidVoucher", json!({ "reason": "x" })).await;
        assert_eq!(supervisor.refusals("voidVoucher"), ["NOT_THE_REGISTRAR SG-9.2.4"]);
        for who in ["general-manager", "auditor", "admin", "archivist"] {
            for (mutation, more) in [("voidVoucher", json!({ "reason": "x" })), ("agreeToVoid", json!({}))] {
                assert_eq!(case.attempt(world, who, mutation, more).await.error_code(), "FORBIDDEN", "{who} {mutation}");
            }
        }
        let blank = case.attempt(world, "registrar", "voidVoucher", json!({ "reason": " \n" })).await;
        assert_eq!(blank.error_code(), "BAD_USER_INPUT");
        ask(world, &mut case, "registrar").await;
        let stale = case.attempt(world, "supervisor", "agreeToVoid", json!({ "expectedVersion": 1 })).await;
        assert_eq!(stale.error_code(), "CONFLICT");
        let own = case.attempt(world, "registrar", "agreeToVoid", json!({})).await;
        assert_eq!(own.refusals("agreeToVoid"), ["OWN_WORK SG-9.2.4"]);

        let mut own = OnTheRoad { version: 1, handler: String::new(), ..registered_by(world, "both").await };
        ask(world, &mut own, "both").await;
        assert_eq!(own.attempt(world, "both", "agreeToVoid", json!({})).await.refusals("agreeToVoid"), ["OWN_WORK SG-9.2.4"]);
        own.step(world, "supervisor", "agreeToVoid", json!({})).await;

        // Once allocated, it is a case and no longer a voucher.
        case.allocate(world, "handler").await;
        let late = case.attempt(world, "supervisor", "agreeToVoid", json!({})).await;
        assert_eq!(late.refusals("agreeToVoid"), ["STATE_NOT_ALLOWED SG-9.2.4"]);
    }
}

async fn registered_by(world: &World, who: &str) -> OnTheRoad {
    let answer = road::on_case(world, who, "registerCase", road::complaint()).await;
    answer.done("registerCase");
    OnTheRoad {
        id: answer.text("/registerCase/case/id"),
        number: answer.text("/registerCase/case/number"),
        version: 1,
        handler: String::new(),
    }
}

scenario! {
    /// SG-9.2.4: who must agree is the profile's; where it names nobody the voucher is void at once, without the section never.
    async fn the_profile_says_who_agrees(world) {
        let agreed_by = "[voiding]\nagreed_by = [\"SUPERVISOR\", \"MANAGER\"]\n";
        let system = Actor::system("test");
        let none = PROFILE.replace(agreed_by, "").replace("2013-01-01", "2024-02-01");
        let nobody = PROFILE.replace(agreed_by, "[voiding]\nagreed_by = []\n").replace("2013-01-01", "2024-03-01");
        for content in [none, nobody] {
            world.db.run(&system, &PublishProfile { content }).await.unwrap();
        }
        world.set_time("2024-02-28T10:00:00");
        let case = road::registered(world).await;
        let refused = case.attempt(world, "registrar", "voidVoucher", json!({ "reason": "x" })).await;
        assert_eq!(refused.refusals("voidVoucher"), ["NOT_ALLOWED_BY_PROFILE SG-9.2.4"]);
        world.set_time("2024-03-04T09:30:00");
        let mut case = road::registered(world).await;
        assert_eq!(ask(world, &mut case, "registrar").await.text("/voidVoucher/case/state"), "VOIDED");
    }
}
