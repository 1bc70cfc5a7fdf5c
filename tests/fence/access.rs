//! Access is declared on every field, and what is declared is what is enforced.

use crate::support::road::{self, Item};
use crate::support::scenario;
use entity::staff_role::Role;
use redress::platform::access::{RuleTable, Undeclared};
use redress::schema;
use sea_orm::Iterable;
use serde_json::json;

#[test]
fn every_field_says_who_may_read_it() {
    schema::rules(&schema::builder().finish()).unwrap();
}

#[test]
fn a_field_without_a_declaration_stops_the_start() {
    let sdl = schema::sdl(&schema::builder().finish());
    for declaration in
        [" @inherits", " @access(requires: [CASE_READ])", " @public(reason: \"Whoever signs in is not known yet.\")"]
    {
        let Undeclared(problems) = RuleTable::of_schema(&sdl.replacen(declaration, "", 1)).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("none of @access, @public and @inherits"));
    }
    // A directive that was renamed by mistake declares nothing.
    assert!(RuleTable::of_schema(&sdl.replace("@access", "@acess")).is_err());
}

scenario! {
    /// SEC-11: a refused operation runs no resolver at all, whichever way the forbidden field is reached.
    async fn a_refused_operation_runs_nothing(world) {
        let case = road::registered(world).await;
        let variables = json!({ "id": case.id, "no": false, "input": road::complaint() });
        for query in [
            "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id approvals { id } } } }",
            "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { ...F } } } fragment F on Case { a: approvals { id } }",
            "mutation($input: RegisterCaseInput!, $no: Boolean!) { registerCase(input: $input) { case { id approvals @include(if: $no) { id } } } }",
            "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id ... on Case { approvals @skip(if: true) { id } } } } }",
            "query($id: ID!) { node(id: $id) { id ... on Approval { state } } }",
            "query($id: ID!) { node(id: $id) { ... on Approval { number: id version } } }",
            "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { detail { ... on ApprovalDetail { approval { id } } } } } } } }",
            "{ viewer { roles } auditEvents { totalCount } }",
            "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { detail { ... on ApprovalDetail { approved } } } } } } }",
            "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { detail { ... on ApprovalDetail { opinion } } } } } } }",
        ] {
            let before = world.app.statements.count();
            let answer = world.ask("registrar", query, variables.clone()).await;
            assert_eq!(answer.error_code(), "FORBIDDEN", "{query}");
            assert_eq!(answer.body.get("data"), None, "{query}");
            // The denial itself is written: begin, event, commit. Nothing else happened.
            assert!(world.app.statements.count() - before <= 3, "{query}");
        }
        let cases = world.ask("registrar", "{ cases { totalCount } }", json!({})).await;
        assert_eq!(cases.number("/cases/totalCount"), 1, "no mutation of those above ran");
    }
}

scenario! {
    /// SEC-10: roles that only read hold no mutation that touches a case; every one of them is refused.
    async fn read_only_roles_write_nothing(world) {
        let mut case = road::submitted(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let handler_id = world.id_of("handler").await;
        for who in ["auditor", "archivist", "admin", "assistant-manager", "legal", "co-handler", "external"] {
            let before = world.ask("supervisor", "query($id: ID!) { case(id: $id) { version state } }", json!({ "id": case.id })).await;
            for (mutation, more) in [
                ("registerCase", road::complaint()), ("allocateCase", json!({ "handlerId": handler_id })), ("recordContact", road::contact()),
                ("recordStatement", road::statement("AGENT")), ("recordFinding", road::fact()), ("draftPlan", road::plan()),
                ("submitPlan", json!({})), ("reviewPlan", json!({ "verdict": "APPROVE", "opinion": "x" })), ("recordReply", road::reply()),
                ("closeCase", road::closure()), ("archiveCase", json!({})),
            ] {
                let answer = match mutation {
                    "registerCase" => road::on_case(world, who, mutation, more).await,
                    _ => case.attempt(world, who, mutation, more).await,
                };
                assert_eq!(answer.error_code(), "FORBIDDEN", "{who} {mutation}");
            }
            assert_eq!(case.request_with(world, who, json!({}), ("1", "2", "3")).await.error_code(), "FORBIDDEN");
            for answer in [item.endorse(world, who).await, item.approve(world, who).await, item.withdraw(world, who).await, item.amend(world, who, road::surrender("1", "2", "3")).await] {
                assert_eq!(answer.error_code(), "FORBIDDEN", "{who}");
            }
            assert_eq!(before.body, world.ask("supervisor", "query($id: ID!) { case(id: $id) { version state } }", json!({ "id": case.id })).await.body);
        }
        case.approve_plan(world).await;
    }
}

scenario! {
    /// Reads run on connections that the database itself keeps from writing.
    async fn reading_connections_cannot_write(world) {
        use sea_orm::ConnectionTrait;
        let system = redress::platform::access::Actor::system("test");
        let refused = world.db.read(&system).execute_unprepared("DELETE FROM staff_sessions").await.unwrap_err().to_string();
        assert!(refused.contains("readonly") || refused.contains("read-only"), "{refused}");
    }
}

scenario! {
    /// SEC-10 SG-14.4: whoever only reads runs no command that works, even if the schema let them; their readings, refusals, sessions
    /// and notifications go by a door of their own.
    async fn who_only_reads_has_a_door_of_their_own(world) {
        use redress::audit::RecordDenial;
        use redress::identity::service::add_department::AddDepartment;
        use redress::platform::access::Permission;
        use redress::platform::error::Failure;
        let departments = async || world.ask("admin", "{ departments { totalCount } }", json!({})).await.number("/departments/totalCount");
        let before = departments().await;
        for (login, role) in [("auditor", Role::Auditor), ("external", Role::External)] {
            let actor = world.actor(login, &[role]).await;
            assert!(actor.only_reads(), "{role}");
            let work = AddDepartment { name: "新部门".to_owned() };
            assert!(matches!(world.db.run(&actor, &work).await, Err(Failure::Forbidden(_))), "{role}");
            world.db.run(&actor, &RecordDenial { permission: Permission::CaseAllocate }).await.unwrap();
        }
        assert_eq!(departments().await, before);
        for role in Role::iter().filter(|role| !matches!(role, Role::Auditor | Role::External)) {
            assert!(!world.actor(&role.to_string().to_lowercase().replace('_', "-"), &[role]).await.only_reads(), "{role}");
        }
    }
}
