//! What programs may do with their tokens, and for how long.

use super::until_every_server_knows;
use crate::fence::access_matrix::{PROBES, nonexistent};
use crate::support::help::{self, Help};
use crate::support::program::{Pair, Program};
use crate::support::{PROFILE, road, scenario, serve_beside};
use entity::staff_role::Role;
use redress::identity::permissions::permissions_of;
use redress::identity::service::add_department::AddDepartment;
use redress::platform::access::{Actor, Permission, PermissionSet, Who};
use redress::platform::error::Failure;
use redress::profiles::service::publish::PublishProfile;
use sea_orm::Iterable;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

const CASES: &str = "{ cases { totalCount } }";

scenario! {
    /// A token has the scopes that it was asked for, of those that the account has now: a change counts within a second.
    async fn scopes_narrow(world) {
        let mut program = Program::added(world, "程序", "SUPERVISOR", &["CASE_READ", "APPROVAL_READ"]).await;
        let approvals = "{ approvals { totalCount } }";
        let narrow = program.ask_token(world, Some("CASE_READ")).await;
        assert_eq!(narrow.body["scope"], json!("CASE_READ"));
        let (narrow, whole) = (narrow.body["access_token"].as_str().unwrap().to_owned(), program.token(world).await);
        for (token, query, good) in [(&narrow, CASES, true), (&narrow, approvals, false), (&whole, CASES, true), (&whole, approvals, true), (&whole, "{ staff { totalCount } }", false)] {
            let answer = program.ask(world, token, query, json!({})).await;
            assert_eq!(answer.body.get("errors").is_none(), good, "{query} {:#}", answer.body);
            if !good {
                assert_eq!(answer.error_code(), "FORBIDDEN", "{query}");
            }
        }
        program.step(world, "changeServiceAccountScopes", json!({ "scopes": ["APPROVAL_READ"] })).await;
        until_every_server_knows().await;
        assert_eq!(program.ask(world, &whole, CASES, json!({})).await.error_code(), "FORBIDDEN");
        program.ask(world, &whole, approvals, json!({})).await.at("/approvals");
        assert_eq!(program.ask(world, &narrow, CASES, json!({})).await.error_code(), "FORBIDDEN");
        let denied = world.ask("auditor", "{ auditEvents(first: 1, filter: { actions: [ACCESS_DENIED] }) { edges { node { actor { name } actorRoles } } } }", json!({})).await;
        assert_eq!(denied.at("/auditEvents/edges/0/node"), &json!({ "actor": { "name": "程序" }, "actorRoles": ["SERVICE", "SUPERVISOR"] }));
    }
}

scenario! {
    /// A key is changed while the program asks without a pause: nothing is refused, and the old key is worth nothing within a second.
    async fn keys_rotate_while_requests_run(world) {
        let mut program = Program::added(world, "程序", "SUPERVISOR", &["CASE_READ"]).await;
        let old = program.token(world).await;
        let new = Pair::p256();
        let (first, second) = (program.clone(), Program { key: new.clone(), ..program.clone() });
        let (switched, stop) = (AtomicBool::new(false), AtomicBool::new(false));
        let (by_old, by_new) = (AtomicU32::new(0), AtomicU32::new(0));
        let asking = async {
            while !stop.load(Ordering::Relaxed) {
                let (signs, count) = if switched.load(Ordering::Relaxed) { (&second, &by_new) } else { (&first, &by_old) };
                let token = signs.token(world).await;
                signs.ask(world, &token, CASES, json!({})).await.at("/cases");
                count.fetch_add(1, Ordering::Relaxed);
            }
        };
        let at_least_three = async |count: &AtomicU32| {
            let before = count.load(Ordering::Relaxed);
            while count.load(Ordering::Relaxed) < before + 3 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let rotating = async {
            at_least_three(&by_old).await;
            program.add_key(world, &new).await;
            at_least_three(&by_old).await;
            switched.store(true, Ordering::Relaxed);
            at_least_three(&by_new).await;
            let key_id = program.key_id.clone();
            program.step(world, "revokeServiceAccountKey", json!({ "keyId": key_id })).await;
            until_every_server_knows().await;
            at_least_three(&by_new).await;
            stop.store(true, Ordering::Relaxed);
        };
        futures_util::join!(asking, rotating);
        assert_eq!(first.ask(world, &old, CASES, json!({})).await.error_code(), "UNAUTHENTICATED");
        assert_eq!(first.ask_token(world, None).await.status, 401);
    }
}

scenario! {
    /// Disabling ends what was granted within a second, and enabling lets it in again; a token ends by itself after its minutes.
    async fn a_disabled_program_is_out(world) {
        let mut program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let token = program.token(world).await;
        program.ask(world, &token, CASES, json!({})).await.at("/cases");
        program.step(world, "disableServiceAccount", json!({})).await;
        until_every_server_knows().await;
        assert_eq!(program.ask(world, &token, CASES, json!({})).await.error_code(), "UNAUTHENTICATED");
        program.step(world, "enableServiceAccount", json!({})).await;
        until_every_server_knows().await;
        program.ask(world, &token, CASES, json!({})).await.at("/cases");
        world.set_time("2024-03-04T09:35:04");
        program.ask(world, &token, CASES, json!({})).await.at("/cases");
        world.set_time("2024-03-04T09:35:05");
        assert_eq!(program.ask(world, &token, CASES, json!({})).await.error_code(), "UNAUTHENTICATED");
    }
}

scenario! {
    /// A program sees what its role sees, from its department, and no more; what it registers is its own, and says who did it.
    async fn rows_are_those_of_the_role(world) {
        help::departments(world).await;
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let evidence = case.add_evidence(world).await;
        Help::delivered(world, &case, help::FINANCE, &[&evidence]).await;
        let assistances = "{ assistances { totalCount } }";
        for (name, role, department, query, count) in [
            ("审计", "AUDITOR", "客服部", CASES, 1), ("主管", "SUPERVISOR", "客服部", CASES, 1), ("登记", "REGISTRAR", "客服部", CASES, 0), ("经办", "HANDLER", "客服部", CASES, 0),
            ("财务", "CO_HANDLER", help::FINANCE, assistances, 1), ("法规", "LEGAL", help::LAW, assistances, 0),
        ] {
            let scope = if query == CASES { "CASE_READ" } else { "ASSISTANCE_READ" };
            let mut program = Program::added(world, name, role, &[scope]).await;
            program.step(world, "updateServiceAccount", json!({ "departmentId": help::department(world, department).await })).await;
            let token = program.token(world).await;
            let field = if query == CASES { "cases" } else { "assistances" };
            assert_eq!(program.ask(world, &token, query, json!({})).await.number(&format!("/{field}/totalCount")), count, "{role}");
        }
        let portal = Program::added(world, "客户门户", "REGISTRAR", &["CASE_READ", "CASE_REGISTER"]).await;
        let token = portal.token(world).await;
        let register = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { number registeredBy { name } } refusals { code } } }";
        let input = json!({ "input": road::complaint() });
        let registered = portal.ask(world, &token, register, input.clone()).await;
        assert_eq!(registered.done("registerCase").text("/registerCase/case/registeredBy/name"), "客户门户");
        let again = portal.ask(world, &token, register, input).await;
        assert_eq!(again.text("/registerCase/case/number"), registered.text("/registerCase/case/number"), "sent again, it is the same");
        assert_eq!(portal.ask(world, &token, CASES, json!({})).await.number("/cases/totalCount"), 1);
        let events = world.ask("auditor", "{ auditEvents(first: 1, filter: { actions: [CASE_REGISTERED] }) { edges { node { actor { name } actorRoles } } } }", json!({})).await;
        assert_eq!(events.at("/auditEvents/edges/0/node"), &json!({ "actor": { "name": "客户门户" }, "actorRoles": ["SERVICE", "REGISTRAR"] }));
        let letter = world.client().post(world.url("/files")).bearer_auth(&token).header("content-disposition", "attachment; filename=\"letter.txt\"").header("content-type", "text/plain").body("来信");
        assert_eq!(letter.send().await.unwrap().status(), 201);
    }
}

/// What a program may change, with every scope that it can have.
const MAY: [&str; 2] = ["Mutation.registerCase", "Mutation.generateMonthlyReport"];

scenario! {
    /// SEC-10 HK-4.8: over the whole schema, whatever role it sees as and with every scope that it can have, a program runs no mutation but
    /// these: it decides, signs, handles and manages nothing, and has nothing of its own to change.
    async fn a_program_decides_and_signs_nothing(world) {
        let handler = world.id_of("handler").await;
        let mut may = BTreeSet::new();
        for role in Role::iter() {
            let most = permissions_of(role).intersection(Permission::FOR_SERVICES);
            let scopes: Vec<_> = most.iter().map(|scope| scope.to_string()).collect();
            let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
            let program = Program::added(world, &format!("程序 {role}"), &role.to_string(), &scopes).await;
            let token = program.token(world).await;
            for (field, about, query) in PROBES.iter().filter(|(field, ..)| field.starts_with("Mutation.")) {
                // Open to everybody; they tell the password and the refresh token of a person.
                if matches!(*field, "Mutation.login" | "Mutation.refresh") {
                    continue;
                }
                let query = query.replace("{id}", &json!(nonexistent(*about)).to_string()).replace("{handler}", &json!(handler).to_string());
                let query = query.replace("{upload}", &json!(redress::platform::ids::global_of("Upload", uuid::Uuid::from_u128(7)).0).to_string());
                let query = query.replace("{department}", &json!(nonexistent(crate::fence::access_matrix::About::Department)).to_string());
                let query = query.replace("{key}", &format!("\"{}\"", road::key()));
                let answer = program.ask(world, &token, &query, json!({})).await;
                if answer.body.pointer("/errors/0/extensions/code") != Some(&json!("FORBIDDEN")) {
                    may.insert(*field);
                }
            }
        }
        assert_eq!(may, BTreeSet::from(MAY));
    }
}

scenario! {
    /// HK-2.6: what hangs on the role and not on the permission is closed as well: a supervisor's program agrees to no voiding.
    async fn a_program_does_not_act_by_its_role(world) {
        let case = road::registered(world).await;
        world.ask("registrar", "mutation($id: ID!) { voidVoucher(input: { caseId: $id, expectedVersion: 1, reason: \"重复登记\" }) { refusals { code } } }", json!({ "id": case.id })).await.done("voidVoucher");
        let program = Program::added(world, "程序", "SUPERVISOR", &["CASE_READ", "CASE_REGISTER"]).await;
        let token = program.token(world).await;
        let seen = program.ask(world, &token, "query($id: ID!) { case(id: $id) { version } }", json!({ "id": case.id })).await;
        let agree = "mutation($id: ID!, $version: Int!) { agreeToVoid(input: { caseId: $id, expectedVersion: $version }) { refusals { code } } }";
        let variables = json!({ "id": case.id, "version": seen.number("/case/version") });
        assert_eq!(program.ask(world, &token, agree, variables.clone()).await.error_code(), "FORBIDDEN");
        world.ask("supervisor", agree, variables).await.done("agreeToVoid");
    }
}

scenario! {
    /// A program that only reads goes through the door of who only reads; one that may do more does no work of people either.
    async fn the_doors_of_programs(world) {
        let id = uuid::Uuid::from_u128(7);
        let program = |permissions: PermissionSet| Actor {
            who: Who::Service { id: id.into(), department_id: id.into(), account_id: id.into() },
            roles: [Role::Supervisor].into(),
            permissions,
            ..Actor::nobody("test".into())
        };
        let reads = program(PermissionSet::of(&[Permission::CaseRead]));
        let registers = program(PermissionSet::of(&[Permission::CaseRead, Permission::CaseRegister]));
        // More than any program can have.
        let everything = program(Permission::iter().collect());
        assert!(reads.only_reads() && !registers.only_reads());
        for actor in [&reads, &registers, &everything] {
            let work = AddDepartment { name: "新部门".to_owned() };
            assert!(matches!(world.db.run(actor, &work).await, Err(Failure::Forbidden(_))));
        }
    }
}

scenario! {
    /// SG-16.4: a program pledges nothing; until the person who answers for it has signed, it has no rights.
    async fn the_pledge_of_who_answers_for_it(world) {
        let program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let pledge = "[privacy]\npledge = { version = \"2024-1\", text = \"保守秘密。\" }\n\n[archive]\n";
        let content = PROFILE.replacen("[archive]\n", pledge, 1).replacen("\"2013-01-01\"", "\"2024-01-01\"", 1);
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1_900)).await;
        let token = program.token(world).await;
        let refused = program.ask(world, &token, CASES, json!({})).await;
        assert_eq!(refused.error_code(), "FORBIDDEN");
        assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains("the person who answers for this service account"));
        let sign = "mutation { signConfidentialityPledge(input: { version: \"2024-1\" }) { refusals { code } } }";
        assert_eq!(program.ask(world, &token, sign, json!({})).await.error_code(), "FORBIDDEN");
        world.ask("auditor", sign, json!({})).await.done("signConfidentialityPledge");
        until_every_server_knows().await;
        assert_eq!(program.ask(world, &token, CASES, json!({})).await.error_code(), "FORBIDDEN", "somebody else signed");
        world.ask("manager", sign, json!({})).await.done("signConfidentialityPledge");
        until_every_server_knows().await;
        program.ask(world, &token, CASES, json!({})).await.at("/cases");
    }
}

scenario! {
    /// Each program has a rate of its own.
    async fn rates_of_each_program(world) {
        let mut config = world.config.clone();
        (config.rates.person_per_second, config.rates.person_burst) = (1, 150);
        let beside = serve_beside(world, Arc::clone(&world.app), &config);
        let page = json!({ "query": "{ cases(first: 100) { edges { node { number } } } }" });
        let ask = async |token: &str| world.client().post(format!("http://{beside}/graphql")).bearer_auth(token).json(&page).send().await.unwrap();
        for name in ["甲", "乙"] {
            let token = Program::added(world, name, "SUPERVISOR", &["CASE_READ"]).await.token(world).await;
            let first = ask(&token).await;
            assert_eq!(first.headers()["ratelimit-policy"], "\"person\";q=150;w=150");
            let body: Value = first.json().await.unwrap();
            assert!(body.get("errors").is_none(), "{name} {body:#}");
            assert_eq!(ask(&token).await.status(), 429, "{name}");
        }
    }
}

scenario! {
    /// Neither token stands for the other: an access token is no proof, and a person's session is not a program's to end.
    async fn a_program_has_nothing_of_a_person(world) {
        let program = Program::added(world, "程序", "MANAGER", &["CASE_READ"]).await;
        let token = program.token(world).await;
        for query in [
            "mutation { logout { refusals { code } } }",
            "mutation { logoutEverywhere { refusals { code } } }",
            "mutation { confirmIdentity(input: { password: \"\", action: SIGN_MINUTES }) { refusals { code } } }",
            "mutation { changePassword(input: { currentPassword: \"\", newPassword: \"a very long password\" }) { refusals { code } } }",
            "mutation { markNotificationsRead(input: {}) { refusals { code } } }",
            "mutation { setNotificationPreferences(input: { preferences: [{ kind: CASE_ALLOCATED, email: true }] }) { refusals { code } } }",
        ] {
            assert_eq!(program.ask(world, &token, query, json!({})).await.error_code(), "FORBIDDEN", "{query}");
        }
        let counts = program.ask(world, &token, "{ viewer { tasks { totalCount } counts { unreadNotifications tasks { open } } notifications { totalCount } } }", json!({})).await;
        assert_eq!(counts.at("/viewer"), &json!({ "tasks": { "totalCount": 0 }, "counts": { "unreadNotifications": 0, "tasks": { "open": 0 } }, "notifications": { "totalCount": 0 } }));
    }
}
