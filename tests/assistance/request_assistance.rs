//! Asking another department for help: what the request needs, its number, and who decides it.

use crate::support::help::{self, FINANCE, Help, LAW, on_assistance};
use crate::support::road::{self, Item, key, on_approval};
use crate::support::{World, scenario};
use entity::staff_role::Role;
use serde_json::json;

scenario! {
    /// HK-6.2 HK-6.3 HK-6.4: a ground, for the legal department one of its five, and a question; in another department where
    /// somebody answers.
    async fn what_a_request_needs(world) {
        help::departments(world).await;
        world.add_person_in("信息技术部", "engineer", &[Role::Admin]).await;
        let case = road::investigated(world).await;
        let refused = async |name: &str, more| help::request(world, "handler", &case, name, more).await.refusals("requestAssistance");
        for blank in ["", " \u{3000}\n"] {
            assert_eq!(refused(FINANCE, json!({ "question": blank })).await, ["FIELD_REQUIRED HK-6.4 question"]);
        }
        assert_eq!(refused(LAW, json!({ "legalGround": null })).await, ["FIELD_REQUIRED HK-6.3 legalGround"]);
        assert_eq!(refused("客服部", json!({ "legalGround": "POLICY_WORDING" })).await, ["SAME_DEPARTMENT HK-6.1 departmentId"]);
        assert_eq!(refused("信息技术部", json!({})).await, ["NOBODY_TO_ANSWER HK-6.7 departmentId"]);
        for wrong in [json!({ "ground": null }), json!({ "legalGround": "POLICY_WORDING" }), json!({ "reason": " " }), json!({ "ground": "OTHER" })] {
            assert_eq!(help::request(world, "handler", &case, FINANCE, wrong.clone()).await.error_code(), "BAD_USER_INPUT", "{wrong}");
        }
        let nowhere = redress::platform::ids::global_of("Department", uuid::Uuid::from_u128(7)).0;
        assert_eq!(help::request(world, "handler", &case, FINANCE, json!({ "departmentId": nowhere })).await.error_code(), "NOT_FOUND");

        for ground in ["EXPERTISE", "GUIDANCE", "AUTHORITY", "NECESSITY"] {
            help::request(world, "handler", &case, FINANCE, json!({ "ground": ground })).await.done("requestAssistance");
        }
        for ground in ["NEGATIVE_PRESS", "WRITTEN_EXPLANATION", "REPORTER_ON_SITE", "POLICY_WORDING", "MAJOR_OR_DIFFICULT"] {
            let help = Help::of(&help::request(world, "handler", &case, LAW, json!({ "legalGround": ground })).await);
            assert_eq!(help.see(world, "handler").await["legalGround"], ground);
        }
    }
}

scenario! {
    /// HK-6.4: the request has a number, consecutive within a year, and is not made twice.
    async fn a_request_has_a_number(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let input = json!({ "idempotencyKey": "once" });
        let first = help::request(world, "handler", &case, FINANCE, input.clone()).await;
        assert_eq!(Help::of(&first).number, "XB2024-000001");
        assert_eq!(first.text("/requestAssistance/assistance/state"), "REQUESTED");
        // What is refused takes no number.
        help::request(world, "handler", &case, FINANCE, json!({ "question": "" })).await;
        assert_eq!(Help::of(&help::request(world, "handler", &case, FINANCE, input.clone()).await).number, "XB2024-000001");
        assert_eq!(Help::requested(world, &case, LAW).await.number, "XB2024-000002");
        let other = help::request(world, "handler", &case, LAW, input).await;
        assert_eq!(other.error_code(), "BAD_USER_INPUT", "the same key, another request");
        world.set_time("2025-01-02T10:00:00");
        assert_eq!(Help::requested(world, &case, LAW).await.number, "XB2025-000001");
    }
}

scenario! {
    /// HK-4.0 HK-6.1: the handler asks, while the case is investigated and planned; it is asked for in no other way.
    async fn who_asks_and_when(world) {
        help::departments(world).await;
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let early = help::request(world, "handler", &case, FINANCE, json!({})).await;
        assert_eq!(early.refusals("requestAssistance"), ["STATE_NOT_ALLOWED HK-4.0"]);
        case.investigate(world).await;
        assert_eq!(help::request(world, "handler-2", &case, FINANCE, json!({})).await.error_code(), "NOT_FOUND");
        assert_eq!(help::request(world, "supervisor", &case, FINANCE, json!({})).await.refusals("requestAssistance"), ["NOT_THE_HANDLER HK-4.0"]);
        for who in ["registrar", "manager", "general-manager", "finance-head", "clerk", "counsel", "auditor", "admin"] {
            assert_eq!(help::request(world, who, &case, FINANCE, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(help::request(world, "", &case, FINANCE, json!({})).await.error_code(), "UNAUTHENTICATED");
        let otherwise = json!({ "assistance": { "departmentId": help::department(world, FINANCE).await, "ground": "EXPERTISE", "question": "x" } });
        assert_eq!(case.request_content(world, "handler", otherwise).await.error_code(), "BAD_USER_INPUT");
        let can = "query($id: ID!) { case(id: $id) { viewerCan { requestAssistance { allowed refusals { code rule } } } } }";
        let asked = async |who: &str| world.ask(who, can, json!({ "id": case.id })).await.at("/case/viewerCan/requestAssistance").clone();
        assert_eq!(asked("handler").await["allowed"], true);
        assert_eq!(asked("supervisor").await["refusals"], json!([{ "code": "NOT_THE_HANDLER", "rule": "HK-4.0" }]));
    }
}

async fn state(world: &World, help: &Help) -> String {
    help.see(world, "supervisor").await["state"].as_str().unwrap().to_owned()
}

scenario! {
    /// HK-4.7 HK-6.6: only the supervisor decides it, another than who asked; the department, its head and the assistant
    /// manager decide nothing.
    async fn only_the_supervisor_decides(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let help = Help::requested(world, &case, FINANCE).await;
        let item = help.item(world).await;
        for who in ["handler", "assistant-manager", "department-head", "finance-head", "clerk", "counsel", "registrar", "auditor", "finance"] {
            assert_eq!(item.approve(world, who).await.error_code(), "FORBIDDEN", "{who}");
            assert_eq!(state(world, &help).await, "REQUESTED");
        }
        let seen = item.see(world, "supervisor").await;
        assert_eq!((seen.text("/approval/requiredRole"), seen.text("/approval/rule")), ("SUPERVISOR".to_owned(), "HK-4.7".to_owned()));
        item.approve(world, "supervisor").await.done("decideApproval");
        assert_eq!(state(world, &help).await, "APPROVED");

        // A supervisor who handles the case asks the next rank.
        let mut own = road::registered(world).await;
        own.allocate(world, "supervisor").await;
        own.investigate(world).await;
        let own = Help::requested(world, &own, FINANCE).await.item(world).await;
        assert_eq!(own.approve(world, "supervisor").await.refusals("decideApproval"), ["OWN_WORK HK-4.8"]);
        assert_eq!(own.approve(world, "supervisor-2").await.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.8"]);
        own.approve(world, "manager").await.done("decideApproval");
    }
}

scenario! {
    /// HK-6.1 HK-4.10: until it is delivered, it stands where its item stands; what was refused or sent back is asked anew.
    async fn it_stands_where_its_item_stands(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let refused = Help::requested(world, &case, FINANCE).await;
        refused.item(world).await.refuse(world, "supervisor").await.done("decideApproval");
        assert_eq!(state(world, &refused).await, "REFUSED");
        let returned = Help::requested(world, &case, FINANCE).await;
        returned.item(world).await.act(world, "supervisor", "returnApproval", json!({ "opinion": "请说明理由。" })).await.done("returnApproval");
        assert_eq!(state(world, &returned).await, "REFUSED");
        let withdrawn = Help::requested(world, &case, FINANCE).await;
        withdrawn.item(world).await.withdraw(world, "handler").await.done("withdrawApproval");
        assert_eq!(state(world, &withdrawn).await, "WITHDRAWN");
        for dead in [&refused, &returned, &withdrawn] {
            let item = dead.item(world).await;
            let amended = json!({ "idempotencyKey": key(), "approvalId": item.id, "expectedVersion": item.version, "reason": "x",
                "content": { "agentChange": { "toAgentCode": "x" } } });
            let amended = on_approval(world, "handler", "amendApproval", amended).await.refusals("amendApproval");
            assert_eq!(amended.len(), 1, "{amended:?}");
            for mutation in ["deliverAssistance", "withdrawAssistance"] {
                let more = if mutation == "deliverAssistance" { json!({ "evidenceIds": [] }) } else { json!({ "reason": "x" }) };
                let attempt = dead.attempt(world, "handler", mutation, more).await.refusals(mutation);
                assert!(attempt[0].starts_with("STATE_NOT_ALLOWED"), "{attempt:?}");
            }
        }
        let again = Help::requested(world, &case, FINANCE).await;
        assert_eq!(again.number, "XB2024-000004");
        // Its item is an item like others.
        let item: Item = again.item(world).await;
        let content = "query($id: ID!) { node(id: $id) { ... on Approval { kind content { ... on AssistanceRequest { question department { name } } } } } }";
        let seen = world.ask("supervisor", content, json!({ "id": item.id })).await;
        assert_eq!((seen.text("/node/kind"), seen.text("/node/content/department/name")), ("ASSISTANCE".to_owned(), FINANCE.to_owned()));
        let gone = redress::platform::ids::global_of("Assistance", uuid::Uuid::from_u128(7)).0;
        let nothing = on_assistance(world, "handler", "remindAssistance", json!({ "assistanceId": gone, "expectedVersion": 1 })).await;
        assert_eq!(nothing.error_code(), "NOT_FOUND");
    }
}
