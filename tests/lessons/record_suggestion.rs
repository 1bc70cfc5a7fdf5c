use crate::support::road::{self, OnTheRoad};
use crate::support::{Answer, World, scenario};
use serde_json::{Value, json};

const RECORD: &str = "mutation($input: RecordSuggestionInput!) { recordSuggestion(input: $input) {
    suggestion { id kind text reportedTo reportedAt recordedBy { name } case { number } } refusals { code rule field } } }";

fn input(case: &OnTheRoad, more: Value) -> Value {
    let mut input = json!({ "caseId": case.id, "kind": "SUGGESTION", "text": "回访话术应增加收益提示。", "reportedTo": "总经理室" });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

async fn record(world: &World, who: &str, input: Value) -> Answer {
    world.ask(who, RECORD, json!({ "input": input })).await
}

scenario! {
    /// HK-5.7: two suggestions in March are both in the list of March, and nothing of April is.
    async fn suggestions_by_period(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        world.set_time("2024-04-01T09:00:00");
        for (kind, at) in [
            ("SUGGESTION", "2024-03-04T09:30:00+08:00"),
            ("ISSUE", "2024-03-31T23:59:59+08:00"),
            ("SUGGESTION", "2024-04-01T00:00:00+08:00"),
        ] {
            let answer = record(world, "handler", input(&case, json!({ "kind": kind, "reportedAt": at }))).await;
            answer.done("recordSuggestion");
            assert_eq!(answer.at("/recordSuggestion/suggestion/case/number"), &json!(case.number));
        }
        let query = "query($filter: SuggestionFilter) { suggestions(filter: $filter) { totalCount edges { node { kind text reportedTo reportedAt recordedBy { name } } } } }";
        let march = json!({ "reportedFrom": "2024-03-01T00:00:00+08:00", "reportedUntil": "2024-04-01T00:00:00+08:00" });
        let listed = world.ask("supervisor", query, json!({ "filter": march })).await;
        assert_eq!(listed.number("/suggestions/totalCount"), 2);
        let latest = json!({ "kind": "ISSUE", "text": "回访话术应增加收益提示。", "reportedTo": "总经理室", "reportedAt": "2024-03-31T15:59:59+00:00", "recordedBy": { "name": "测试handler" } });
        assert_eq!(listed.at("/suggestions/edges/0/node"), &latest);
        let issues = world.ask("manager", query, json!({ "filter": { "kind": "ISSUE", "caseId": case.id } })).await;
        assert_eq!(issues.number("/suggestions/totalCount"), 1);
        assert_eq!(world.ask("handler-2", query, json!({})).await.number("/suggestions/totalCount"), 0, "of cases that one sees");
        assert_eq!(world.ask("admin", query, json!({})).await.error_code(), "FORBIDDEN");
    }
}

scenario! {
    /// HK-5.7: whoever works on cases records, on the cases they see; what was reported was reported.
    async fn who_records_suggestions(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        assert_eq!(record(world, "handler-2", input(&case, json!({}))).await.error_code(), "NOT_FOUND");
        for who in ["registrar", "manager", "auditor", "general-manager"] {
            assert_eq!(record(world, who, input(&case, json!({}))).await.error_code(), "FORBIDDEN", "{who}");
        }
        for at in ["2024-03-04T09:29:59+08:00", "2024-03-04T09:30:01+08:00"] {
            let refused = record(world, "handler", input(&case, json!({ "reportedAt": at }))).await;
            assert_eq!(refused.refusals("recordSuggestion"), ["TIME_NOT_ALLOWED HK-5.7 reportedAt"], "{at}");
        }
        for blank in ["text", "reportedTo"] {
            assert_eq!(record(world, "handler", input(&case, json!({ blank: " " }))).await.error_code(), "BAD_USER_INPUT");
        }
        for _ in 0..2 {
            record(world, "supervisor", input(&case, json!({ "idempotencyKey": "once" }))).await.done("recordSuggestion");
        }
        let listed = world.ask("supervisor", "{ suggestions { totalCount } }", json!({})).await;
        assert_eq!(listed.number("/suggestions/totalCount"), 1);
    }
}
