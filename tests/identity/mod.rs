//! Signing in, roles, people.

mod explorer_sign_in;
mod pledges;
mod real_provider;
mod sessions;
mod single_sign_on;
mod staff;
mod throttling;

use crate::support::{World, scenario};
use entity::staff_role::Role;
use redress::identity::passwords;
use redress::identity::service::reset_password::ResetPassword;
use redress::platform::access::Actor;
use serde_json::{Value, json};
use std::time::Duration;

const LOGIN: &str = "mutation($login: String!, $password: String!) {
    login(input: { login: $login, password: $password }) { accessToken expiresAt staff { name department { name } roles } } }";

async fn login(world: &World, login: &str, password: &str) -> crate::support::Answer {
    world.ask("", LOGIN, json!({ "login": login, "password": password })).await
}

const PASSWORD: &str = "a password for tests";

const ADD: &str = "mutation($input: AddStaffInput!) {
    addStaff(input: $input) { added { temporaryPassword staff { id version login roles } } refusals { code rule field message } } }";

scenario! {
    /// A login gives a token of fifteen minutes with who it is for and in which roles.
    async fn a_login_gives_a_token(world) {
        let answer = login(world, "supervisor", PASSWORD).await;
        assert_eq!(answer.text("/login/expiresAt"), "2024-03-04T01:45:00+00:00");
        assert_eq!(answer.at("/login/staff"), &json!({ "name": "测试supervisor", "department": { "name": "客服部" }, "roles": ["SUPERVISOR"] }));
        let token = answer.text("/login/accessToken");
        let part = |position: usize| -> Value {
            use base64::Engine;
            let text = token.split('.').nth(position).unwrap();
            serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
        };
        let (header, claims) = (part(0), part(1));
        assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("at+jwt")));
        assert!(header["kid"].is_string());
        for claim in ["iss", "aud", "sub", "sid", "exp", "nbf", "typ", "roles"] {
            assert!(!claims[claim].is_null(), "{claim}");
        }
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 900);
    }
}

scenario! {
    /// An unknown login and a wrong password give the same answer; so does a disabled person.
    async fn wrong_logins_all_look_alike(world) {
        world.add_person("leaver", &[Role::Handler]).await;
        world.disable("leaver").await;
        let wrong = login(world, "supervisor", "not the password").await;
        assert_eq!((wrong.status, wrong.error_code()), (200, "UNAUTHENTICATED"));
        for (who, password) in [("nobody", PASSWORD), ("supervisor", ""), ("", PASSWORD), ("leaver", PASSWORD), ("主管", PASSWORD), ("supervisor", &"x".repeat(5000)), ("' OR 1=1 --", "x")] {
            let answer = login(world, who, password).await;
            assert_eq!((answer.status, answer.body), (wrong.status, wrong.body.clone()), "{who}");
        }
    }
}

scenario! {
    /// Tokens that are not ours, or not any more, are refused before anything else.
    async fn tokens_that_are_not_good(world) {
        let good = world.token("supervisor").await.unwrap();
        let query = json!({ "query": "{ viewer { roles } }" });
        for bad in ["", "x", "a.b.c", &format!("{good}x"), &good[..good.len() - 2], "投诉"] {
            let response = world.client().post(world.url("/graphql")).header("authorization", format!("Bearer {bad}").into_bytes()).json(&query).send().await.unwrap();
            assert_eq!(response.status(), 401, "{bad}");
            assert_eq!(response.headers()["www-authenticate"], "Bearer");
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        }
        let basic = world.client().post(world.url("/graphql")).header("authorization", "Basic abc").json(&query).send().await.unwrap();
        assert_eq!(basic.status(), 401);
        assert_eq!(world.post(Some(&good), &query).await.at("/viewer/roles"), &json!(["SUPERVISOR"]));
        world.set_time("2024-03-04T09:45:06");
        assert_eq!(world.post(Some(&good), &query).await.error_code(), "UNAUTHENTICATED", "sixteen minutes later");
        world.set_time("2024-03-04T09:29:54");
        assert_eq!(world.post(Some(&good), &query).await.error_code(), "UNAUTHENTICATED", "before it was issued");
    }
}

scenario! {
    /// Disabling a person and resetting a password end the sessions within two seconds.
    async fn sessions_end_within_two_seconds(world) {
        world.add_person("leaver", &[Role::Handler]).await;
        world.add_person("forgetful", &[Role::Handler]).await;
        let query = json!({ "query": "{ viewer { roles } }" });
        let (leaver, forgetful) = (world.token("leaver").await.unwrap(), world.token("forgetful").await.unwrap());
        world.post(Some(&leaver), &query).await.at("/viewer");
        world.disable("leaver").await;
        let reset = ResetPassword {
            staff_id: world.staff_id("forgetful").await,
            expected_version: None,
            password_hash: passwords::hash(&"another password".to_owned().into()).unwrap(),
            password_temporary: false,
        };
        world.db.run(&Actor::system("test"), &reset).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2100)).await;
        for token in [leaver, forgetful] {
            assert_eq!(world.post(Some(&token), &query).await.error_code(), "UNAUTHENTICATED");
        }
        assert_eq!(login(world, "forgetful", PASSWORD).await.error_code(), "UNAUTHENTICATED");
        login(world, "forgetful", "another password").await.at("/login/accessToken");
    }
}

scenario! {
    /// T1.1: several roles add up; conflicting ones are refused, as are short passwords and taken or strange logins.
    async fn people_and_their_roles(world) {
        world.add_person("both", &[Role::Registrar, Role::Handler]).await;
        let viewer = world.ask("both", "{ viewer { roles permissions } }", json!({})).await;
        assert_eq!(viewer.at("/viewer/roles"), &json!(["HANDLER", "REGISTRAR"]));
        let department = world.ask("admin", "{ departments(first: 1) { edges { node { id } } } }", json!({})).await.text("/departments/edges/0/node/id");
        let add = async |login: &str, roles: &[Role]| {
            let input = json!({ "login": login, "name": "某人", "departmentId": department, "roles": roles.iter().map(ToString::to_string).collect::<Vec<_>>() });
            world.ask("admin", ADD, json!({ "input": input })).await
        };
        for (login, roles, refusal) in [
            ("someone", &[Role::Auditor, Role::Handler][..], "ROLES_CONFLICT T1.1 roles"),
            ("someone", &[Role::Admin, Role::Manager], "ROLES_CONFLICT T1.1 roles"),
            ("supervisor", &[Role::Handler], "NAME_TAKEN T1.1 login"),
        ] {
            assert_eq!(add(login, roles).await.refusals("addStaff"), [refusal], "{login}");
        }
        for (login, roles) in [("someone", &[][..]), ("Someone", &[Role::Handler]), ("some one", &[Role::Handler]), ("", &[Role::Handler]), ("某人", &[Role::Handler])] {
            assert_eq!(add(login, roles).await.error_code(), "BAD_USER_INPUT", "{login}");
        }
        add("someone", &[Role::Auditor, Role::Archivist, Role::Auditor]).await.done("addStaff");
        for who in ["supervisor", "auditor", "manager", "handler"] {
            assert_eq!(world.ask(who, ADD, json!({ "input": { "login": "x", "name": "x", "departmentId": department, "roles": ["HANDLER"] } })).await.error_code(), "FORBIDDEN", "{who}");
        }
    }
}

scenario! {
    /// T1.2: what the roles let people do, as the viewer is told.
    async fn permissions_of_the_viewer(world) {
        let permissions = async |who: &str| {
            let answer = world.ask(who, "{ viewer { permissions } }", json!({})).await;
            answer.at("/viewer/permissions").clone()
        };
        assert_eq!(permissions("admin").await, json!(["CALENDAR_MANAGE", "STAFF_READ", "STAFF_MANAGE", "DELIVERY_MANAGE"]));
        assert_eq!(permissions("legal").await, json!(["ASSISTANCE_READ", "ASSISTANCE_RECEIVE", "ASSISTANCE_RETURN", "JOINT_REVIEW_READ", "JOINT_REVIEW_ATTEND", "LIBRARY_READ", "ARCHIVE_READ", "ARCHIVE_OPEN", "ARCHIVE_REQUEST", "ACCESS_REGISTER_READ"]));
        assert_eq!(permissions("auditor").await, json!(["CASE_READ", "EVIDENCE_READ", "APPROVAL_READ", "ASSISTANCE_READ", "JOINT_REVIEW_READ", "JOINT_REVIEW_FOLDER", "LIBRARY_READ", "ARCHIVE_READ", "ARCHIVE_OPEN", "ARCHIVE_CUSTODY_READ", "DISPOSAL_READ", "ACCESS_REGISTER_READ", "AUDIT_READ", "REPORT_READ", "INCIDENT_READ"]));
        assert_eq!(permissions("assistant-manager").await, json!(["CASE_READ", "JOINT_REVIEW_READ", "JOINT_REVIEW_ATTEND", "LIBRARY_READ", "ARCHIVE_READ", "ARCHIVE_OPEN", "ARCHIVE_REQUEST", "ACCESS_REGISTER_READ"]));
    }
}

scenario! {
    /// HK-3.6: who works here is shown to those who allocate and to the administrator; everybody may see themselves.
    async fn who_works_here(world) {
        let query = "{ staff(role: HANDLER, first: 10) { totalCount edges { node { name active roles } } } }";
        for who in ["supervisor", "manager", "admin"] {
            assert_eq!(world.ask(who, query, json!({})).await.number("/staff/totalCount"), 2, "{who}");
        }
        for who in ["handler", "auditor", "registrar"] {
            assert_eq!(world.ask(who, query, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        let node = "query($id: ID!) { node(id: $id) { ... on Staff { name } } }";
        let (own, other) = (world.id_of("handler").await, world.id_of("supervisor").await);
        assert_eq!(world.ask("handler", node, json!({ "id": own })).await.text("/node/name"), "测试handler");
        assert_eq!(world.ask("handler", node, json!({ "id": other })).await.at("/node"), &Value::Null);
    }
}
