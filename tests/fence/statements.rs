//! A list costs a constant number of statements, however many rows it has.

use crate::support::road;
use crate::support::{World, scenario};
use entity::staff_role::Role;
use futures_util::future::join_all;
use serde_json::json;

/// Statements that a query costs, with who asks already known to the server.
async fn cost(world: &World, who: &str, query: &str) -> u64 {
    // Both workers know the token and both parsed the document.
    for _ in 0..6 {
        world.ask(who, query, json!({})).await;
    }
    let mut costs = Vec::new();
    for _ in 0..5 {
        let before = world.app.statements.count();
        world.ask(who, query, json!({})).await.at("");
        costs.push(world.app.statements.count() - before);
    }
    costs.into_iter().min().unwrap()
}

async fn busy_world(world: &World) {
    world.token("handler").await;
    let one = async || {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        case.step(world, "handler", "recordStatement", road::statement("COMPLAINANT")).await;
        case.request(world, "10000", "12500", "30000").await.done("requestApproval");
        case
    };
    let mut cases = Vec::new();
    for _ in 0..10 {
        cases.extend(join_all((0..5).map(|_| one())).await);
    }
    for case in &mut cases[..12] {
        case.investigate(world).await;
        case.draft(world).await;
    }
}

scenario! {
    /// Every list: five rows or fifty, the same small number of statements.
    async fn lists_cost_a_constant_number_of_statements(world) {
        busy_world(world).await;
        let mut archived = road::replied(world).await;
        archived.close(world).await;
        archived.archive(world).await;
        let node = "id number channel { code } severity { labelZh } complainantName { value } phone { value } contractNumber overdue
            handler { name } deadlines { code status } approvals { id state content { ... on NegotiatedSurrender { excess } } }
            timeline(first: 5) { edges { node { kind detail { ... on ContactDetail { content } } } } }";
        let people = "registeredBy { name department { name } roles } handler { name department { name } roles }
            approvals { requestedBy { name } steps { actedBy { name } } viewerCan { decide { allowed refusals { rule } } } }
            timeline(first: 100) { edges { node { recordedBy { name } detail { ... on AllocationDetail { handler { name } } ... on ApprovalDetail { approval { case { number } } } } } } }
            plans { number draftedBy { name } }
            viewerCan { allocate { allowed } submitPlan { allowed } reviewPlan { allowed } recordReply { allowed } close { allowed refusals { rule } } }";
        for (who, list, most) in [
            ("supervisor", format!("cases(first: FIRST) {{ edges {{ node {{ {node} }} }} }}"), 1),
            ("handler", format!("cases(first: FIRST) {{ edges {{ node {{ {node} }} }} }}"), 1),
            ("supervisor", format!("cases(first: FIRST) {{ totalCount edges {{ node {{ {node} }} }} }}"), 2),
            ("supervisor", format!("cases(first: FIRST) {{ edges {{ node {{ {people} }} }} }}"), 14),
            ("supervisor", "cases(first: FIRST) { edges { node { a: timeline(first: 1) { edges { node { id } } } b: timeline(first: 2) { edges { node { id } } } } } }".to_owned(), 3),
            ("manager", "approvals(first: FIRST) { edges { node { id case { number handler { name } } requestedBy { name } steps { act } viewerCan { decide { allowed } endorse { allowed } } } } }".to_owned(), 8),
            ("auditor", "auditEvents(first: FIRST) { edges { node { action reason actor { name } } } }".to_owned(), 2),
            ("auditor", "archiveFiles(first: FIRST) { edges { node { number filedBy { name } } } }".to_owned(), 2),
            ("auditor", "accessRegister(first: FIRST) { edges { node { reader { name } } } }".to_owned(), 2),
            ("admin", "staff(first: FIRST) { edges { node { name department { name } roles } } }".to_owned(), 3),
        ] {
            // Two rows or fifty: which look-ups share a batch depends on when answers arrive, so the bound is what counts.
            for rows in [2, 50] {
                let query = format!("{{ {} }}", list.replace("FIRST", &rows.to_string()));
                let cost = cost(world, who, &query).await;
                assert!(cost <= most, "{cost} statements for {rows} rows of {list}");
            }
        }
    }
}

scenario! {
    /// `nodes`: one statement for each kind of object, however many ids.
    async fn nodes_cost_one_statement_per_kind(world) {
        busy_world(world).await;
        let found = world.ask("supervisor", "{ cases(first: 40) { edges { node { id approvals { id } } } } }", json!({})).await;
        let edges = found.at("/cases/edges").as_array().unwrap().clone();
        let ids: Vec<_> = edges.iter().flat_map(|edge| [edge["node"]["id"].to_string(), edge["node"]["approvals"][0]["id"].to_string()]).collect();
        let query = format!("{{ nodes(ids: [{}]) {{ id ... on Case {{ number }} ... on Approval {{ state }} }} }}", ids.join(", "));
        assert!(cost(world, "supervisor", &query).await <= 4);
    }
}

scenario! {
    /// A case with its handler, approvals, deadlines and timeline is one statement.
    async fn a_hot_read_is_one_statement(world) {
        let case = road::submitted(world).await;
        case.request(world, "10000", "11000", "30000").await.done("requestApproval");
        let query = format!("{{ case(id: \"{}\") {{ number state handler {{ name }} approvals {{ state tier }} deadlines {{ dueAt }} overdue
            timeline(first: 3) {{ edges {{ node {{ kind occurredAt }} }} }} }} }}", case.id);
        for who in ["handler", "supervisor", "auditor", "general-manager"] {
            assert_eq!(cost(world, who, &query).await, 1, "{who}");
        }
    }
}

scenario! {
    /// Whoever sees a few of many cases does not read them all to find those.
    async fn narrow_scopes_use_their_index(world) {
        use redress::platform::access::{Actor, PermissionSet, Who};
        use redress::{cases, identity};
        use sea_orm::{ConnectionTrait, DbBackend, QueryOrder, QuerySelect, QueryTrait, Statement, TransactionTrait};
        let tx = world.db.read(&Actor::system("test")).begin().await.unwrap();
        let backend = tx.get_database_backend();
        if backend == DbBackend::Postgres {
            // Few rows would be read without any index.
            tx.execute_unprepared("SET LOCAL enable_seqscan = off").await.unwrap();
        }
        for (role, index) in [(Role::Handler, "cases_owner_received"), (Role::Registrar, "cases_registrar_received")] {
            let id = uuid::Uuid::from_u128(7);
            let actor = Actor {
                who: Who::Staff { id: id.into(), department_id: id.into(), session_id: id.into() },
                roles: [role].into(),
                permissions: identity::permissions::permissions_of_all(&[role]),
                request_id: "test".into(),
            };
            assert_ne!(actor.permissions, PermissionSet::EMPTY);
            let page = cases::store::visible_to(&actor)
                .order_by_desc(entity::case::Column::ReceivedAt)
                .order_by_desc(entity::case::Column::Id)
                .limit(21)
                .build(backend)
                .to_string();
            let (explain, column) = if backend == DbBackend::Sqlite { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
            let rows = tx.query_all_raw(Statement::from_string(backend, format!("{explain} {page}"))).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(column).unwrap()).collect();
            let plan = plan.join("\n");
            assert!(plan.contains(index) && !plan.to_lowercase().contains("sort") && !plan.contains("TEMP B-TREE"), "{role}: {plan}");
        }
    }
}
