//! recordContact, recordStatement, recordFinding.

use crate::support::road;
use crate::support::scenario;
use futures_util::future::join_all;
use serde_json::json;

const RECORD: [&str; 3] = ["recordContact", "recordStatement", "recordFinding"];

fn input(mutation: &str) -> serde_json::Value {
    match mutation {
        "recordContact" => road::contact(),
        "recordStatement" => road::statement("AGENT"),
        _ => road::fact(),
    }
}

scenario! {
    /// HK-2.5 HK-5.4.1 HK-5.4.2: only the handler records; the first entry begins the investigation.
    async fn the_handler_records(world) {
        for mutation in RECORD {
            let mut case = road::registered(world).await;
            case.allocate(world, "handler").await;
            let foreign = case.attempt(world, "handler-2", mutation, input(mutation)).await;
            assert_eq!(foreign.error_code(), "NOT_FOUND", "{mutation}");
            let supervisor = case.attempt(world, "supervisor", mutation, input(mutation)).await;
            assert!(supervisor.refusals(mutation)[0].starts_with("NOT_THE_HANDLER"), "{mutation}");
            for who in ["registrar", "manager", "auditor"] {
                assert_eq!(case.attempt(world, who, mutation, input(mutation)).await.error_code(), "FORBIDDEN");
            }
            let answer = case.step(world, "handler", mutation, input(mutation)).await;
            assert_eq!(answer.text(&format!("/{mutation}/case/state")), "INVESTIGATING");
        }
    }
}

scenario! {
    /// HK-F.5: the handling record is ordered by when things happened and keeps what was written.
    async fn the_record_is_ordered_by_when_it_happened(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        world.set_time("2024-03-06T18:00:00");
        for (content, at) in [("第二", "2024-03-06T11:00:00+08:00"), ("第一", "2024-03-05T09:00:00+08:00"), ("第三", "2024-03-06T18:00:00+08:00")] {
            let more = json!({ "direction": "INBOUND", "means": "EMAIL", "content": content, "occurredAt": at });
            case.step(world, "handler", "recordContact", more).await;
        }
        let query = "query($id: ID!, $first: Int, $after: String) { case(id: $id) {
            timeline(direction: ASC, first: $first, after: $after) { pageInfo { hasNextPage endCursor hasPreviousPage }
                edges { node { kind occurredAt recordedAt recordedBy { name } detail { ... on ContactDetail { content means direction reached } } } } } } }";
        let all = world.ask("handler", query, json!({ "id": case.id, "first": 100 })).await;
        let contents: Vec<_> = all.at("/case/timeline/edges").as_array().unwrap().iter().filter_map(|edge| edge["node"]["detail"]["content"].as_str()).collect();
        assert_eq!(contents, ["第一", "第二", "第三"]);
        assert_eq!(all.text("/case/timeline/edges/2/node/recordedAt"), "2024-03-06T10:00:00+00:00");
        assert_eq!(all.text("/case/timeline/edges/2/node/recordedBy/name"), "测试handler");

        let mut seen = Vec::new();
        let mut after = json!(null);
        loop {
            let page = world.ask("handler", query, json!({ "id": case.id, "first": 2, "after": after })).await;
            let edges = page.at("/case/timeline/edges").as_array().unwrap().clone();
            seen.extend(edges.iter().map(|edge| edge["node"].clone()));
            after = page.at("/case/timeline/pageInfo/endCursor").clone();
            if page.at("/case/timeline/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
        }
        let whole: Vec<_> = all.at("/case/timeline/edges").as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect();
        assert_eq!(seen, whole, "the pages together are the whole");
    }
}

scenario! {
    /// What is recorded has happened: not in the future, not before the complaint came in.
    async fn what_is_recorded_has_happened(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        for mutation in RECORD {
            for at in ["2024-03-04T09:30:01+08:00", "2024-03-04T09:29:59+08:00"] {
                let mut more = input(mutation);
                more["occurredAt"] = json!(at);
                let refused = case.attempt(world, "handler", mutation, more).await;
                assert!(refused.refusals(mutation)[0].starts_with("TIME_NOT_ALLOWED"), "{mutation} {at}");
            }
        }
    }
}

scenario! {
    /// HK-5.4.3: a responsibility is somebody's, and «no fault found» must be said; a fact names nobody.
    async fn a_responsibility_names_somebody(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let nobody = json!({ "finding": "RESPONSIBILITY", "text": "待定" });
        let refused = case.attempt(world, "handler", "recordFinding", nobody).await;
        assert_eq!(refused.refusals("recordFinding"), ["FIELD_REQUIRED HK-5.4.3 responsibleParty"]);
        let mixed = json!({ "finding": "FACT", "responsibleParty": "AGENT", "text": "x" });
        assert_eq!(case.attempt(world, "handler", "recordFinding", mixed).await.error_code(), "BAD_USER_INPUT");
        let no_fault = json!({ "finding": "RESPONSIBILITY", "responsibleParty": "NOBODY", "text": "未发现过错" });
        case.step(world, "handler", "recordFinding", no_fault).await;
    }
}

scenario! {
    /// Fifty contacts on one case at once: none is lost.
    async fn fifty_contacts_at_once_lose_none(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let answers = join_all((0..50).map(|_| case.attempt(world, "handler", "recordContact", road::contact()))).await;
        for answer in &answers {
            answer.done("recordContact");
        }
        let query = "query($id: ID!) { case(id: $id) { state timeline(first: 100) { edges { node { kind } } } } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        let contacts = seen.at("/case/timeline/edges").as_array().unwrap().iter().filter(|edge| edge["node"]["kind"] == "CONTACT").count();
        assert_eq!(contacts, 50);
    }
}

scenario! {
    /// HK-2.5: a thousand contacts on one case at once: none is lost, none needs the version of the case, and each attempt has a
    /// number of its own.
    async fn a_thousand_contacts_at_once_lose_none(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let began = std::time::Instant::now();
        let token = world.token("handler").await.unwrap();
        let query = "mutation($input: RecordContactInput!) { recordContact(input: $input) { case { id } refusals { code } } }";
        let send = async |serial: usize| {
            let mut input = road::contact();
            input["caseId"] = json!(case.id);
            input["idempotencyKey"] = json!(format!("contact {serial}"));
            let body = json!({ "query": query, "variables": { "input": input } });
            // A server that is too busy says so or lets nobody in; then the same entry is sent again, as a portal does.
            for _ in 0..1000 {
                let request = world.client().post(world.url("/graphql")).bearer_auth(&token).json(&body);
                if let Ok(response) = request.send().await
                    && let Ok(answer) = response.json::<serde_json::Value>().await
                    && answer["errors"][0]["extensions"]["code"] != "LIMITED"
                {
                    assert_eq!(answer["data"]["recordContact"]["refusals"], json!([]), "{answer}");
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            }
            panic!("contact {serial} was never taken");
        };
        join_all((0..1000).map(&send)).await;
        println!("a thousand contacts in {:?}", began.elapsed());
        let query = "query($id: ID!, $after: String) { case(id: $id) { version timeline(first: 100, after: $after) { totalCount pageInfo { endCursor hasNextPage }
            edges { node { kind detail { ... on ContactDetail { attempt } } } } } } }";
        let (mut after, mut attempts) = (json!(null), Vec::new());
        loop {
            let page = world.ask("handler", query, json!({ "id": case.id, "after": after })).await;
            assert_eq!(page.number("/case/timeline/totalCount"), 1002);
            assert_eq!(page.number("/case/version"), case.version + 1, "only the first contact changes the case");
            attempts.extend(page.at("/case/timeline/edges").as_array().unwrap().iter().filter_map(|edge| edge["node"]["detail"]["attempt"].as_i64()));
            after = page.at("/case/timeline/pageInfo/endCursor").clone();
            if page.at("/case/timeline/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
        }
        attempts.sort_unstable();
        assert_eq!(attempts, (1..=1000).collect::<Vec<_>>());
    }
}

scenario! {
    /// HK-2.5: an entry of the contact log tells direction, means, content, outcome and, of ours, the number of the attempt.
    async fn the_contact_log_counts_attempts(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        for (direction, reached, outcome, attempt) in [
            ("OUTBOUND", false, json!("无人接听"), json!(1)),
            ("INBOUND", true, json!(null), json!(null)),
            ("OUTBOUND", false, json!(null), json!(2)),
            ("OUTBOUND", true, json!("约定周五面谈"), json!(3)),
        ] {
            let more = json!({ "direction": direction, "means": "PHONE", "reached": reached, "content": "联系客户", "outcome": outcome });
            case.attempt(world, "handler", "recordContact", more).await.done("recordContact");
            let query = "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { detail { ... on ContactDetail { direction reached outcome attempt } } } } } } }";
            let seen = world.ask("handler", query, json!({ "id": case.id })).await;
            let expected = json!({ "direction": direction, "reached": reached, "outcome": outcome, "attempt": attempt });
            assert_eq!(seen.at("/case/timeline/edges/0/node/detail"), &expected);
        }
    }
}

scenario! {
    /// HK-2.5: last contact on 03-04: on 03-07, three days later, the case is not listed; on 03-08 it is. An attempt that reached
    /// nobody changes nothing, a contact does.
    async fn cases_that_nobody_is_in_touch_about(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        case.step(world, "handler", "recordContact", road::contact()).await;
        let silent = async |days: i32| {
            let query = "query($days: Int!) { cases(filter: { noContactForDays: $days }) { totalCount } }";
            world.ask("supervisor", query, json!({ "days": days })).await
        };
        world.set_time("2024-03-07T23:59:59");
        assert_eq!(silent(3).await.number("/cases/totalCount"), 0);
        world.set_time("2024-03-08T00:00:00");
        assert_eq!(silent(3).await.number("/cases/totalCount"), 1);
        assert_eq!(silent(4).await.number("/cases/totalCount"), 0);
        let mut attempt = road::contact();
        attempt["reached"] = json!(false);
        case.step(world, "handler", "recordContact", attempt).await;
        case.step(world, "handler", "recordStatement", road::statement("AGENT")).await;
        assert_eq!(silent(3).await.number("/cases/totalCount"), 1, "nobody was reached");
        case.step(world, "handler", "recordStatement", road::statement("COMPLAINANT")).await;
        assert_eq!(silent(3).await.number("/cases/totalCount"), 0, "the complainant was heard");
        world.set_time("2024-03-13T09:00:00");
        case.step(world, "handler", "recordContact", road::contact()).await;
        assert_eq!(silent(0).await.number("/cases/totalCount"), 0);
        for days in [-1, 3651, i32::MIN] {
            assert_eq!(silent(days).await.error_code(), "BAD_USER_INPUT", "{days}");
        }
    }
}

scenario! {
    /// Sent again with the same key, an entry is recorded once; with another text it is an error.
    async fn an_entry_sent_twice_is_recorded_once(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        for (mutation, mut input, field) in [
            ("recordContact", road::contact(), "content"), ("recordStatement", road::statement("COMPLAINANT"), "text"), ("recordFinding", road::fact(), "text"),
        ] {
            input["idempotencyKey"] = json!(mutation);
            for _ in 0..3 {
                case.attempt(world, "handler", mutation, input.clone()).await.done(mutation);
            }
            input[field] = json!("另一段文字");
            assert_eq!(case.attempt(world, "handler", mutation, input).await.error_code(), "BAD_USER_INPUT");
        }
        let seen = world.ask("handler", "query($id: ID!) { case(id: $id) { timeline(first: 50) { totalCount } } }", json!({ "id": case.id })).await;
        assert_eq!(seen.number("/case/timeline/totalCount"), 5, "registered, allocated and the three");
    }
}

scenario! {
    /// HK-8.1 G-9: hearing an agent is no contact with the complainant; what an entry changes of the case is in its event.
    async fn only_the_complainant_is_contacted(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let query = "query($id: ID!) { case(id: $id) { contactedAt } }";
        for (party, contacted) in [("STAFF", false), ("AGENT", false), ("COMPLAINANT", true)] {
            case.attempt(world, "handler", "recordStatement", road::statement(party)).await.done("recordStatement");
            let seen = world.ask("handler", query, json!({ "id": case.id })).await;
            assert_eq!(!seen.at("/case/contactedAt").is_null(), contacted, "{party}");
        }
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [STATEMENT_RECORDED] }) { edges { node { before after } } } }", json!({})).await;
        let event = |position: usize| events.at(&format!("/auditEvents/edges/{position}/node")).clone();
        assert_eq!((&event(2)["before"]["state"], &event(2)["after"]["state"]), (&json!("ALLOCATED"), &json!("INVESTIGATING")));
        assert_eq!((&event(0)["before"]["contactedAt"], event(0)["after"]["contactedAt"].is_string()), (&json!(null), true));
    }
}

scenario! {
    /// Times are kept to the microsecond on both databases, so that a cursor finds its row again.
    async fn finer_times_do_not_break_cursors(world) {
        for second in 1..=3 {
            let mut input = road::complaint();
            input["receivedAt"] = json!(format!("2024-03-01T00:00:0{second}.123456789Z"));
            road::on_case(world, "registrar", "registerCase", input).await.done("registerCase");
        }
        let query = "query($after: String) { cases(first: 1, after: $after, orderBy: { field: RECEIVED_AT, direction: ASC }) { pageInfo { endCursor } edges { node { receivedAt } } } }";
        let (mut after, mut seen) = (json!(null), Vec::new());
        for _ in 0..3 {
            let page = world.ask("supervisor", query, json!({ "after": after })).await;
            seen.push(page.text("/cases/edges/0/node/receivedAt"));
            after = page.at("/cases/pageInfo/endCursor").clone();
        }
        assert_eq!(seen, [1, 2, 3].map(|second| format!("2024-03-01T00:00:0{second}.123456+00:00")));
    }
}
