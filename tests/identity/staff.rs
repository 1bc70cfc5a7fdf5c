//! What administrators do with people and departments.

use super::{ADD, PASSWORD, login};
use crate::support::{Answer, World, scenario};
use entity::staff_role::Role;
use serde_json::{Value, json};
use std::time::Duration;

/// Runs a mutation on a person or department as an administrator.
async fn act(world: &World, who: &str, mutation: &str, result: &str, input: Value) -> Answer {
    let name = mutation[..1].to_uppercase() + &mutation[1..];
    let query = format!(
        "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {result} refusals {{ code rule field }} }} }}"
    );
    world.ask(who, &query, json!({ "input": input })).await
}

const STAFF: &str = "staff { id version name title active roles department { name } }";

async fn department(world: &World) -> String {
    let found = world.ask("admin", "{ departments(first: 1) { edges { node { id } } } }", json!({})).await;
    found.text("/departments/edges/0/node/id")
}

scenario! {
    /// ASVS 6.4.1: a new person gets a temporary password, and can do nothing with it but choose another one, in time.
    async fn a_new_person_chooses_a_password(world) {
        let input = json!({ "login": "wang.fang", "name": "王芳", "title": "咨诉专员", "departmentId": department(world).await, "roles": ["HANDLER"] });
        let added = world.ask("admin", ADD, json!({ "input": input })).await;
        let temporary = added.text("/addStaff/added/temporaryPassword");
        assert_eq!(added.at("/addStaff/added/staff/roles"), &json!(["HANDLER"]));
        let session = world.ask("", "mutation($p: String!) { login(input: { login: \"wang.fang\", password: $p }) { accessToken mustChangePassword } }", json!({ "p": temporary })).await;
        assert_eq!(session.at("/login/mustChangePassword"), &json!(true));
        let token = session.text("/login/accessToken");
        let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, token.split('.').nth(1).unwrap()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&claims).unwrap()["roles"], json!([]), "the token promises no more than the server grants");
        let ask = async |query: &str, variables: Value| world.post(Some(&token), &json!({ "query": query, "variables": variables })).await;
        let viewer = ask("{ viewer { roles permissions mustChangePassword } }", json!({})).await;
        assert_eq!(viewer.at("/viewer"), &json!({ "roles": [], "permissions": [], "mustChangePassword": true }));
        assert_eq!(ask("{ cases { totalCount } }", json!({})).await.error_code(), "FORBIDDEN");
        let change = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { refusals { code } } }";
        ask(change, json!({ "input": { "currentPassword": temporary, "newPassword": "her very own words" } })).await.done("changePassword");
        tokio::time::sleep(Duration::from_millis(2_000)).await;
        assert_eq!(ask("{ cases { totalCount } viewer { mustChangePassword } }", json!({})).await.at("/viewer/mustChangePassword"), &json!(false));
        let again = world.ask("admin", ADD, json!({ "input": { "login": "late", "name": "迟到", "departmentId": department(world).await, "roles": ["HANDLER"] } })).await;
        world.set_time("2024-03-07T09:30:01");
        assert_eq!(login(world, "late", &again.text("/addStaff/added/temporaryPassword")).await.error_code(), "UNAUTHENTICATED", "after three days");
    }
}

scenario! {
    /// Other roles take effect within two seconds, without signing in again; conflicting ones are refused.
    async fn roles_change(world) {
        world.add_person("rising", &[Role::Handler]).await;
        let token = world.token("rising").await.unwrap();
        let id = world.id_of("rising").await;
        let roles = async || world.post(Some(&token), &json!({ "query": "{ viewer { roles } }" })).await.at("/viewer/roles").clone();
        assert_eq!(roles().await, json!(["HANDLER"]));
        let change = async |version: i32, roles: Value| act(world, "admin", "changeStaffRoles", STAFF, json!({ "staffId": id, "expectedVersion": version, "roles": roles })).await;
        assert_eq!(change(1, json!(["HANDLER", "AUDITOR"])).await.refusals("changeStaffRoles"), ["ROLES_CONFLICT T1.1 roles"]);
        assert_eq!(change(1, json!([])).await.error_code(), "BAD_USER_INPUT");
        assert_eq!(change(7, json!(["SUPERVISOR"])).await.error_code(), "CONFLICT");
        let changed = change(1, json!(["SUPERVISOR", "HANDLER"])).await;
        assert_eq!(changed.at("/changeStaffRoles/staff/roles"), &json!(["HANDLER", "SUPERVISOR"]));
        tokio::time::sleep(Duration::from_millis(2_000)).await;
        assert_eq!(roles().await, json!(["HANDLER", "SUPERVISOR"]));
        change(2, json!(["SUPERVISOR"])).await.done("changeStaffRoles");
        tokio::time::sleep(Duration::from_millis(2_000)).await;
        assert_eq!(roles().await, json!(["SUPERVISOR"]));
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [STAFF_ROLES_CHANGED] }, first: 1) { edges { node { before after actor { name } } } } }", json!({})).await;
        assert_eq!(events.at("/auditEvents/edges/0/node"), &json!({ "before": { "roles": ["HANDLER", "SUPERVISOR"] }, "after": { "roles": ["SUPERVISOR"] }, "actor": { "name": "测试admin" } }));
    }
}

scenario! {
    /// T1.1: the last administrator stays, also when two remove each other at the same time.
    async fn the_last_administrator_stays(world) {
        let admin = world.id_of("admin").await;
        let refused = act(world, "admin", "disableStaff", STAFF, json!({ "staffId": admin, "expectedVersion": 1 })).await;
        assert_eq!(refused.refusals("disableStaff"), ["LAST_ADMINISTRATOR T1.1"]);
        let refused = act(world, "admin", "changeStaffRoles", STAFF, json!({ "staffId": admin, "expectedVersion": 1, "roles": ["LEGAL"] })).await;
        assert_eq!(refused.refusals("changeStaffRoles"), ["LAST_ADMINISTRATOR T1.1"]);
        world.add_person("admin-2", &[Role::Admin]).await;
        let other = world.id_of("admin-2").await;
        let (one, two) = futures_util::join!(
            act(world, "admin", "disableStaff", STAFF, json!({ "staffId": other, "expectedVersion": 1 })),
            act(world, "admin-2", "disableStaff", STAFF, json!({ "staffId": admin, "expectedVersion": 1 })),
        );
        let done = [one, two].iter().filter(|answer| answer.refusals("disableStaff").is_empty()).count();
        assert_eq!(done, 1);
        world.add_person("retired", &[Role::Admin]).await;
        world.disable("retired").await;
    }
}

scenario! {
    /// Names, posts and departments; disabling and enabling; a new password from the administrator ends the sessions.
    async fn people_are_managed(world) {
        world.add_person("mover", &[Role::Handler]).await;
        let (id, token) = (world.id_of("mover").await, world.token("mover").await.unwrap());
        let added = act(world, "admin", "addDepartment", "department { id version name }", json!({ "name": "稽核部" })).await;
        let other = added.text("/addDepartment/department/id");
        let taken = act(world, "admin", "addDepartment", "department { id }", json!({ "name": " 稽核部 " })).await;
        assert_eq!(taken.refusals("addDepartment"), ["NAME_TAKEN T1.1 name"]);
        let renamed = act(world, "admin", "renameDepartment", "department { version name }", json!({ "departmentId": other, "expectedVersion": 1, "name": "审计部" })).await;
        assert_eq!(renamed.at("/renameDepartment/department"), &json!({ "version": 2, "name": "审计部" }));
        let stale = act(world, "admin", "renameDepartment", "department { id }", json!({ "departmentId": other, "expectedVersion": 1, "name": "x" })).await;
        assert_eq!(stale.error_code(), "CONFLICT");
        let updated = act(world, "admin", "updateStaff", STAFF, json!({ "staffId": id, "expectedVersion": 1, "name": "新名字", "title": "主办", "departmentId": other })).await;
        let staff = updated.at("/updateStaff/staff");
        assert_eq!((&staff["name"], &staff["title"], &staff["department"]["name"], &staff["version"]), (&json!("新名字"), &json!("主办"), &json!("审计部"), &json!(2)));
        let reset = act(world, "admin", "resetPassword", "reset { temporaryPassword staff { version } }", json!({ "staffId": id, "expectedVersion": 2 })).await;
        let temporary = reset.text("/resetPassword/reset/temporaryPassword");
        tokio::time::sleep(Duration::from_millis(2_000)).await;
        assert_eq!(world.post(Some(&token), &json!({ "query": "{ viewer { roles } }" })).await.error_code(), "UNAUTHENTICATED");
        assert_eq!(login(world, "mover", PASSWORD).await.error_code(), "UNAUTHENTICATED");
        act(world, "admin", "disableStaff", STAFF, json!({ "staffId": id, "expectedVersion": 3 })).await.done("disableStaff");
        assert_eq!(login(world, "mover", &temporary).await.error_code(), "UNAUTHENTICATED");
        let enabled = act(world, "admin", "enableStaff", STAFF, json!({ "staffId": id, "expectedVersion": 4 })).await;
        assert_eq!(enabled.at("/enableStaff/staff/active"), &json!(true));
        login(world, "mover", &temporary).await.at("/login");
        for who in ["supervisor", "manager", "general-manager", "auditor", "handler"] {
            for (mutation, input) in [
                ("updateStaff", json!({ "staffId": id, "expectedVersion": 5, "name": "x" })), ("disableStaff", json!({ "staffId": id, "expectedVersion": 5 })),
                ("enableStaff", json!({ "staffId": id, "expectedVersion": 5 })), ("changeStaffRoles", json!({ "staffId": id, "expectedVersion": 5, "roles": ["ADMIN"] })),
            ] {
                assert_eq!(act(world, who, mutation, "staff { id }", input).await.error_code(), "FORBIDDEN", "{who} {mutation}");
            }
        }
        let missing = act(world, "admin", "enableStaff", STAFF, json!({ "staffId": "U3RhZmY6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA", "expectedVersion": 1 })).await;
        assert_eq!(missing.error_code(), "NOT_FOUND");
    }
}

scenario! {
    /// HK-3.1: 咨诉主管 and 客户关系管理岗 are one post; whoever is added with either title and no roles is a supervisor, exactly.
    async fn the_role_of_a_post_is_granted(world) {
        for (login, title) in [("zhu.guan", "咨诉主管"), ("guan.xi", "客户关系管理岗")] {
            let input = json!({ "login": login, "name": "周敏", "title": title, "departmentId": department(world).await });
            let added = world.ask("admin", ADD, json!({ "input": input })).await;
            assert_eq!(added.at("/addStaff/added/staff/roles"), &json!(["SUPERVISOR"]), "{title}");
        }
        for input in [json!({}), json!({ "title": "没有这个岗位" })] {
            let mut input = input;
            input["login"] = json!("nobody");
            input["name"] = json!("周敏");
            input["departmentId"] = json!(department(world).await);
            let refused = world.ask("admin", ADD, json!({ "input": input })).await;
            assert_eq!(refused.error_code(), "BAD_USER_INPUT");
        }
    }
}

scenario! {
    /// HK-4.8: duties are separated between persons: a person has one account, told by the number in the organisation, however it
    /// is written.
    async fn one_person_has_one_account(world) {
        let department = department(world).await;
        let add = async |login: &str, number: Value| {
            let input = json!({ "login": login, "employeeNumber": number, "name": "王芳", "departmentId": department, "roles": ["HANDLER"] });
            world.ask("admin", ADD, json!({ "input": input })).await
        };
        let first = add("wang.fang", json!("E0071")).await;
        first.done("addStaff");
        for again in ["E0071", " e0071 "] {
            assert_eq!(add("wang.fang.2", json!(again)).await.refusals("addStaff"), ["NAME_TAKEN HK-4.8 employeeNumber"], "{again:?}");
        }
        add("li.na", json!(null)).await.done("addStaff");
        assert_eq!(add("li.na.2", json!("LI.NA")).await.refusals("addStaff"), ["NAME_TAKEN HK-4.8 employeeNumber"], "the login stands for a number");
        let update = async |id: &Value, version: i64, number: &str| {
            let input = json!({ "staffId": id, "expectedVersion": version, "employeeNumber": number });
            act(world, "admin", "updateStaff", "staff { id version employeeNumber }", input).await
        };
        let second = add("zhao.min", json!("E0072")).await;
        let id = second.at("/addStaff/added/staff/id").clone();
        assert_eq!(update(&id, 1, "e0071").await.refusals("updateStaff"), ["NAME_TAKEN HK-4.8 employeeNumber"]);
        assert_eq!(update(&id, 1, "e0072").await.done("updateStaff").text("/updateStaff/staff/employeeNumber"), "E0072", "one's own");
        assert_eq!(update(&id, 2, "e0073").await.done("updateStaff").text("/updateStaff/staff/employeeNumber"), "E0073");
        add("qian.wei", json!("E0072")).await.done("addStaff");
    }
}
