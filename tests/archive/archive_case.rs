use crate::support::road;
use crate::support::scenario;
use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use serde_json::json;

scenario! {
    /// HK-3.4 HK-5.6.1: the handler files the own closed case, and nobody else's, and nothing that is not closed.
    async fn the_handler_files_the_own_closed_case(world) {
        let mut case = road::replied(world).await;
        let early = case.attempt(world, "handler", "archiveCase", json!({})).await;
        assert_eq!(early.refusals("archiveCase"), ["STATE_NOT_ALLOWED HK-5.6.1"]);
        case.close(world).await;
        assert_eq!(case.attempt(world, "handler-2", "archiveCase", json!({})).await.error_code(), "NOT_FOUND");
        let supervisor = case.attempt(world, "supervisor", "archiveCase", json!({})).await;
        assert_eq!(supervisor.refusals("archiveCase"), ["NOT_THE_HANDLER HK-5.6.1"]);
        for who in ["archivist", "auditor", "registrar", "manager", "general-manager", "admin"] {
            assert_eq!(case.attempt(world, who, "archiveCase", json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        case.archive(world).await;
        let again = case.attempt(world, "handler", "archiveCase", json!({})).await;
        assert_eq!(again.refusals("archiveCase"), ["STATE_NOT_ALLOWED HK-5.6.1"]);
    }
}

scenario! {
    /// HK-5.6.1 HK-F.4: unique numbers without gaps per year, also when many are filed at once; the form shows channel and number.
    async fn archive_numbers_have_no_gaps(world) {
        let mut closed = Vec::new();
        for _ in 0..8 {
            let mut case = road::replied(world).await;
            case.close(world).await;
            closed.push(case);
        }
        for answer in join_all(closed.iter().map(|case| case.attempt(world, "handler", "archiveCase", json!({})))).await {
            answer.done("archiveCase");
        }
        let query = "{ archiveFiles(first: 100) { edges { node { number year caseNumber channel severity filedBy { name } } } } }";
        let files = world.ask("archivist", query, json!({})).await;
        let mut numbers: Vec<_> = files.at("/archiveFiles/edges").as_array().unwrap().iter().map(|edge| edge["node"]["number"].as_str().unwrap()).collect();
        numbers.sort_unstable();
        let expected: Vec<_> = (1..=8).map(|serial| format!("DA2024-{serial:06}")).collect();
        assert_eq!(numbers, expected);
        assert_eq!(files.at("/archiveFiles/edges/0/node/channel"), "PHONE");
    }
}

scenario! {
    /// HK-5.6.2 HK-5.6.4: what was filed cannot be changed, not even by the program.
    async fn what_was_filed_cannot_be_changed(world) {
        let mut case = road::investigated(world).await;
        case.add_evidence(world).await;
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        case.archive(world).await;
        // The writing connection that the program itself uses.
        let url = secrecy::ExposeSecret::expose_secret(&world.config.database.url);
        let raw = sea_orm::Database::connect(url).await.unwrap();
        for table in ["archive_files", "audit_events", "case_entries", "approval_steps", "access_register", "profile_versions", "evidence"] {
            let rows = raw.query_all_raw(sea_orm::Statement::from_string(raw.get_database_backend(), format!("SELECT 1 FROM {table}"))).await.unwrap();
            if rows.is_empty() {
                continue;
            }
            for statement in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET id = id")] {
                let refused = raw.execute_unprepared(&statement).await.unwrap_err().to_string();
                assert!(refused.contains("append-only"), "{statement}: {refused}");
            }
        }
        raw.close().await.unwrap();
    }
}
