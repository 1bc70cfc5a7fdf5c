use crate::support::road;
use crate::support::scenario;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::json;

scenario! {
    /// HK-3.6 HK-5.3: the supervisor allocates; a handler does not, not even to themselves.
    async fn the_supervisor_allocates(world) {
        let mut case = road::registered(world).await;
        let handler_id = world.id_of("handler").await;
        for who in ["handler", "registrar", "general-manager", "auditor", "department-head", "admin", "archivist"] {
            let forbidden = case.attempt(world, who, "allocateCase", json!({ "handlerId": handler_id })).await;
            assert_eq!(forbidden.error_code(), "FORBIDDEN", "{who}");
        }
        let manager = case.attempt(world, "manager", "allocateCase", json!({ "handlerId": handler_id })).await;
        assert_eq!(manager.refusals("allocateCase"), ["NOT_ALLOWED_BY_PROFILE HK-5.3"]);
        assert_eq!(manager.at("/allocateCase/refusals/0/mayBeDoneBy"), &json!(["SUPERVISOR"]));
        let allocated = case.step(world, "supervisor", "allocateCase", json!({ "handlerId": handler_id })).await;
        assert_eq!(allocated.text("/allocateCase/case/state"), "ALLOCATED");
        let again = case.attempt(world, "supervisor", "allocateCase", json!({ "handlerId": handler_id })).await;
        assert_eq!(again.refusals("allocateCase"), ["STATE_NOT_ALLOWED HK-5.3"]);
    }
}

scenario! {
    /// HK-5.3: a manager allocates where the profile says so.
    async fn a_profile_may_let_the_manager_allocate(world) {
        let generous = include_str!("../../profiles/life-insurance.toml")
            .replace("allocators = [\"SUPERVISOR\"]", "allocators = [\"SUPERVISOR\", \"MANAGER\"]")
            .replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content: generous }).await.unwrap();
        let mut case = road::registered(world).await;
        let handler_id = world.id_of("handler").await;
        case.step(world, "manager", "allocateCase", json!({ "handlerId": handler_id })).await;
    }
}

scenario! {
    /// HK-F.1 HK-3.9: any handler can be given a case, and a supervisor for a difficult one; nobody else can.
    async fn who_can_be_given_a_case(world) {
        world.add_person("leaver", &[entity::staff_role::Role::Handler]).await;
        let leaver = world.id_of("leaver").await;
        world.disable("leaver").await;
        let case = road::registered(world).await;
        let mut unsuitable = vec![leaver, "U3RhZmY6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA".to_owned()];
        for login in ["registrar", "manager", "auditor", "admin", "archivist"] {
            unsuitable.push(world.id_of(login).await);
        }
        for handler_id in unsuitable {
            let refused = case.attempt(world, "supervisor", "allocateCase", json!({ "handlerId": handler_id })).await;
            assert_eq!(refused.refusals("allocateCase"), ["NOT_ASSIGNABLE HK-5.3 handlerId"]);
        }
        let rubbish = case.attempt(world, "supervisor", "allocateCase", json!({ "handlerId": case.id })).await;
        assert_eq!(rubbish.error_code(), "BAD_USER_INPUT");
        for handler in ["handler", "handler-2", "supervisor"] {
            road::registered(world).await.allocate(world, handler).await;
        }
    }
}

scenario! {
    /// HK-8.4: another severity counts the deadlines anew from the acceptance.
    async fn another_severity_moves_the_deadline(world) {
        let mut case = road::registered(world).await;
        world.set_time("2024-03-20T10:00:00");
        let handler_id = world.id_of("handler").await;
        let unknown = json!({ "handlerId": handler_id, "severity": "HUGE" });
        let refused = case.attempt(world, "supervisor", "allocateCase", unknown).await;
        assert_eq!(refused.refusals("allocateCase"), ["SEVERITY_UNKNOWN HK-8.3 severity"]);
        case.step(world, "supervisor", "allocateCase", json!({ "handlerId": handler_id, "severity": "MAJOR" })).await;
        let query = "query($id: ID!) { case(id: $id) { severity { code } deadlines { code rule dueAt } } }";
        let seen = world.ask("supervisor", query, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/deadlines/1"), &json!({ "code": "REPLY", "rule": "HK-8.3", "dueAt": "2024-04-03T15:59:59+00:00" }));
        assert_eq!(seen.at("/case/deadlines").as_array().unwrap().len(), 2);
    }
}

scenario! {
    /// Two supervisors at once: one allocates, the other is told of the conflict.
    async fn two_supervisors_at_once(world) {
        let case = road::registered(world).await;
        let (one, two) = (world.id_of("handler").await, world.id_of("handler-2").await);
        world.token("supervisor").await;
        world.token("supervisor-2").await;
        let (a, b) = futures_util::future::join(
            case.attempt(world, "supervisor", "allocateCase", json!({ "handlerId": one })),
            case.attempt(world, "supervisor-2", "allocateCase", json!({ "handlerId": two })),
        )
        .await;
        let conflicts = [&a, &b].iter().filter(|answer| answer.body.get("errors").is_some()).count();
        assert_eq!(conflicts, 1);
        let loser = if a.body.get("errors").is_some() { a } else { b };
        assert_eq!(loser.error_code(), "CONFLICT");
    }
}
