use crate::support::road::{self, key};
use crate::support::{World, scenario};
use entity::staff_role::Role;
use serde_json::{Value, json};

const RESPONDENTS: &str = "query($id: ID!) { case(id: $id) { sellingAgentCode
    respondents { kind name { visibility value } agentCode staff { id name } department { name } addedBy { name } } } }";

/// Lets a person sell policies.
async fn sells(world: &World, login: &str, code: &str) {
    let staff = world.id_of(login).await;
    let update =
        "mutation($input: UpdateStaffInput!) { updateStaff(input: $input) { staff { agentCode } refusals { code } } }";
    let input = json!({ "staffId": staff, "expectedVersion": 1, "agentCode": code });
    let answer = world.ask("admin", update, json!({ "input": input })).await;
    assert_eq!(answer.done("updateStaff").text("/updateStaff/staff/agentCode"), code);
}

async fn names(world: &World, respondent: Value) -> road::OnTheRoad {
    road::registered_with(world, json!({ "respondents": [respondent] })).await
}

async fn cannot_be_given(world: &World, case: &road::OnTheRoad, login: &str) {
    let handler = json!({ "handlerId": world.id_of(login).await });
    let refused = case.attempt(world, "supervisor", "allocateCase", handler).await;
    assert_eq!(refused.refusals("allocateCase"), ["RECUSED HK-5.3 handlerId"], "{login}");
}

scenario! {
    /// HK-5.4.8 HK-5.4.9: an agent, a member of the office staff, a department; named at intake and later.
    async fn who_is_complained_about(world) {
        let staff = world.id_of("co-handler").await;
        let respondents = json!([
            { "kind": "AGENT", "name": "孙德华", "agentCode": "A-0012" },
            { "kind": "STAFF", "staffId": staff },
            { "kind": "STAFF", "name": "柜面姓马的" },
            { "kind": "DEPARTMENT", "name": "理赔部" },
        ]);
        let case = road::registered_with(world, json!({ "respondents": respondents, "sellingAgentCode": "A-0012" })).await;
        let seen = world.ask("registrar", RESPONDENTS, json!({ "id": case.id })).await;
        assert_eq!(seen.text("/case/sellingAgentCode"), "A-0012");
        let by = json!({ "name": "测试registrar" });
        assert_eq!(seen.at("/case/respondents"), &json!([
            { "kind": "AGENT", "name": { "visibility": "SHOWN", "value": "孙德华" }, "agentCode": "A-0012", "staff": null, "department": null, "addedBy": by },
            { "kind": "STAFF", "name": null, "agentCode": null, "staff": { "id": staff, "name": "测试co-handler" }, "department": { "name": "客服部" }, "addedBy": by },
            { "kind": "STAFF", "name": { "visibility": "SHOWN", "value": "柜面姓马的" }, "agentCode": null, "staff": null, "department": null, "addedBy": by },
            { "kind": "DEPARTMENT", "name": { "visibility": "SHOWN", "value": "理赔部" }, "agentCode": null, "staff": null, "department": null, "addedBy": by },
        ]));
        let masked = world.ask("auditor", RESPONDENTS, json!({ "id": case.id })).await;
        assert_eq!(masked.at("/case/respondents/0/name"), &json!({ "visibility": "PARTIAL", "value": "孙**" }));
    }
}

scenario! {
    /// HK-5.4.8 HK-5.4.9: somebody who is complained about is somebody.
    async fn a_respondent_is_somebody(world) {
        let staff = world.id_of("co-handler").await;
        for (respondent, refusal) in [
            (json!({ "kind": "AGENT" }), "FIELD_REQUIRED HK-5.4.8 respondents"),
            (json!({ "kind": "AGENT", "name": "  " }), "FIELD_REQUIRED HK-5.4.8 respondents"),
            (json!({ "kind": "STAFF" }), "FIELD_REQUIRED HK-5.4.9 respondents"),
            (json!({ "kind": "DEPARTMENT" }), "FIELD_REQUIRED HK-5.4.9 respondents"),
        ] {
            let input = road::complaint_with(json!({ "respondents": [respondent] }));
            assert_eq!(road::on_case(world, "registrar", "registerCase", input).await.refusals("registerCase"), [refusal]);
        }
        let nobody = redress::platform::ids::global_of("Staff", uuid::Uuid::from_u128(7)).0;
        let nowhere = redress::platform::ids::global_of("Department", uuid::Uuid::from_u128(7)).0;
        for respondent in [
            json!({ "kind": "AGENT", "staffId": staff }),
            json!({ "kind": "STAFF", "staffId": staff, "agentCode": "1" }),
            json!({ "kind": "DEPARTMENT", "staffId": staff }),
            json!({ "kind": "STAFF", "staffId": nobody }),
            json!({ "kind": "DEPARTMENT", "departmentId": nowhere }),
            json!({ "kind": "ROBOT", "name": "x" }),
        ] {
            let input = road::complaint_with(json!({ "respondents": [respondent] }));
            assert_eq!(road::on_case(world, "registrar", "registerCase", input).await.error_code(), "BAD_USER_INPUT", "{respondent}");
        }
        // The refused ones burnt no number.
        assert_eq!(road::registered(world).await.number, "TS2024-000001");
    }
}

scenario! {
    /// HK-5.3: never to a person who is complained about, however they were named.
    async fn nobody_is_given_a_complaint_about_themselves(world) {
        sells(world, "handler", "a 0012").await;
        let handler = world.id_of("handler").await;
        let mut by_id = names(world, json!({ "kind": "STAFF", "staffId": handler })).await;
        let mut by_code = names(world, json!({ "kind": "AGENT", "agentCode": "A-0012" })).await;
        let mut sold = road::registered_with(world, json!({ "sellingAgentCode": "A0012" })).await;
        for case in [&mut by_id, &mut by_code, &mut sold] {
            cannot_be_given(world, case, "handler").await;
            case.allocate(world, "handler-2").await;
        }
        names(world, json!({ "kind": "AGENT", "agentCode": "A-0013" })).await.allocate(world, "handler").await;
    }
}

scenario! {
    /// HK-5.3 HK-5.4.9: whose head is complained about is not given the case; people elsewhere are, and the head's equals.
    async fn nobody_is_given_a_complaint_about_their_head(world) {
        use redress::identity::service::add_staff::{AddStaff, InDepartment};
        let elsewhere = AddStaff {
            employee_number: None,
            email: None,
            login: "elsewhere".to_owned(),
            name: "别处".to_owned(),
            title: None,
            department: InDepartment::Named("理赔部".to_owned()),
            roles: vec![Role::Handler],
            password_hash: redress::identity::passwords::hash(&crate::support::PASSWORD.to_owned().into()).unwrap(),
            password_temporary: false,
        };
        world.db.run(&redress::platform::access::Actor::system("test"), &elsewhere).await.unwrap();
        for head in ["department-head", "manager"] {
            let mut case = names(world, json!({ "kind": "STAFF", "staffId": world.id_of(head).await })).await;
            cannot_be_given(world, &case, "handler").await;
            cannot_be_given(world, &case, "supervisor").await;
            case.allocate(world, "elsewhere").await;
        }
        names(world, json!({ "kind": "STAFF", "staffId": world.id_of("registrar").await })).await.allocate(world, "handler").await;
    }
}

scenario! {
    /// HK-5.3 HK-5.4.9: named later, the handler must step back, and whoever allocates is told once.
    async fn a_handler_who_is_named_later(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let handler = world.id_of("handler").await;
        let about = |staff: &str| json!({ "idempotencyKey": key(), "respondent": { "kind": "STAFF", "staffId": staff } });
        let sent = about(&handler);
        case.step(world, "supervisor", "addRespondent", sent.clone()).await;
        case.step(world, "supervisor", "addRespondent", sent).await;
        case.step(world, "handler", "addRespondent", about(&handler)).await;
        let recusals = "query($id: ID!) { case(id: $id) { respondents { kind } recusals { person { id } reasons statement declaredAt } } }";
        let seen = world.ask("supervisor", recusals, json!({ "id": case.id })).await;
        assert_eq!(seen.at("/case/respondents").as_array().unwrap().len(), 2);
        assert_eq!(seen.at("/case/recusals"), &json!([{ "person": { "id": handler }, "reasons": ["NAMED_IN_COMPLAINT"], "statement": null, "declaredAt": null }]));
        assert_eq!(world.ask("handler", recusals, json!({ "id": case.id })).await.error_code(), "FORBIDDEN");
        assert_eq!(told(world, "supervisor").await, 1);
        assert_eq!(told(world, "supervisor-2").await, 1);
        assert_eq!(told(world, "handler").await, 0);
        let theirs = case.attempt(world, "handler-2", "addRespondent", about(&handler)).await;
        assert_eq!(theirs.error_code(), "NOT_FOUND");
        let registrar = case.attempt(world, "registrar", "addRespondent", about(&handler)).await;
        assert_eq!(registrar.refusals("addRespondent"), ["NOT_THE_HANDLER HK-5.4.9"]);
    }
}

/// How often a person was told that a handler must step back.
pub async fn told(world: &World, login: &str) -> u64 {
    use entity::notification::{Column, Entity, NotificationKind};
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
    let system = redress::platform::access::Actor::system("test");
    let query = Entity::find()
        .filter(Column::RecipientId.eq(world.staff_id(login).await))
        .filter(Column::Kind.eq(NotificationKind::HandlerRecused));
    query.count(world.db.read(&system)).await.unwrap()
}
