use crate::support::{World, road, scenario};
use serde_json::{Value, json};

const REPORT: &str = "report { id from until complete coversAll generatedAt generatedBy { id } figures { received closed openAtEnd \
    receivedByChannelGroup { group count channels { code count } } receivedBySeverity { code count } \
    closedByOutcome { outcome count } closedByOpinion { opinion count } deadlines { code met metLate notMet } } } \
    refusals { code rule field }";

async fn generate(world: &World, who: &str, input: Value) -> crate::support::Answer {
    let query = format!(
        "mutation($input: GenerateMonthlyReportInput!) {{ generateMonthlyReport(input: $input) {{ {REPORT} }} }}"
    );
    world.ask(who, &query, json!({ "input": input })).await
}

scenario! {
    /// HK-3.5: the handler generates the report of a month; it is kept with its period, author and time, and never changes.
    async fn the_handler_generates_the_report_of_a_month(world) {
        world.set_time("2024-03-04T09:30:00");
        let mut case = road::replied(world).await;
        world.set_time("2024-04-01T00:00:00");
        let answer = generate(world, "handler", json!({ "year": 2024, "month": 3 })).await;
        answer.done("generateMonthlyReport");
        let report = answer.at("/generateMonthlyReport/report");
        assert_eq!(report["from"], "2024-03-01");
        assert_eq!(report["until"], "2024-03-31");
        assert_eq!(report["generatedAt"], "2024-03-31T16:00:00+00:00");
        assert_eq!(report["generatedBy"]["id"], world.id_of("handler").await);
        assert_eq!(report["complete"], true);
        assert_eq!(report["coversAll"], false);
        assert_eq!(report["figures"]["received"], 1);
        assert_eq!(report["figures"]["openAtEnd"], 1);
        assert_eq!(report["figures"]["closed"], 0);

        case.close(world).await;
        let listed = world.ask("handler", "{ monthlyReports(year: 2024, month: 3) { totalCount edges { node { id figures { closed } } } } }", json!({})).await;
        assert_eq!(listed.at("/monthlyReports/edges/0/node/id"), &report["id"]);
        assert_eq!(listed.number("/monthlyReports/edges/0/node/figures/closed"), 0, "what happens later changes nothing");
        let april = generate(world, "handler", json!({ "year": 2024, "month": 4 })).await;
        assert_eq!(april.at("/generateMonthlyReport/report/complete"), &json!(false));
        assert_eq!(april.at("/generateMonthlyReport/report/figures/closedByOutcome"), &json!([{ "outcome": "UPHELD", "count": 1 }]));
        assert_eq!(april.at("/generateMonthlyReport/report/figures/closedByOpinion"), &json!([{ "opinion": "SATISFIED", "count": 1 }]));
        assert_eq!(april.number("/generateMonthlyReport/report/figures/openAtEnd"), 0);
    }
}

scenario! {
    /// HK-3.5: a month begins and ends at local midnight; one that has not begun has no report; there is no thirteenth.
    async fn months_are_local(world) {
        for received in ["2024-02-29T23:59:59", "2024-03-01T00:00:00", "2024-03-31T23:59:59", "2024-04-01T00:00:00"] {
            world.set_time(received);
            road::registered(world).await;
        }
        let answer = generate(world, "supervisor", json!({ "year": 2024, "month": 3 })).await;
        assert_eq!(answer.number("/generateMonthlyReport/report/figures/received"), 2);
        assert_eq!(answer.number("/generateMonthlyReport/report/figures/openAtEnd"), 3);
        assert_eq!(answer.at("/generateMonthlyReport/report/coversAll"), &json!(true));
        let early = generate(world, "supervisor", json!({ "year": 2024, "month": 5 })).await;
        assert_eq!(early.refusals("generateMonthlyReport"), ["TIME_NOT_ALLOWED HK-3.5 month"]);
        for (year, month) in [(2024, 13), (2024, 0), (0, 1), (-5, 1), (i32::MAX, 12), (10_000, 1)] {
            let answer = generate(world, "supervisor", json!({ "year": year, "month": month })).await;
            assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{year}-{month}");
        }
    }
}

scenario! {
    /// HK-5.7: two suggestions in March; the report of March lists both, and what is reported later is not in it.
    async fn the_report_lists_what_was_reported(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let suggest = "mutation($input: RecordSuggestionInput!) { recordSuggestion(input: $input) { suggestion { id } refusals { code } } }";
        let suggested = async |text: &str, at: &str| {
            world.set_time(at);
            let input = json!({ "caseId": case.id, "kind": "SUGGESTION", "text": text, "reportedTo": "总经理室" });
            world.ask("handler", suggest, json!({ "input": input })).await.done("recordSuggestion");
        };
        suggested("回访话术应增加收益提示。", "2024-03-05T10:00:00").await;
        suggested("告知书应加粗免责条款。", "2024-03-31T23:59:59").await;
        suggested("四月的建议。", "2024-04-01T00:00:00").await;
        for who in ["handler", "supervisor"] {
            generate(world, who, json!({ "year": 2024, "month": 3 })).await.done("generateMonthlyReport");
        }
        let query = "{ monthlyReports { edges { node { suggestions { text case { number } } } } } }";
        let listed = world.ask("supervisor", query, json!({})).await;
        for edge in listed.at("/monthlyReports/edges").as_array().unwrap() {
            let texts: Vec<_> = edge["node"]["suggestions"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
            assert_eq!(texts, ["回访话术应增加收益提示。", "告知书应加粗免责条款。"]);
        }
    }
}

scenario! {
    /// HK-3.5: reports are read by their author and by those who answer for the work; others do not see that they are there.
    async fn who_reads_a_report(world) {
        let key = road::key();
        let first = generate(world, "handler", json!({ "idempotencyKey": key, "year": 2024, "month": 1 })).await;
        let again = generate(world, "handler", json!({ "idempotencyKey": key, "year": 2024, "month": 1 })).await;
        let id = first.text("/generateMonthlyReport/report/id");
        assert_eq!(again.text("/generateMonthlyReport/report/id"), id);
        for (who, sees) in [("handler", 1), ("handler-2", 0), ("supervisor", 1), ("manager", 1), ("general-manager", 1), ("auditor", 1)] {
            let listed = world.ask(who, "{ monthlyReports { totalCount } }", json!({})).await;
            assert_eq!(listed.number("/monthlyReports/totalCount"), sees, "{who}");
            let node = world.ask(who, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node.at("/node").is_null(), sees == 0, "{who}");
        }
        for who in ["registrar", "archivist", "admin", "department-head"] {
            assert_eq!(world.ask(who, "{ monthlyReports { totalCount } }", json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        for who in ["registrar", "general-manager", "auditor"] {
            assert_eq!(generate(world, who, json!({ "year": 2024, "month": 1 })).await.error_code(), "FORBIDDEN", "{who}");
        }
    }
}

scenario! {
    /// HK-5.1.1: e-mail is counted in the letter group; the drill-down shows it; the figures are of the cases one may see.
    async fn email_counts_with_letters(world) {
        world.set_time("2024-03-04T09:30:00");
        for channel in ["LETTER", "EMAIL", "EMAIL", "PHONE"] {
            road::registered_with(world, json!({ "channel": channel })).await;
        }
        let query = "{ caseFigures(from: \"2024-03-04\", until: \"2024-03-04\") { received receivedByChannelGroup { group count channels { code count } } deadlines { code } } }";
        let figures = world.ask("supervisor", query, json!({})).await;
        assert_eq!(figures.number("/caseFigures/received"), 4);
        assert_eq!(figures.at("/caseFigures/receivedByChannelGroup"), &json!([
            { "group": "PHONE", "count": 1, "channels": [{ "code": "PHONE", "count": 1 }] },
            { "group": "LETTER", "count": 3, "channels": [{ "code": "LETTER", "count": 1 }, { "code": "EMAIL", "count": 2 }] },
        ]));
        let own = world.ask("handler-2", query, json!({})).await;
        assert_eq!(own.number("/caseFigures/received"), 0);
        let channels = world.ask("handler", "{ profile { channels { code group } posts { role titles } } }", json!({})).await;
        assert_eq!(channels.at("/profile/channels/2"), &json!({ "code": "EMAIL", "group": "LETTER" }));
        let backwards = world.ask("supervisor", "{ caseFigures(from: \"2024-03-05\", until: \"2024-03-04\") { received } }", json!({})).await;
        assert_eq!(backwards.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// HK-3.5 HK-8.1 HK-8.2: deadlines that fell due in the month, met, met late and not met.
    async fn deadlines_are_counted_by_how_they_were_kept(world) {
        world.set_time("2024-03-04T09:30:00");
        let mut late = road::registered(world).await;
        late.allocate(world, "handler").await;
        road::replied(world).await;
        world.set_time("2024-03-14T09:30:00");
        late.investigate(world).await;
        world.set_time("2024-04-02T09:30:00");
        let answer = generate(world, "manager", json!({ "year": 2024, "month": 3 })).await;
        assert_eq!(answer.at("/generateMonthlyReport/report/figures/deadlines"), &json!([
            { "code": "INVESTIGATION", "met": 1, "metLate": 1, "notMet": 0 },
            { "code": "REPLY", "met": 1, "metLate": 0, "notMet": 1 },
        ]));
    }
}
