use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use entity::notification::{self, NotificationKind};
use entity::staff_role::Role;
use redress::identity::passwords;
use redress::identity::service::add_staff::{AddStaff, InDepartment};
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

/// A person of a department, who signs in like everybody else.
async fn add(world: &World, login: &str, department: &str, roles: &[Role]) {
    let person = AddStaff {
        employee_number: None,
        email: None,
        login: login.to_owned(),
        name: format!("测试{login}"),
        title: None,
        department: InDepartment::Named(department.to_owned()),
        roles: roles.to_vec(),
        password_hash: passwords::hash(&"a password for tests".to_owned().into()).unwrap(),
        password_temporary: false,
    };
    world.db.run(&Actor::system("test"), &person).await.unwrap();
}

/// Two departments besides that of everybody else: claims (理赔部) and sales support (销售支持部), each with a head.
async fn departments(world: &World) {
    add(world, "claims-clerk", "理赔部", &[Role::CoHandler]).await;
    add(world, "claims-head", "理赔部", &[Role::DepartmentHead]).await;
    add(world, "sales-head", "销售支持部", &[Role::DepartmentHead]).await;
    add(world, "vacant-clerk", "无负责人部", &[Role::CoHandler]).await;
}

async fn about(world: &World, login: &str) -> Value {
    json!({ "respondentId": world.id_of(login).await })
}

const SEE: &str = "query($id: ID!) { case(id: $id) { number state routing { respondent { id } department { name } answerer { id } } phone { display: value }
    viewerCan { recordReply { allowed refusals { code rule } } close { allowed } recordContact { allowed } } } }";

async fn plan_approved(world: &World) -> OnTheRoad {
    let mut case = road::submitted(world).await;
    case.approve_plan(world).await;
    case
}

scenario! {
    /// HK-5.4.9 HK-A17: the head of the department reads the case and records the reply, no other head does; the handler closes.
    async fn the_head_of_the_department_answers(world) {
        departments(world).await;
        let mut case = plan_approved(world).await;
        for head in ["claims-head", "sales-head", "department-head"] {
            assert_eq!(world.ask(head, SEE, json!({ "id": case.id })).await.at("/case"), &Value::Null, "{head}");
        }
        case.step(world, "supervisor", "routeToDepartment", about(world, "claims-clerk").await).await;
        let seen = world.ask("claims-head", SEE, json!({ "id": case.id })).await;
        assert_eq!(seen.text("/case/routing/department/name"), "理赔部");
        assert_eq!(seen.text("/case/routing/answerer/id"), world.id_of("claims-head").await);
        assert_eq!(seen.text("/case/routing/respondent/id"), world.id_of("claims-clerk").await);
        assert_eq!(seen.at("/case/viewerCan/recordReply/allowed"), &json!(true));
        for closed in ["close", "recordContact"] {
            assert_eq!(seen.at(&format!("/case/viewerCan/{closed}/allowed")), &json!(false));
        }
        for other in ["sales-head", "department-head"] {
            assert_eq!(world.ask(other, SEE, json!({ "id": case.id })).await.at("/case"), &Value::Null, "{other}");
            assert_eq!(case.attempt(world, other, "recordReply", road::reply()).await.error_code(), "NOT_FOUND", "{other}");
        }
        let told = notification::Entity::find().all(world.db.read(&Actor::system("test"))).await.unwrap();
        let routed: Vec<_> = told.iter().filter(|notice| notice.kind == NotificationKind::CaseRouted).map(|notice| notice.recipient_id).collect();
        assert_eq!(routed, [world.staff_id("claims-head").await]);

        case.step(world, "claims-head", "recordReply", road::reply()).await;
        let late = case.attempt(world, "supervisor", "routeToDepartment", about(world, "claims-clerk").await).await;
        assert_eq!(late.refusals("routeToDepartment"), ["STATE_NOT_ALLOWED HK-5.4.9"]);
        assert_eq!(case.attempt(world, "claims-head", "closeCase", road::closure()).await.error_code(), "FORBIDDEN");
        case.close(world).await;
    }
}

scenario! {
    /// HK-5.4.9: a complaint about the head goes one up, to whoever is chosen of those who hold the post.
    async fn a_complaint_about_the_head_goes_one_up(world) {
        departments(world).await;
        let mut case = plan_approved(world).await;
        let mut input = about(world, "claims-head").await;
        let several = case.attempt(world, "supervisor", "routeToDepartment", input.clone()).await;
        assert_eq!(several.refusals("routeToDepartment"), ["FIELD_REQUIRED HK-5.4.9 answererId"]);
        assert_eq!(several.at("/routeToDepartment/refusals/0/mayBeDoneBy"), &json!(["GENERAL_MANAGER"]));
        for wrong in ["sales-head", "claims-head", "manager"] {
            input["answererId"] = json!(world.id_of(wrong).await);
            let refused = case.attempt(world, "supervisor", "routeToDepartment", input.clone()).await;
            assert_eq!(refused.refusals("routeToDepartment"), ["NOT_ASSIGNABLE HK-5.4.9 answererId"]);
        }
        input["answererId"] = json!(world.id_of("general-manager").await);
        assert_eq!(world.ask("general-manager", SEE, json!({ "id": case.id })).await.at("/case"), &Value::Null);
        case.step(world, "supervisor", "routeToDepartment", input).await;
        for not_theirs in ["claims-head", "general-manager-2"] {
            assert_eq!(world.ask(not_theirs, SEE, json!({ "id": case.id })).await.at("/case"), &Value::Null, "{not_theirs}");
            assert_eq!(case.attempt(world, not_theirs, "recordReply", road::reply()).await.error_code(), "NOT_FOUND");
        }
        case.step(world, "general-manager", "recordReply", road::reply()).await;
    }
}

scenario! {
    /// HK-5.4.9: the reply of the head waits for what every reply waits for, and for the plan.
    async fn the_head_waits_for_approvals(world) {
        departments(world).await;
        let mut case = road::submitted(world).await;
        case.step(world, "supervisor", "routeToDepartment", about(world, "claims-clerk").await).await;
        let early = case.attempt(world, "claims-head", "recordReply", road::reply()).await;
        assert_eq!(early.refusals("recordReply"), ["STATE_NOT_ALLOWED HK-5.4.5"]);
        let item = road::Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        case.approve_plan(world).await;
        let waiting = case.attempt(world, "claims-head", "recordReply", road::reply()).await;
        assert_eq!(waiting.refusals("recordReply"), ["APPROVALS_OPEN HK-5.5.1"]);
        item.approve(world, "supervisor").await.done("decideApproval");
        case.step(world, "claims-head", "recordReply", road::reply()).await;
    }
}

scenario! {
    /// HK-5.3 HK-5.4.9: whom a complaint can be about, and who routes it.
    async fn who_routes_about_whom(world) {
        departments(world).await;
        let mut case = road::registered(world).await;
        for who in ["handler", "registrar", "auditor", "department-head", "general-manager"] {
            let forbidden = case.attempt(world, who, "routeToDepartment", about(world, "claims-clerk").await).await;
            assert_eq!(forbidden.error_code(), "FORBIDDEN", "{who}");
        }
        let manager = case.attempt(world, "manager", "routeToDepartment", about(world, "claims-clerk").await).await;
        assert_eq!(manager.refusals("routeToDepartment"), ["NOT_ALLOWED_BY_PROFILE HK-5.4.9"]);
        let unknown = json!({ "respondentId": "U3RhZmY6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA" });
        assert_eq!(case.attempt(world, "supervisor", "routeToDepartment", unknown).await.error_code(), "BAD_USER_INPUT");
        for (respondent, refusal) in [
            ("supervisor", "PERSON_COMPLAINED_ABOUT HK-5.4.9 respondentId"),
            ("vacant-clerk", "NOBODY_TO_ANSWER HK-5.4.9 respondentId"),
            ("general-manager", "NOBODY_TO_ANSWER HK-5.4.9 respondentId"),
        ] {
            let refused = case.attempt(world, "supervisor", "routeToDepartment", about(world, respondent).await).await;
            assert_eq!(refused.refusals("routeToDepartment"), [refusal], "{respondent}");
        }
        // Never to the person complained about: neither before nor after it is routed.
        case.step(world, "supervisor", "routeToDepartment", about(world, "handler-2").await).await;
        let barred = json!({ "handlerId": world.id_of("handler-2").await });
        let refused = case.attempt(world, "supervisor", "allocateCase", barred.clone()).await;
        assert_eq!(refused.refusals("allocateCase"), ["PERSON_COMPLAINED_ABOUT HK-5.3 handlerId"]);
        case.allocate(world, "handler").await;
        let reason = json!({ "handlerId": barred["handlerId"], "reason": "x" });
        let refused = case.attempt(world, "supervisor", "reassignCase", reason).await;
        assert_eq!(refused.refusals("reassignCase"), ["PERSON_COMPLAINED_ABOUT HK-5.3 handlerId"]);
        let handles = case.attempt(world, "supervisor", "routeToDepartment", about(world, "handler").await).await;
        assert_eq!(handles.refusals("routeToDepartment"), ["PERSON_COMPLAINED_ABOUT HK-5.3 respondentId"]);

        // Routed again, the first manager no longer sees it.
        case.step(world, "supervisor", "routeToDepartment", about(world, "claims-clerk").await).await;
        assert!(world.ask("claims-head", SEE, json!({ "id": case.id })).await.at("/case").is_object());
        assert_eq!(world.ask("department-head", SEE, json!({ "id": case.id })).await.at("/case"), &Value::Null);
        let mut stale = case.clone();
        stale.version -= 1;
        let stale = stale.attempt(world, "supervisor", "routeToDepartment", about(world, "claims-clerk").await).await;
        assert_eq!(stale.error_code(), "CONFLICT");
        let audit = "{ auditEvents(filter: { actions: [CASE_ROUTED] }) { totalCount edges { node { before after } } } }";
        let audit = world.ask("auditor", audit, json!({})).await;
        assert_eq!(audit.number("/auditEvents/totalCount"), 2);
        assert_eq!(audit.at("/auditEvents/edges/0/node/before"), &json!({ "answerer": world.staff_id("department-head").await }));
    }
}

scenario! {
    /// HK-5.4.9: a head who leaves the department, or the post, no longer reads what the department answers.
    async fn a_head_who_moves_on(world) {
        departments(world).await;
        let mut case = road::registered(world).await;
        case.step(world, "supervisor", "routeToDepartment", about(world, "claims-clerk").await).await;
        let found = world.ask("admin", "{ departments { edges { node { id name } } } }", json!({})).await;
        let edges = found.at("/departments/edges").as_array().unwrap();
        let elsewhere = edges.iter().find(|edge| edge["node"]["name"] == "销售支持部").unwrap()["node"]["id"].clone();
        let id = world.id_of("claims-head").await;
        let moved = "mutation($input: UpdateStaffInput!) { updateStaff(input: $input) { refusals { code rule field } } }";
        let input = json!({ "staffId": id, "expectedVersion": 1, "departmentId": elsewhere });
        world.ask("admin", moved, json!({ "input": input })).await.done("updateStaff");
        // Until every server knows.
        tokio::time::sleep(std::time::Duration::from_millis(2_000)).await;
        assert_eq!(world.ask("claims-head", SEE, json!({ "id": case.id })).await.at("/case"), &Value::Null);
    }
}

scenario! {
    /// HK-5.4.9: where the profile names nobody who answers, the feature says so.
    async fn without_a_line_nothing_is_routed(world) {
        departments(world).await;
        let silent = crate::support::PROFILE
            .replace("[staff_complaints]\nanswered_by = [\"DEPARTMENT_HEAD\", \"GENERAL_MANAGER\"]\n", "")
            .replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content: silent }).await.unwrap();
        let case = road::registered(world).await;
        let refused = case.attempt(world, "supervisor", "routeToDepartment", about(world, "claims-clerk").await).await;
        assert_eq!(refused.refusals("routeToDepartment"), ["NOT_ALLOWED_BY_PROFILE HK-5.4.9"]);
    }
}
