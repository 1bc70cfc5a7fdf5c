//! A list costs a constant number of statements, however many rows it has.

use crate::support::help::{self, Help};
use crate::support::meeting;
use crate::support::outside::Hook;
use crate::support::program::Program;
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
        case.add_evidence(world).await;
        case.request(world, "10000", "12500", "30000").await.done("requestApproval");
        case
    };
    let about = json!({ "respondent": { "kind": "STAFF", "staffId": world.id_of("supervisor-2").await } });
    let mut cases = Vec::new();
    for _ in 0..10 {
        cases.extend(join_all((0..5).map(|_| one())).await);
    }
    for case in &cases[40..] {
        case.attempt(world, "handler", "addRespondent", about.clone()).await.done("addRespondent");
        let link = json!({ "otherNumber": cases[0].number, "kind": "MERGED", "reason": "同一事项。" });
        case.attempt(world, "supervisor", "linkCases", link).await.done("linkCases");
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
        let lesson = "mutation($id: ID!) { addLibraryEntry(input: { caseId: $id, summary: \"摘要\", lesson: \"教训\", tags: [\"回访\"] }) { refusals { code } } }";
        world.ask("supervisor", lesson, json!({ "id": archived.id })).await.done("addLibraryEntry");
        let suggestion = "mutation($id: ID!) { recordSuggestion(input: { caseId: $id, kind: ISSUE, text: \"问题\", reportedTo: \"总经理室\" }) { refusals { code } } }";
        for _ in 0..3 {
            world.ask("supervisor", suggestion, json!({ "id": archived.id })).await.done("recordSuggestion");
        }
        help::departments(world).await;
        let cases = world.ask("handler", "{ cases(first: 50) { edges { node { id number version evidence { id } } } } }", json!({})).await;
        for node in cases.at("/cases/edges").as_array().unwrap().iter().map(|edge| &edge["node"]) {
            let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
            let case = road::OnTheRoad { id: text("id"), number: text("number"), version: 1, handler: "handler".to_owned() };
            let asked = help::request(world, "handler", &case, help::FINANCE, json!({})).await;
            if asked.at("/requestAssistance/assistance").is_null() {
                continue;
            }
            let mut help = Help::of(&asked);
            help.item(world).await.approve(world, "supervisor").await.done("decideApproval");
            help.step(world, "handler", "deliverAssistance", json!({ "evidenceIds": [node["evidence"][0]["id"]] })).await;
            help.step(world, "clerk", "askForInformation", json!({ "question": "请补充。" })).await;
        }
        let report = "mutation { generateMonthlyReport(input: { year: 2024, month: 3 }) { refusals { code } } }";
        for _ in 0..3 {
            world.ask("supervisor", report, json!({})).await.done("generateMonthlyReport");
        }
        let node = "id number channel { code } severity { labelZh } complainantName { value } phone { value } contractNumber overdue
            handler { name } deadlines { code status } approvals { id state content { ... on NegotiatedSurrender { excess } } }
            timeline(first: 5) { edges { node { kind detail { ... on ContactDetail { content } } } } }";
        let people = "registeredBy { name department { name } roles } handler { name department { name } roles }
            approvals { requestedBy { name } steps { actedBy { name } } viewerCan { decide { allowed refusals { rule } } } }
            timeline(first: 100) { edges { node { recordedBy { name } detail { ... on AllocationDetail { handler { name } } ... on ApprovalDetail { approval { case { number } } } } } } }
            plans { number draftedBy { name } } evidence { kind name { value } collector { name } }
            viewerCan { allocate { allowed } submitPlan { allowed } reviewPlan { allowed } recordReply { allowed } close { allowed refusals { rule } } }";
        let oversight = "acknowledgement { at } classification { severity { code } recordedBy { name } } classifications { decided } escalations { report answer }
            evidenceTransfers { department } urgent agentAtFault
            viewerCan { classify { allowed } escalate { allowed } answerEscalation { allowed } recordAgentFault { allowed } transferEvidence { allowed } addLibraryEntry { allowed } }";
        let closing = "suspensions { endsAt suspendedBy { name } } predecessor { number } successors { number closedAt }
            form(kind: HANDLING_RECORD) { fields { label value { value } } entries { person action result } }
            viewerCan { suspend { allowed } reopen { allowed } voidVoucher { allowed } agreeToVoid { allowed } }";
        let group = "complainants { name { value } phone { value } lead } headCount groupHeadCount authorityLetters { holderName { value } }
            respondents { kind staff { name } department { name } } intakeForm { ... on CallForm { callerNumber { value } receiver } }
            earlierCases { inCommon found { number case { number } } } links { kind other { number case { number } } } recusals { person { name } reasons }
            viewerCan { addComplainant { allowed } linkCases { allowed } declareRecusal { allowed } reviewPlan { allowed } }";
        let assistance = "number state department { name } question requestedBy { name } caseNumber dueAt deadlineStatus evidence { sha256 } form { fields { code } }
            informationRequests { question askedBy { name } } deliveredBy { name }
            viewerCan { receive { allowed } return { allowed } deliver { allowed } remind { allowed } }";
        let mut dear = Vec::new();
        for (who, list, most) in [
            ("supervisor", format!("cases(first: FIRST) {{ edges {{ node {{ {oversight} }} }} }}"), 8),
            ("supervisor", "cases(first: FIRST, filter: { noContactForDays: 0, acknowledged: false, urgent: false }) { totalCount edges { node { number } } }".to_owned(), 2),
            ("supervisor", "libraryEntries(first: FIRST) { totalCount edges { node { summary tags addedBy { name } case { number } } } }".to_owned(), 5),
            ("supervisor", "suggestions(first: FIRST) { totalCount edges { node { text recordedBy { name } case { number } } } }".to_owned(), 4),
            ("supervisor", "monthlyReports(first: FIRST) { edges { node { generatedBy { name } suggestions { text case { number } } } } }".to_owned(), 4),
            ("supervisor", format!("cases(first: FIRST) {{ edges {{ node {{ {node} }} }} }}"), 1),
            ("handler", format!("cases(first: FIRST) {{ edges {{ node {{ {node} }} }} }}"), 1),
            ("supervisor", format!("cases(first: FIRST) {{ totalCount edges {{ node {{ {node} }} }} }}"), 2),
            ("supervisor", format!("cases(first: FIRST) {{ edges {{ node {{ {people} }} }} }}"), 29),
            ("clerk", format!("assistances(first: FIRST) {{ totalCount edges {{ node {{ {assistance} }} }} }}"), 14),
            ("handler", format!("assistances(first: FIRST) {{ edges {{ node {{ {assistance} case {{ number }} approval {{ state }} }} }} }}"), 14),
            ("supervisor", format!("cases(first: FIRST) {{ edges {{ node {{ assistances {{ {assistance} }} }} }} }}"), 14),
            ("supervisor", "cases(first: FIRST) { edges { node { evidence { id kind sha256 size case { number } } } } }".to_owned(), 2),
            ("supervisor", "cases(first: FIRST) { edges { node { a: timeline(first: 1) { edges { node { id } } } b: timeline(first: 2) { edges { node { id } } } } } }".to_owned(), 3),
            ("supervisor", format!("cases(first: FIRST) {{ edges {{ node {{ {closing} }} }} }}"), 9),
            ("supervisor", format!("cases(first: FIRST) {{ edges {{ node {{ {group} }} }} }}"), 26),
            ("manager", "approvals(first: FIRST) { edges { node { id case { number handler { name } } requestedBy { name } steps { act } viewerCan { decide { allowed } endorse { allowed } } } } }".to_owned(), 14),
            ("supervisor", "cases(first: FIRST) { edges { node { waitingSince routing { answerer { name } } suggestedHandlers { open handler { name } } viewerCan { reassign { allowed } routeToDepartment { allowed } recordReply { allowed } } } } }".to_owned(), 17),
            ("supervisor", "cases(first: FIRST, filter: { mine: true, noContactForDays: 0 }) { totalCount edges { node { number } } }".to_owned(), 3),
            ("handler", "viewer { tasks(first: FIRST) { totalCount edges { node { kind dueAt overdue since case { number handler { name } deadlines { code } viewerCan { submitPlan { allowed } } } approval { id } } } } counts { tasks { open byKind { kind overdue } } } }".to_owned(), 11),
            ("supervisor", "viewer { tasks(first: FIRST) { edges { node { kind case { number } approval { id requestedBy { name } viewerCan { endorse { allowed } decide { allowed } } } } } } }".to_owned(), 16),
            ("handler", "viewer { counts { tasks { open overdue byKind { kind open overdue } } } }".to_owned(), 2),
            ("auditor", "auditEvents(first: FIRST) { edges { node { action reason actor { name } } } }".to_owned(), 3),
            ("auditor", "archiveFiles(first: FIRST) { edges { node { number filedBy { name } } } }".to_owned(), 2),
            ("auditor", "archiveFiles(first: FIRST, filter: { text: \"客户\" }) { totalCount edges { node { number handler { name } placement { keyHolder { name } } damages { kind measure foundBy { name } } } } }".to_owned(), 6),
            ("auditor", "archiveTree { year files levels { severity categories { files } } }".to_owned(), 1),
            ("archivist", "archiveChecks(first: FIRST) { totalCount edges { node { checkedBy { name } findings { kind file { number } measure } } } }".to_owned(), 6),
            ("archivist", "archiveDamages(first: FIRST) { edges { node { kind file { number } measure treatedBy { name } treatedAt } } }".to_owned(), 4),
            ("archivist", "archiveBackups(first: FIRST) { edges { node { recordedBy { name } } } }".to_owned(), 2),
            ("archivist", "archiveChecksDue { overdue }".to_owned(), 5),
            ("manager", "incidents(first: FIRST) { edges { node { recordedBy { name } followUps { text recordedBy { name } } } } }".to_owned(), 3),
            ("auditor", "archiveFiles(first: FIRST) { edges { node { retention { state retainUntil permanentGrounds { reason } holds { reason placedBy { name } } } } } }".to_owned(), 7),
            ("auditor", "disposals(first: FIRST) { totalCount edges { node { state proposedBy { name } files { number outcome } } } }".to_owned(), 4),
            ("auditor", "accessRegister(first: FIRST) { edges { node { reader { name } } } }".to_owned(), 2),
            ("handler", "viewer { counts { unreadNotifications } notificationPreferences { email } notifications(first: FIRST) { totalCount edges { node { title case { number handler { name } } readAt } } } }".to_owned(), 6),
            ("admin", "staff(first: FIRST) { edges { node { email } } }".to_owned(), 2),
            ("admin", "staff(first: FIRST) { edges { node { secondFactorSince } } }".to_owned(), 2),
            ("supervisor", "cases(first: FIRST) { edges { node { deadlines { owner { name } derivation { countedDays skippedDays { notice } } pauses { reason } extensions { reason } viewerCan { pause { allowed } extend { allowed } } } } } }".to_owned(), 5),
            ("admin", "staff(first: FIRST) { edges { node { name department { name } roles } } }".to_owned(), 3),
        ] {
            // Two rows or fifty: which look-ups share a batch depends on when answers arrive, so the bound is what counts.
            for rows in [2, 50] {
                let query = format!("{{ {} }}", list.replace("FIRST", &rows.to_string()));
                let cost = cost(world, who, &query).await;
                if cost > most {
                    dear.push(format!("{cost} statements, not {most}, for {rows} rows of {list}"));
                }
            }
        }
        assert!(dear.is_empty(), "{dear:#?}");
    }
}

scenario! {
    /// Joint reviews too, with everything that belongs to them.
    async fn joint_reviews_cost_a_constant_number_of_statements(world) {
        meeting::filed(world).await;
        for _ in 0..6 {
            meeting::requested(world).await;
        }
        let node = "number state agenda { caseNumber question case { number } } evidence { sha256 name { value } } chair { name } recorder { name }
            attendees { capacity person { name } } minutes { sha256 statements { person { name } text } writtenBy { name } } minutesVersions { version }
            signatures { person { name } void } signingRefusals { person { name } } approval { state } form { fields { value { value } } entries { person } }
            viewerCan { convene { allowed } signMinutes { allowed } recordMinutes { allowed } }";
        let mut dear = Vec::new();
        for (who, list, most) in [
            ("supervisor", format!("jointReviews(first: FIRST) {{ totalCount edges {{ node {{ {node} }} }} }}"), 20),
            ("auditor", format!("jointReviewFolder(first: FIRST) {{ edges {{ node {{ {node} }} }} }}"), 20),
            ("supervisor", "cases(first: FIRST) { edges { node { jointReviews { number state } viewerCan { requestJointReview { allowed } } } } }".to_owned(), 3),
            ("auditor", "jointReviewFigures(from: \"2024-03-01\") { held hoursToSign }".to_owned(), 1),
        ] {
            for rows in [1, 50] {
                let query = format!("{{ {} }}", list.replace("FIRST", &rows.to_string()));
                let cost = cost(world, who, &query).await;
                if cost > most {
                    dear.push(format!("{cost} statements, not {most}, for {rows} rows of {list}"));
                }
            }
        }
        assert!(dear.is_empty(), "{dear:#?}");
    }
}

scenario! {
    /// Deliveries too: two rows or fifty.
    async fn deliveries_cost_a_constant_number_of_statements(world) {
        let hook = Hook::start().await;
        let reaching = crate::notifications::reaching_hooks(world, &[("one", &hook), ("two", &hook)]);
        for _ in 0..5 {
            join_all((0..5).map(|_| reaching.allocate(world, "handler"))).await;
        }
        for rows in [2, 50] {
            let query = format!("{{ deliveries(first: {rows}) {{ edges {{ node {{ kind problem recipient {{ name email }} }} }} }} }}");
            let cost = cost(world, "admin", &query).await;
            assert!(cost <= 3, "{cost} statements for {rows} rows");
        }
    }
}

scenario! {
    /// Service accounts too, with their keys.
    async fn service_accounts_cost_a_constant_number_of_statements(world) {
        for name in 0..8 {
            Program::added(world, &format!("导出程序 {name}"), "AUDITOR", &["CASE_READ"]).await.token(world).await;
        }
        for rows in [2, 50] {
            let query = format!("{{ serviceAccounts(first: {rows}) {{ totalCount edges {{ node {{ name scopes active lastUsedAt
                department {{ name }} responsible {{ name }} keys {{ thumbprint algorithm lastUsedAt }} }} }} }} }}");
            let cost = cost(world, "admin", &query).await;
            assert!(cost <= 7, "{cost} statements for {rows} rows");
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
                ..Actor::nobody("test".into())
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

scenario! {
    /// The load of the team: a constant number of statements, whoever is in it.
    async fn the_team_costs_a_constant_number_of_statements(world) {
        let query = "{ teamLoad { handler { name department { name } } open overdue dueSoon byState { state cases } } }";
        busy_world(world).await;
        assert!(cost(world, "supervisor", query).await <= 6);
        for n in 3..20 {
            let login = format!("handler-{n}");
            world.add_person(&login, &[Role::Handler]).await;
            road::registered(world).await.allocate(world, &login).await;
        }
        let cost = cost(world, "supervisor", query).await;
        assert!(cost <= 6, "{cost}");
    }
}

scenario! {
    /// The work lists begin at an index of what is open: nobody reads every case, or every item, to find a few.
    async fn work_lists_use_their_indexes(world) {
        use redress::platform::access::{Actor, Who};
        use redress::platform::page::PageArgs;
        use redress::tasks::store::Tasks;
        use redress::identity::permissions::permissions_of_all;
        use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
        let tx = world.db.read(&Actor::system("test")).begin().await.unwrap();
        let backend = tx.get_database_backend();
        if backend == DbBackend::Postgres {
            // Few rows would be read without any index.
            tx.execute_unprepared("SET LOCAL enable_seqscan = off").await.unwrap();
        }
        for (role, indexes) in [
            (Role::Handler, vec!["cases_handler_state", "plans_case_number"]),
            (Role::Supervisor, vec!["cases_state_received", "approvals_state", "cases_handler_state"]),
            (Role::Manager, vec!["cases_state_received", "approvals_state"]),
            (Role::DepartmentHead, vec!["case_routings_answerer"]),
        ] {
            let id = uuid::Uuid::from_u128(7);
            let actor = Actor {
                who: Who::Staff { id: id.into(), department_id: id.into(), session_id: id.into() },
                roles: [role].into(),
                permissions: permissions_of_all(&[role]),
                ..Actor::nobody("test".into())
            };
            let tasks = Tasks::of(&tx, &actor, world.clock.now()).await.unwrap();
            let query = tasks.page_query(None, PageArgs::default().check_as().unwrap()).unwrap();
            let page = backend.build(&query).to_string();
            let (explain, column) = if backend == DbBackend::Sqlite { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
            let rows = tx.query_all_raw(Statement::from_string(backend, format!("{explain} {page}"))).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(column).unwrap()).collect();
            let plan = plan.join("\n");
            for index in indexes {
                assert!(plan.contains(index), "{role} without {index}: {plan}");
            }
            for table in ["cases", "approvals", "case_deadlines", "case_routings", "plans"] {
                let whole = [format!("Seq Scan on {table}"), format!("SCAN {table}")];
                assert!(plan.lines().all(|line| !whole.iter().any(|whole| line.trim() == whole || line.contains(&format!("{whole} ")))), "{role} {table}: {plan}");
            }
        }
    }
}
