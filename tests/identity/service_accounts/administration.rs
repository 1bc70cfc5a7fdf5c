//! What administrators do with service accounts.

use crate::support::program::{Pair, Program, input, on_program};
use crate::support::{World, road, scenario};
use entity::staff_role::Role;
use redress::platform::ids::NodeKey;
use serde_json::{Value, json};

const ACCOUNT: &str = "/addServiceAccount/serviceAccount";

scenario! {
    /// A program is added with a name, somebody who answers for it, a role and scopes; the trail says so.
    async fn a_program_is_added_and_changed(world) {
        let added = on_program(world, "admin", "addServiceAccount", input(world, " 客户门户后端 ", "SUPERVISOR", &["CASE_READ", "CASE_REGISTER", "CASE_READ"]).await).await;
        let account = added.done("addServiceAccount").at(ACCOUNT);
        assert_eq!((&account["name"], &account["role"], &account["scopes"]), (&json!("客户门户后端"), &json!("SUPERVISOR"), &json!(["CASE_REGISTER", "CASE_READ"])));
        assert_eq!((&account["active"], &account["keys"], &account["lastUsedAt"], &account["version"]), (&json!(true), &json!([]), &Value::Null, &json!(1)));
        assert_eq!((&account["department"]["name"], &account["responsible"]["name"]), (&json!("客服部"), &json!("测试manager")));
        let again = on_program(world, "admin", "addServiceAccount", input(world, "客户门户后端", "SUPERVISOR", &["CASE_READ"]).await).await;
        assert_eq!(again.refusals("addServiceAccount"), ["NAME_TAKEN name"]);

        let id = account["id"].clone();
        world.add_person_in("信息技术部", "developer", &[Role::Legal]).await;
        let change = json!({ "serviceAccountId": id, "expectedVersion": 1, "name": "门户后端（新）", "responsibleId": world.id_of("developer").await, "departmentId": crate::support::help::department(world, "信息技术部").await });
        let changed = on_program(world, "admin", "updateServiceAccount", change.clone()).await;
        let account = changed.done("updateServiceAccount").at("/updateServiceAccount/serviceAccount");
        assert_eq!((&account["name"], &account["responsible"]["name"], &account["department"]["name"], &account["version"]), (&json!("门户后端（新）"), &json!("测试developer"), &json!("信息技术部"), &json!(2)));
        assert_eq!(on_program(world, "admin", "updateServiceAccount", change).await.error_code(), "CONFLICT");
        let seen = world.ask("auditor", "query($id: ID!) { node(id: $id) { ... on ServiceAccount { name } } serviceAccounts { totalCount edges { node { name } } } }", json!({ "id": id })).await;
        assert_eq!((seen.text("/node/name"), seen.number("/serviceAccounts/totalCount"), seen.text("/serviceAccounts/edges/0/node/name")), ("门户后端（新）".to_owned(), 1, "门户后端（新）".to_owned()));
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [SERVICE_ACCOUNT_ADDED, SERVICE_ACCOUNT_UPDATED] }) { edges { node { action after actor { name } } } } }", json!({})).await;
        assert_eq!((events.text("/auditEvents/edges/0/node/action"), events.text("/auditEvents/edges/1/node/actor/name")), ("SERVICE_ACCOUNT_UPDATED".to_owned(), "测试admin".to_owned()));
        assert_eq!(events.at("/auditEvents/edges/1/node/after/scopes"), &json!(["CASE_REGISTER", "CASE_READ"]));
    }
}

scenario! {
    /// Scopes are permissions of the role, and none of those that are for people.
    async fn scopes_that_no_program_gets(world) {
        let add = async |role: &str, scopes: &[&str]| on_program(world, "admin", "addServiceAccount", input(world, "程序", role, scopes).await).await;
        for (role, scopes, refused) in [
            ("AUDITOR", &["CASE_REGISTER"][..], &["SCOPE_NOT_ALLOWED T1.2 scopes"][..]),
            ("MANAGER", &["CASE_READ", "APPROVAL_DECIDE"], &["SCOPE_NOT_ALLOWED T1.2 scopes"]),
            ("SUPERVISOR", &["CASE_HANDLE"], &["SCOPE_NOT_ALLOWED T1.2 scopes"]),
            ("ADMIN", &["SERVICE_ACCOUNT_MANAGE"], &["SCOPE_NOT_ALLOWED T1.2 scopes"]),
            ("ADMIN", &["STAFF_MANAGE"], &["SCOPE_NOT_ALLOWED T1.2 scopes"]),
            ("HANDLER", &["PERSONAL_REVEAL"], &["SCOPE_NOT_ALLOWED T1.2 scopes"]),
            ("AUDITOR", &["DISPOSAL_APPROVE"], &["SCOPE_NOT_ALLOWED T1.2 scopes", "SCOPE_NOT_ALLOWED T1.2 scopes"]),
        ] {
            assert_eq!(add(role, scopes).await.refusals("addServiceAccount"), refused, "{role} {scopes:?}");
        }
        assert_eq!(add("AUDITOR", &[]).await.error_code(), "BAD_USER_INPUT");
        let mut program = Program::added(world, "程序", "AUDITOR", &["CASE_READ", "AUDIT_READ"]).await;
        let change = json!({ "serviceAccountId": program.id, "expectedVersion": program.version, "scopes": ["CASE_READ", "CASE_REGISTER"] });
        assert_eq!(on_program(world, "admin", "changeServiceAccountScopes", change).await.refusals("changeServiceAccountScopes"), ["SCOPE_NOT_ALLOWED T1.2 scopes"]);
        let changed = program.step(world, "changeServiceAccountScopes", json!({ "scopes": ["APPROVAL_READ"] })).await;
        assert_eq!(changed.at("/changeServiceAccountScopes/serviceAccount/scopes"), &json!(["APPROVAL_READ"]));
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [SERVICE_ACCOUNT_SCOPES_CHANGED] }) { edges { node { before after } } } }", json!({})).await;
        assert_eq!(events.at("/auditEvents/edges/0/node"), &json!({ "before": { "scopes": ["CASE_READ", "AUDIT_READ"] }, "after": { "scopes": ["APPROVAL_READ"] } }));
    }
}

scenario! {
    /// Names, people and departments that cannot be meant; and who may not do this at all.
    async fn what_cannot_be_added(world) {
        let good = input(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let with = |name: &str, value: Value| {
            let mut input = good.clone();
            input[name] = value;
            input
        };
        for name in ["", " \u{3000} ", "a\0b", &"程".repeat(201)] {
            assert_eq!(on_program(world, "admin", "addServiceAccount", with("name", json!(name))).await.error_code(), "BAD_USER_INPUT", "{name:?}");
        }
        world.add_person("leaver", &[Role::Handler]).await;
        let leaver = world.id_of("leaver").await;
        world.disable("leaver").await;
        assert_eq!(on_program(world, "admin", "addServiceAccount", with("responsibleId", json!(leaver))).await.refusals("addServiceAccount"), ["STATE_NOT_ALLOWED responsibleId"]);
        let nobody = redress::platform::ids::global_of("Staff", uuid::Uuid::from_u128(1)).0;
        assert_eq!(on_program(world, "admin", "addServiceAccount", with("responsibleId", json!(nobody))).await.error_code(), "NOT_FOUND");
        let nowhere = redress::platform::ids::global_of("Department", uuid::Uuid::from_u128(1)).0;
        assert_eq!(on_program(world, "admin", "addServiceAccount", with("departmentId", json!(nowhere))).await.error_code(), "NOT_FOUND");
        for who in ["supervisor", "manager", "auditor", "archivist", "handler"] {
            assert_eq!(on_program(world, who, "addServiceAccount", good.clone()).await.error_code(), "FORBIDDEN", "{who}");
        }
        for who in ["supervisor", "manager", "handler", "external"] {
            assert_eq!(world.ask(who, "{ serviceAccounts { totalCount } }", json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(world.ask("", "{ serviceAccounts { totalCount } }", json!({})).await.error_code(), "UNAUTHENTICATED");
        on_program(world, "admin", "addServiceAccount", with("name", json!("程".repeat(200)))).await.done("addServiceAccount");
        let many = futures_util::future::join_all((0..20).map(|_| on_program(world, "admin", "addServiceAccount", good.clone()))).await;
        let refused = many.iter().filter(|answer| answer.refusals("addServiceAccount") == ["NAME_TAKEN name"]).count();
        assert_eq!(refused, 19, "twenty at once");
    }
}

scenario! {
    /// Keys: public, strong, each once and for one account, a few at a time; revoked for good.
    async fn keys_are_added_and_revoked(world) {
        let mut program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let add = async |program: &Program, key: &str, more: Value| {
            let mut input = json!({ "serviceAccountId": program.id, "expectedVersion": program.version, "publicKey": key });
            for (name, value) in more.as_object().unwrap() {
                input[name] = value.clone();
            }
            on_program(world, "admin", "addServiceAccountKey", input).await
        };
        let pair = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
        let private = pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()));
        let refused = add(&program, &private, json!({})).await;
        assert_eq!(refused.refusals("addServiceAccountKey"), ["KEY_NOT_ALLOWED RFC 8725 3.5 publicKey"]);
        assert!(refused.text("/addServiceAccountKey/refusals/0/message").contains("私钥"));
        for key in ["", "公钥", "{}", "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}"] {
            assert_eq!(add(&program, key, json!({})).await.refusals("addServiceAccountKey"), ["KEY_NOT_ALLOWED RFC 8725 3.5 publicKey"], "{key}");
        }
        assert_eq!(add(&program, &"x".repeat(8_193), json!({})).await.error_code(), "BAD_USER_INPUT");
        assert_eq!(add(&program, &program.key.public, json!({})).await.refusals("addServiceAccountKey"), ["ALREADY_THERE publicKey"]);
        let other = Program::added(world, "另一程序", "AUDITOR", &["CASE_READ"]).await;
        assert_eq!(add(&program, &other.key.public, json!({})).await.refusals("addServiceAccountKey"), ["ALREADY_THERE publicKey"]);
        let new = Pair::p256().public;
        for at in ["2024-03-04T01:30:00Z", "2020-01-01T00:00:00Z"] {
            assert_eq!(add(&program, &new, json!({ "expiresAt": at })).await.refusals("addServiceAccountKey"), ["TIME_NOT_ALLOWED expiresAt"], "{at}");
        }
        assert_eq!(add(&program, &new, json!({ "expiresAt": "+12000-01-01T00:00:00Z" })).await.error_code(), "BAD_USER_INPUT");
        assert_eq!(add(&program, &new, json!({ "expectedVersion": 1 })).await.error_code(), "CONFLICT");
        let nothing = redress::platform::ids::global_of("ServiceAccount", uuid::Uuid::from_u128(1)).0;
        assert_eq!(add(&program, &new, json!({ "serviceAccountId": nothing })).await.error_code(), "NOT_FOUND");

        let added = add(&program, &new, json!({ "expiresAt": "2024-03-05T01:30:00Z" })).await;
        let key = added.done("addServiceAccountKey").at("/addServiceAccountKey/serviceAccount/keys/0");
        assert_eq!((&key["algorithm"], &key["expiresAt"], &key["revokedAt"]), (&json!("ES256"), &json!("2024-03-05T01:30:00+00:00"), &Value::Null));
        program.version = added.number("/addServiceAccountKey/serviceAccount/version");
        program.add_key(world, &Pair::rsa()).await;
        for _ in 0..2 {
            program.add_key(world, &Pair::ed25519()).await;
        }
        assert_eq!(add(&program, &Pair::ed25519().public, json!({})).await.refusals("addServiceAccountKey"), ["TOO_MANY publicKey"]);

        let revoke = json!({ "keyId": program.key_id });
        let revoked = program.step(world, "revokeServiceAccountKey", revoke.clone()).await;
        assert_eq!(revoked.at("/revokeServiceAccountKey/serviceAccount/keys").as_array().unwrap().iter().filter(|key| !key["revokedAt"].is_null()).count(), 1);
        let again = json!({ "keyId": program.key_id, "expectedVersion": program.version });
        assert_eq!(on_program(world, "admin", "revokeServiceAccountKey", again).await.refusals("revokeServiceAccountKey"), ["ALREADY_DONE keyId"]);
        assert_eq!(add(&program, &program.key.public, json!({})).await.refusals("addServiceAccountKey"), ["ALREADY_THERE publicKey"], "it never comes back");
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [SERVICE_ACCOUNT_KEY_ADDED, SERVICE_ACCOUNT_KEY_REVOKED] }) { totalCount edges { node { after } } } }", json!({})).await;
        assert_eq!(events.number("/auditEvents/totalCount"), 7);
        assert!(events.at("/auditEvents/edges/0/node/after/thumbprint").is_string());
    }
}

/// The row of `staff` behind a program, as it sees itself.
async fn behind(world: &World, program: &Program) -> String {
    let token = program.token(world).await;
    program.ask(world, &token, "{ viewer { staff { id } } }", json!({})).await.text("/viewer/staff/id")
}

scenario! {
    /// HK-4.8: a program is no person: nobody lists it, gives it a role or a password, lets it sign in, or gives it a case.
    async fn a_program_is_no_person(world) {
        let everybody = "{ staff { totalCount } staffNamed: staff(first: 100) { edges { node { name } } } }";
        let before = world.ask("admin", everybody, json!({})).await.body;
        let program = Program::added(world, "程序", "ADMIN", &["STAFF_READ"]).await;
        assert_eq!(world.ask("admin", everybody, json!({})).await.body, before);
        let staff = behind(world, &program).await;
        for (mutation, more) in [
            ("updateStaff", json!({ "name": "x" })), ("changeStaffRoles", json!({ "roles": ["MANAGER"] })), ("disableStaff", json!({})),
            ("enableStaff", json!({})), ("resetPassword", json!({})),
        ] {
            let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
            let query = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ refusals {{ code }} }} }}");
            let mut input = json!({ "staffId": staff, "expectedVersion": 2 });
            for (name, value) in more.as_object().unwrap() {
                input[name] = value.clone();
            }
            assert_eq!(world.ask("admin", &query, json!({ "input": input })).await.error_code(), "NOT_FOUND", "{mutation}");
        }
        let (_, key) = redress::platform::ids::parse_global(&staff).unwrap();
        let login = format!("service:{}", key.simple());
        for password in ["", "a password for tests"] {
            assert_eq!(crate::identity::login(world, &login, password).await.error_code(), "UNAUTHENTICATED");
        }
        // The last administrator is a person.
        let admin = world.id_of("admin").await;
        let disable = "mutation($id: ID!) { disableStaff(input: { staffId: $id, expectedVersion: 1 }) { refusals { code } } }";
        assert_eq!(world.ask("admin", disable, json!({ "id": admin })).await.refusals("disableStaff"), ["LAST_ADMINISTRATOR"]);

        let handler = Program::added(world, "经办程序", "HANDLER", &["CASE_READ"]).await;
        let handler = behind(world, &handler).await;
        let case = road::registered(world).await;
        let allocated = case.attempt(world, "supervisor", "allocateCase", json!({ "handlerId": handler })).await;
        assert_ne!(allocated.refusals("allocateCase"), Vec::<String>::new());
        // Nor does one program answer for another.
        let mut answered = input(world, "又一程序", "AUDITOR", &["CASE_READ"]).await;
        answered["responsibleId"] = json!(handler);
        assert_eq!(on_program(world, "admin", "addServiceAccount", answered).await.error_code(), "NOT_FOUND");
        let people = redress::identity::store::directory(world.db.read(&redress::platform::access::Actor::system("test"))).await.unwrap();
        assert!(people.iter().all(|(person, ..)| person.id.global().0 != handler));
    }
}
