use super::{closed_at_once, graded, publish};
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
        for answer in join_all(closed.iter().map(|case| case.attempt(world, "handler", "archiveCase", road::without_evidence()))).await {
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
    /// HK-5.6.2: a part that is neither there nor explained is listed, and nothing is filed; an explanation stands in the file.
    async fn a_file_is_complete_or_says_why_not(world) {
        let mut case = closed_at_once(world, "ORDINARY").await;
        let missing = "FIELD_REQUIRED HK-5.6.2 absentParts";
        let refused = case.attempt(world, "handler", "archiveCase", json!({})).await;
        assert_eq!(refused.refusals("archiveCase"), [missing, missing, missing]);
        let said: Vec<_> = refused.at("/archiveCase/refusals").as_array().unwrap().iter().map(|refusal| refusal["message"].to_string()).collect();
        for (said, part) in said.iter().zip(["投诉处理记录表", "客户提供的证据", "调查材料"]) {
            assert!(said.contains(part), "{said}");
        }
        let because = |parts: &[&str]| json!({ "absentParts": parts.iter().map(|part| json!({ "part": part, "because": "客户中途撤诉。" })).collect::<Vec<_>>() });
        let all = ["HANDLING_RECORD", "CUSTOMER_EVIDENCE", "INVESTIGATION_MATERIAL"];
        for left_out in 0..3 {
            let some: Vec<_> = all.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, part)| *part).collect();
            let refused = case.attempt(world, "handler", "archiveCase", because(&some)).await;
            assert_eq!(refused.refusals("archiveCase"), [missing]);
        }
        let there = case.attempt(world, "handler", "archiveCase", because(&["ARCHIVE_FORM", all[0], all[1], all[2]])).await;
        assert_eq!(there.refusals("archiveCase"), ["INPUT_NOT_ALLOWED HK-5.6.2 absentParts"]);
        assert_eq!(case.attempt(world, "handler", "archiveCase", because(&["RECIPE"])).await.error_code(), "BAD_USER_INPUT");
        let blank = json!({ "absentParts": [{ "part": all[0], "because": " " }] });
        assert_eq!(case.attempt(world, "handler", "archiveCase", blank).await.error_code(), "BAD_USER_INPUT");
        for (more, refusal) in [
            (json!({ "category": "SCRIPT" }), "INPUT_NOT_ALLOWED SG-12.2 category"),
            (json!({ "medium": "PAPER" }), "NOT_ALLOWED_BY_PROFILE SG-13.1 medium"),
        ] {
            assert_eq!(case.attempt(world, "handler", "archiveCase", more).await.refusals("archiveCase"), [refusal]);
        }
        case.step(world, "handler", "archiveCase", because(&all)).await;
        let files = world.ask("archivist", "{ archiveFiles { edges { node { id number medium outcome handler { name } completedAt } } } }", json!({})).await;
        assert_eq!(files.text("/archiveFiles/edges/0/node/number"), "DA2024-000001", "what was refused burnt no number");
        assert_eq!(files.text("/archiveFiles/edges/0/node/handler/name"), "测试handler");
        assert_eq!(files.text("/archiveFiles/edges/0/node/completedAt"), "2024-03-04T01:30:00+00:00");
        let open = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: HANDLING }) { opened { parts { kind content } } refusals { code } } }";
        let opened = world.ask("archivist", open, json!({ "id": files.text("/archiveFiles/edges/0/node/id") })).await;
        let parts = opened.at("/openArchiveFile/opened/parts").as_array().unwrap();
        let contents = &parts.iter().find(|part| part["kind"] == "CONTENTS").unwrap()["content"];
        assert_eq!(contents[0], json!({ "part": "ARCHIVE_FORM", "present": true, "noneBecause": null }));
        assert_eq!(contents[2], json!({ "part": "CUSTOMER_EVIDENCE", "present": false, "noneBecause": "客户中途撤诉。" }));
    }
}

scenario! {
    /// SG-12.1 SG-12.2 SG-13.2 SG-A9 SG-A12: numbers by year, level and category, without gaps when fifty are filed at once and some
    /// are refused; the thousandth has four digits; paper has a series of its own; the tree finds exactly those files.
    async fn numbers_count_within_year_level_and_category(world) {
        publish(world, &graded()).await;
        let absent = json!([
            { "part": "VERIFICATION", "because": "无" }, { "part": "GRADING", "because": "无" }, { "part": "ROUTING", "because": "无" },
            { "part": "TRACKING", "because": "无" }, { "part": "RESULT", "because": "无" },
        ]);
        let filing = |category: &str| json!({ "category": category, "absentParts": absent.clone() });
        let cases = join_all((0..50).map(|_| closed_at_once(world, "ORDINARY"))).await;
        let grave = closed_at_once(world, "MAJOR").await;
        let without_grading = json!({ "category": "SCRIPT", "absentParts": [absent[0], absent[2], absent[3], absent[4]] });
        let refused = cases[0].attempt(world, "handler", "archiveCase", without_grading).await;
        assert_eq!(refused.refusals("archiveCase"), ["FIELD_REQUIRED SG-12.1 absentParts"]);
        let uncategorised = cases[0].attempt(world, "handler", "archiveCase", json!({ "absentParts": absent.clone() })).await;
        assert_eq!(uncategorised.refusals("archiveCase"), ["FIELD_REQUIRED SG-12.2 category"]);
        let category = |at: usize| if at.is_multiple_of(2) { "SCRIPT" } else { "SERVICE" };
        let filed = cases.iter().enumerate().map(|(at, case)| case.attempt(world, "handler", "archiveCase", filing(category(at))));
        // Each of these is sent again as often, and is refused while the others take their numbers.
        let stale = cases.iter().map(|case| case.attempt(world, "handler", "archiveCase", json!({ "category": "SCRIPT" })));
        let (filed, _) = futures_util::join!(join_all(filed), join_all(stale));
        filed.iter().for_each(|answer| { answer.done("archiveCase"); });
        grave.attempt(world, "handler", "archiveCase", filing("SCRIPT")).await.done("archiveCase");

        let numbers = async |filter: &str| {
            let query = format!("{{ archiveFiles(first: 100, filter: {{ {filter} }}) {{ edges {{ node {{ number }} }} }} }}");
            let found = world.ask("archivist", &query, json!({})).await;
            let mut numbers: Vec<_> = found.at("/archiveFiles/edges").as_array().unwrap().iter().map(|edge| edge["node"]["number"].as_str().unwrap().to_owned()).collect();
            numbers.sort_unstable();
            numbers
        };
        let expected = |name: &str| (1..=25).map(|serial| format!("2024-一级-{name}-{serial:03}")).collect::<Vec<_>>();
        assert_eq!(numbers("year: 2024, severities: [\"ORDINARY\"], categories: [\"SCRIPT\"]").await, expected("剧本相关"));
        assert_eq!(numbers("categories: [\"SERVICE\"]").await, expected("服务"));
        assert_eq!(numbers("severities: [\"MAJOR\"]").await, ["2024-三级-剧本相关-001"]);
        let tree = world.ask("auditor", "{ archiveTree { year files levels { severity files categories { category files } } } }", json!({})).await;
        assert_eq!(tree.at("/archiveTree"), &json!([{ "year": 2024, "files": 51, "levels": [
            { "severity": "MAJOR", "files": 1, "categories": [{ "category": "SCRIPT", "files": 1 }] },
            { "severity": "ORDINARY", "files": 50, "categories": [{ "category": "SCRIPT", "files": 25 }, { "category": "SERVICE", "files": 25 }] },
        ] }]));
        // The thousandth, and the first on paper.
        let writer = crate::archive::writer(world).await;
        writer.execute_unprepared("UPDATE number_series SET last_value = 999 WHERE name = 'archive:2024:ORDINARY:SCRIPT'").await.unwrap();
        let key_holder = world.id_of("archivist").await;
        let placement = json!({ "cabinet": "甲柜", "place": "三层", "keyHolderId": key_holder });
        for (more, number) in [(json!({}), "2024-一级-剧本相关-1000"), (json!({ "medium": "PAPER", "placement": placement }), "纸2024-一级-剧本相关-001")] {
            let case = closed_at_once(world, "ORDINARY").await;
            let mut input = filing("SCRIPT");
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            case.attempt(world, "handler", "archiveCase", input).await.done("archiveCase");
            assert_eq!(numbers(&format!("caseNumber: \"{}\"", case.number)).await, [number]);
        }
        // SG-3.3: vouchers, verification records, routing slips and tracking records are parts of the file.
        let file = world.ask("auditor", "{ archiveFiles(first: 1) { edges { node { id } } } }", json!({})).await;
        let open = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: COMPLIANCE_CHECK }) { opened { parts { kind } } refusals { code } } }";
        let opened = world.ask("auditor", open, json!({ "id": file.text("/archiveFiles/edges/0/node/id") })).await;
        let kinds = opened.at("/openArchiveFile/opened/parts").to_string();
        for kind in ["ARCHIVE_FORM", "EVIDENCE", "APPROVALS", "ASSISTANCES", "HANDLING_RECORD"] {
            assert!(kinds.contains(kind), "{kind}");
        }
        writer.close().await.unwrap();
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
