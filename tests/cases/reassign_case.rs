use crate::support::road::{self, Item};
use crate::support::{World, scenario};
use entity::notification::{self, NotificationKind};
use entity::staff_role::Role;
use redress::platform::access::Actor;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

async fn to(world: &World, login: &str) -> Value {
    json!({ "handlerId": world.id_of(login).await, "reason": "原经办人休假。" })
}

/// Of what a person was told, in order.
async fn told(world: &World, login: &str) -> Vec<NotificationKind> {
    let person = world.staff_id(login).await;
    let system = Actor::system("test");
    let query = notification::Entity::find().order_by_asc(notification::Column::Id);
    let all = query.all(world.db.read(&system)).await.unwrap();
    all.into_iter().filter(|notice| notice.recipient_id == person).map(|notice| notice.kind).collect()
}

scenario! {
    /// HK-3.6: another handler goes on where the first stood; both are told; record and audit trail say why.
    async fn another_handler_goes_on(world) {
        let mut case = road::investigated(world).await;
        case.draft(world).await;
        world.set_time("2024-03-05T10:00:00");
        case.step(world, "supervisor", "reassignCase", to(world, "handler-2").await).await;
        assert_eq!(told(world, "handler").await, [NotificationKind::CaseAllocated, NotificationKind::CaseTakenOver]);
        assert_eq!(told(world, "handler-2").await, [NotificationKind::CaseAllocated]);

        let query = "query($id: ID!) { case(id: $id) { state waitingSince handler { id } plans { number } phone { value }
            deadlines { code startedAt } timeline(first: 1) { edges { node { kind detail { ... on ReassignmentDetail { reason from { id } handler { id } } } } } } } }";
        let seen = world.ask("handler-2", query, json!({ "id": case.id })).await;
        let (before, after) = (world.id_of("handler").await, world.id_of("handler-2").await);
        assert_eq!(seen.text("/case/state"), "PLAN_DRAFT");
        assert_eq!(seen.text("/case/handler/id"), after);
        assert_eq!(seen.text("/case/waitingSince"), "2024-03-05T02:00:00+00:00");
        assert_eq!(seen.text("/case/phone/value"), "138 1234 5678");
        assert_eq!(seen.text("/case/deadlines/0/startedAt"), "2024-03-04T01:30:00+00:00");
        assert_eq!(
            seen.at("/case/timeline/edges/0/node"),
            &json!({ "kind": "REASSIGNED", "detail": { "reason": "原经办人休假。", "from": { "id": before }, "handler": { "id": after } } })
        );
        let gone = world.ask("handler", "query($id: ID!) { case(id: $id) { id } }", json!({ "id": case.id })).await;
        assert_eq!(gone.at("/case"), &Value::Null);
        let audit = "{ auditEvents(filter: { actions: [CASE_REASSIGNED] }) { edges { node { before after reason actor { id } } } } }";
        let audit = world.ask("auditor", audit, json!({})).await;
        assert_eq!(audit.text("/auditEvents/edges/0/node/reason"), "原经办人休假。");
        assert_eq!(audit.at("/auditEvents/edges/0/node/before"), &json!({ "handler": world.staff_id("handler").await }));

        case.handler = "handler-2".to_owned();
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        case.step(world, "supervisor", "reassignCase", to(world, "handler").await).await;
        case.handler = "handler".to_owned();
        case.archive(world).await;
        let filed = case.attempt(world, "supervisor", "reassignCase", to(world, "handler-2").await).await;
        assert_eq!(filed.refusals("reassignCase"), ["STATE_NOT_ALLOWED HK-3.6"]);
    }
}

scenario! {
    /// HK-3.6 HK-5.3: who reassigns, to whom, and what looks like what is not there.
    async fn who_reassigns_to_whom(world) {
        world.add_person("leaver", &[Role::Handler]).await;
        let leaver = world.id_of("leaver").await;
        world.disable("leaver").await;
        let case = road::registered(world).await;
        let early = case.attempt(world, "supervisor", "reassignCase", to(world, "handler").await).await;
        assert_eq!(early.refusals("reassignCase"), ["STATE_NOT_ALLOWED HK-3.6"]);
        let mut case = case;
        case.allocate(world, "handler").await;
        for who in ["handler", "handler-2", "registrar", "general-manager", "auditor", "department-head", "admin"] {
            let forbidden = case.attempt(world, who, "reassignCase", to(world, "handler-2").await).await;
            assert_eq!(forbidden.error_code(), "FORBIDDEN", "{who}");
        }
        let manager = case.attempt(world, "manager", "reassignCase", to(world, "handler-2").await).await;
        assert_eq!(manager.refusals("reassignCase"), ["NOT_ALLOWED_BY_PROFILE HK-3.6"]);
        let same = case.attempt(world, "supervisor", "reassignCase", to(world, "handler").await).await;
        assert_eq!(same.refusals("reassignCase"), ["ALREADY_THE_HANDLER HK-3.6 handlerId"]);
        for handler in [leaver, world.id_of("registrar").await, world.id_of("auditor").await] {
            let refused = case.attempt(world, "supervisor", "reassignCase", json!({ "handlerId": handler, "reason": "x" })).await;
            assert_eq!(refused.refusals("reassignCase"), ["NOT_ASSIGNABLE HK-5.3 handlerId"]);
        }
        for reason in ["", "   ", &"长".repeat(10_001)] {
            let mut input = to(world, "handler-2").await;
            input["reason"] = json!(reason);
            assert_eq!(case.attempt(world, "supervisor", "reassignCase", input).await.error_code(), "BAD_USER_INPUT");
        }
        let mut stale = case.clone();
        stale.version -= 1;
        assert_eq!(stale.attempt(world, "supervisor", "reassignCase", to(world, "handler-2").await).await.error_code(), "CONFLICT");
        let mut longest = to(world, "handler-2").await;
        longest["reason"] = json!("长".repeat(10_000));
        case.step(world, "supervisor", "reassignCase", longest).await;
    }
}

scenario! {
    /// Sent twice with one key, a case changes hands once.
    async fn sent_twice(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let mut input = to(world, "handler-2").await;
        input["idempotencyKey"] = json!("once");
        for _ in 0..2 {
            case.attempt(world, "supervisor", "reassignCase", input.clone()).await.done("reassignCase");
        }
        assert_eq!(told(world, "handler-2").await, [NotificationKind::CaseAllocated]);
        input["reason"] = json!("另一原因");
        assert_eq!(case.attempt(world, "supervisor", "reassignCase", input).await.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// HK-4.8 HK-5.4.4: what is under way stays; the new handler takes the items over and judges none of the own work.
    async fn pending_work_stays(world) {
        let mut case = road::submitted(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        case.step(world, "supervisor-2", "reassignCase", to(world, "supervisor").await).await;
        let review = json!({ "verdict": "APPROVE", "opinion": "同意" });
        let own = case.attempt(world, "supervisor", "reviewPlan", review.clone()).await;
        assert_eq!(own.refusals("reviewPlan"), ["OWN_WORK HK-4.8"]);
        let own = item.approve(world, "supervisor").await;
        assert_eq!(own.refusals("decideApproval"), ["OWN_WORK HK-4.8"]);
        // Who asked no longer sees it; who has taken over can change it, and then it needs the rank above theirs.
        assert_eq!(item.withdraw(world, "handler").await.error_code(), "NOT_FOUND");
        let amended = item.amend(world, "supervisor", road::surrender("10000", "11000", "30000")).await;
        assert_eq!(amended.done("amendApproval").text("/amendApproval/approval/requiredRole"), "MANAGER");
        let item = item.now(world).await;
        assert_eq!(item.approve(world, "supervisor-2").await.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.8"]);
        item.withdraw(world, "supervisor").await.done("withdrawApproval");
        case.step(world, "supervisor-2", "reviewPlan", review).await;
        case.handler = "supervisor".to_owned();
        case.reply(world).await;
    }
}

scenario! {
    /// Two supervisors at once: one gives the case on, the other is told of the conflict.
    async fn two_supervisors_at_once(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        world.token("supervisor-2").await;
        let (a, b) = futures_util::future::join(
            case.attempt(world, "supervisor", "reassignCase", to(world, "handler-2").await),
            case.attempt(world, "supervisor-2", "reassignCase", to(world, "supervisor").await),
        )
        .await;
        let conflicts = [&a, &b].iter().filter(|answer| answer.body.get("errors").is_some()).count();
        assert_eq!(conflicts, 1);
        let loser = if a.body.get("errors").is_some() { a } else { b };
        assert_eq!(loser.error_code(), "CONFLICT");
    }
}
