//! Corrected calendars: a correction moves exactly the deadlines that its preview named.

use crate::support::road::{self, OnTheRoad};
use crate::support::time::{deadline, deadlines, end_of, publish_with};
use crate::support::{Answer, World, scenario};
use futures_util::future::join_all;
use redress::cases::service::sweep_deadlines::sweep_deadlines;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PREVIEW: &str =
    "query($input: PreviewCalendarInput!, $first: Int, $after: String) { previewCalendar(input: $input) {
    calendar { version } settled
    moves(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { deadlineId caseNumber code rule dueAt newDueAt provisional } } }
} }";
const PUBLISH: &str = "mutation($input: PublishCalendarInput!) { publishCalendar(input: $input) {
    calendar { name version } refusals { code rule field }
} }";

async fn preview(world: &World, content: &Value) -> Answer {
    world.ask("admin", PREVIEW, json!({ "input": { "calendar": "CHINA", "content": content }, "first": 100 })).await
}

async fn publish(world: &World, who: &str, expected: i32, content: &Value) -> Answer {
    let input = json!({ "calendar": "CHINA", "expectedVersion": expected, "content": content, "reason": "国务院办公厅更正通知" });
    world.ask(who, PUBLISH, json!({ "input": input })).await
}

/// The current calendar as CSV, with more rows.
async fn csv_with(world: &World, more: &str) -> Value {
    let current = world.ask("admin", "{ calendar(name: CHINA) { csv } }", json!({})).await;
    json!({ "csv": format!("{}{more}", current.text("/calendar/csv")) })
}

/// 20 March 2024, a Wednesday, becomes a holiday.
const A_WEDNESDAY: &str = "2024-03-20,HOLIDAY,临时假日,,临时放假通知\n";

/// Every deadline of the cases, by id.
async fn all(world: &World, cases: &[OnTheRoad]) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for case in cases {
        for deadline in deadlines(world, "supervisor", case).await {
            found.insert(deadline["id"].as_str().unwrap().to_owned(), deadline);
        }
    }
    found
}

scenario! {
    /// Only what is open and counted over the corrected day moves, and from when to when is what was said.
    async fn a_correction_moves_exactly_what_the_preview_named(world) {
        let replied = road::replied(world).await;
        let mut cases = vec![replied];
        for severity in ["ORDINARY", "MAJOR", "ORDINARY"] {
            cases.push(road::registered_with(world, json!({ "severity": severity })).await);
        }
        world.set_time("2024-03-12T10:00:00");
        cases.push(road::registered(world).await);
        let before = all(world, &cases).await;
        let content = csv_with(world, A_WEDNESDAY).await;
        let previewed = preview(world, &content).await;
        assert_eq!(previewed.number("/previewCalendar/calendar/version"), 2);
        let named: BTreeMap<String, Value> = previewed.at("/previewCalendar/moves/edges").as_array().unwrap().iter()
            .map(|edge| (edge["node"]["deadlineId"].as_str().unwrap().to_owned(), edge["node"].clone()))
            .collect();
        // The replies of two ordinary cases; both of the later one: due on 03-21 and 04-02.
        assert_eq!(named.len(), 4);
        assert_eq!(previewed.number("/previewCalendar/moves/totalCount"), 4);
        assert_eq!(all(world, &cases).await, before, "a preview changes nothing");

        let published = publish(world, "admin", 1, &content).await;
        assert_eq!(published.done("publishCalendar").at("/publishCalendar/calendar"), &json!({ "name": "CHINA", "version": 2 }));
        let after = all(world, &cases).await;
        for (id, then) in &before {
            let now = &after[id];
            match named.get(id) {
                Some(named) => {
                    assert_eq!((&named["dueAt"], &named["newDueAt"]), (&then["dueAt"], &now["dueAt"]));
                    assert_eq!((&now["calendarVersion"], &now["derivation"]["dueAt"]), (&json!(2), &now["dueAt"]));
                    let skipped = now["derivation"]["skippedDays"].as_array().unwrap();
                    assert!(skipped.iter().any(|day| day["date"] == "2024-03-20" && day["notice"] == "临时放假通知"));
                }
                None => assert_eq!(now, then),
            }
        }
        assert_eq!(deadline(world, &cases[1], "REPLY").await["dueAt"], end_of("2024-03-26"));
        assert_eq!(deadline(world, &cases[4], "INVESTIGATION").await["dueAt"], end_of("2024-03-22"));
        // Both are on record: the correction once, the moves with their cases.
        let events = "query($filter: AuditEventFilter) { auditEvents(filter: $filter, first: 10) { edges { node { action after } } } }";
        let told = world.ask("auditor", events, json!({ "filter": { "actions": ["CALENDAR_PUBLISHED"] } })).await;
        assert_eq!(told.at("/auditEvents/edges").as_array().unwrap().len(), 1);
        let timeline = "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { kind detail { ... on DeadlineDetail { code dueAtBefore dueAt } } } } } } }";
        let told = world.ask("supervisor", timeline, json!({ "id": cases[1].id })).await;
        assert_eq!(told.at("/case/timeline/edges/0/node"), &json!({
            "kind": "DEADLINE_MOVED",
            "detail": { "code": "REPLY", "dueAtBefore": end_of("2024-03-25"), "dueAt": end_of("2024-03-26") },
        }));
        // What comes later counts with the new version, and the old one can still be looked at.
        let later = road::registered(world).await;
        assert_eq!(deadline(world, &later, "REPLY").await["calendarVersion"], 2);
        let versions = world.ask("handler", "{ now: calendar(name: CHINA) { version } then: calendar(name: CHINA, version: 1) { version } never: calendar(name: CHINA, version: 9) { version } }", json!({})).await;
        assert_eq!(versions.at(""), &json!({ "now": { "version": 2 }, "then": { "version": 1 }, "never": null }));
    }
}

scenario! {
    /// A page of the preview goes on where the last one ended.
    async fn a_preview_has_pages(world) {
        for _ in 0..5 {
            road::registered(world).await;
        }
        let content = csv_with(world, A_WEDNESDAY).await;
        let mut seen = Vec::new();
        let mut after = Value::Null;
        loop {
            let variables = json!({ "input": { "calendar": "CHINA", "content": content }, "first": 2, "after": after });
            let page = world.ask("admin", PREVIEW, variables).await;
            let edges = page.at("/previewCalendar/moves/edges").as_array().unwrap();
            seen.extend(edges.iter().map(|edge| edge["node"]["deadlineId"].to_string()));
            after = page.at("/previewCalendar/moves/pageInfo/endCursor").clone();
            if page.at("/previewCalendar/moves/pageInfo/hasNextPage") == false {
                break;
            }
        }
        assert_eq!(seen.len(), 5);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5);
    }
}

scenario! {
    /// A year that is published at last: what relied on it is provisional no longer, and moves if it must.
    async fn a_new_year_settles_what_was_provisional(world) {
        world.set_time("2026-12-15T10:00:00");
        let case = road::registered(world).await;
        let reply = deadline(world, &case, "REPLY").await;
        assert_eq!((&reply["dueAt"], &reply["provisional"]), (&end_of("2027-01-05"), &json!(true)));
        let calendar = |day: &str, kind: &str, name: &str| format!(
            "BEGIN:VEVENT\r\nUID:{day}\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:{name}\r\nCATEGORIES:{kind}\r\nDESCRIPTION:测试通知\r\nEND:VEVENT\r\n"
        );
        let events = calendar("20270101", "HOLIDAY", "元旦") + &calendar("20270103", "WORKING", "元旦");
        let content = json!({ "iCalendar": format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n") });
        let previewed = preview(world, &content).await;
        // Without the first, with the third: the same day. The other deadline ends in 2026.
        assert_eq!((previewed.number("/previewCalendar/settled"), previewed.number("/previewCalendar/moves/totalCount")), (1, 0));
        publish(world, "admin", 1, &content).await.done("publishCalendar");
        let settled = deadline(world, &case, "REPLY").await;
        assert_eq!((&settled["dueAt"], &settled["provisional"]), (&end_of("2027-01-05"), &json!(false)));
        // The same year again, now without the make-up day: the year is replaced as a whole.
        let day = |date: &str| json!({ "date": date, "kind": "HOLIDAY", "name": "元旦" });
        let typed = json!({ "years": [{ "year": 2027, "notice": "更正", "days": [day("2027-01-01"), day("2027-01-04")] }] });
        publish(world, "admin", 2, &typed).await.done("publishCalendar");
        assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], end_of("2027-01-07"));
        let years = world.ask("handler", "{ calendar(name: CHINA) { years { year notice workingDays days { date } } } }", json!({})).await;
        let last = years.at("/calendar/years").as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["year"], &last["notice"], &last["workingDays"]), (&json!(2027), &json!("更正"), &json!(259)));
        let sizes: Vec<_> = years.at("/calendar/years").as_array().unwrap().iter().map(|year| year["workingDays"].clone()).collect();
        assert_eq!(sizes[..14], [250, 250, 249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248].map(|days| json!(days)));
    }
}

scenario! {
    /// What moves into the future is not missed any more, nor was anybody warned of it.
    async fn what_moves_into_the_future_is_not_missed(world) {
        publish_with(world, "warn_before = { length = 1, unit = \"WORKING_DAY\" }").await;
        let case = road::registered(world).await;
        world.set_time("2024-03-26T00:00:00");
        sweep_deadlines(&world.db).await.unwrap();
        let missed = deadline(world, &case, "REPLY").await;
        assert_eq!((&missed["status"], &missed["missedAt"]), (&json!("OVERDUE"), &json!("2024-03-25T16:00:00+00:00")));
        let content = csv_with(world, A_WEDNESDAY).await;
        publish(world, "admin", 1, &content).await.done("publishCalendar");
        let moved = deadline(world, &case, "REPLY").await;
        assert_eq!((&moved["status"], &moved["missedAt"]), (&json!("RUNNING"), &Value::Null));
        assert_eq!((&moved["dueAt"], &moved["warnAt"]), (&end_of("2024-03-26"), &json!("2024-03-24T16:00:00+00:00")));
    }
}

scenario! {
    async fn who_corrects_and_what_is_refused(world) {
        let content = csv_with(world, A_WEDNESDAY).await;
        for who in ["supervisor", "manager", "handler", "auditor"] {
            assert_eq!(publish(world, who, 1, &content).await.error_code(), "FORBIDDEN", "{who}");
            let variables = json!({ "input": { "calendar": "CHINA", "content": content } });
            assert_eq!(world.ask(who, PREVIEW, variables).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(publish(world, "admin", 2, &content).await.error_code(), "CONFLICT");
        publish(world, "admin", 1, &content).await.done("publishCalendar");
        assert_eq!(publish(world, "admin", 1, &content).await.error_code(), "CONFLICT");
        for (content, said) in [
            (content, "says already"),
            (json!({ "csv": "" }), "names no day"),
            (json!({ "csv": "date,kind,name,hours,notice\n2027-01-01,HOLIDAY,元旦,,\n" }), "names no notice"),
            (json!({ "csv": "date,kind,name,hours,notice\n2027-01-04,WORKING,元旦,,通知\n" }), "people work on it anyway"),
            (json!({ "csv": "date,kind,name,hours,notice\n2027-01-01,HOLIDAY,\u{0},,通知\n" }), "control character"),
            (json!({ "csv": format!("date,kind,name,hours,notice\n2027-01-01,HOLIDAY,{},,通知\n", "元".repeat(201)) }), "longer than 200"),
            (json!({ "iCalendar": "BEGIN:VCALENDAR\r\n" }), ""),
            (json!({ "years": [{ "year": 2027, "notice": "x", "days": [{ "date": "2028-01-01", "kind": "HOLIDAY", "name": "x" }] }] }), "does not lie in its year"),
            (json!({ "years": [{ "year": 2027, "notice": "x", "days": [{ "date": "2027-01-01", "kind": "WORKING", "name": "x", "hours": ["9-5"] }] }] }), "from and until"),
        ] {
            let refused = publish(world, "admin", 2, &content).await;
            assert_eq!(refused.error_code(), "BAD_USER_INPUT", "{content}");
            let message = refused.body.pointer("/errors/0/message").unwrap().as_str().unwrap();
            assert!(message.contains(said), "{content}: {message}");
        }
        let input = json!({ "calendar": "MONDAY_TO_FRIDAY", "expectedVersion": 1, "reason": "x", "content": { "csv": "date,kind,name,hours,notice\n2027-01-01,HOLIDAY,x,,x\n" } });
        assert_eq!(world.ask("admin", PUBLISH, json!({ "input": input })).await.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// Whoever registers at the same moment counts with the new version, or is moved by it.
    async fn nobody_counts_with_a_version_that_was_replaced(world) {
        world.token("registrar").await;
        world.token("admin").await;
        let content = csv_with(world, A_WEDNESDAY).await;
        let registrations = join_all((0..20).map(|_| road::registered(world)));
        let (cases, published) = futures_util::join!(registrations, publish(world, "admin", 1, &content));
        published.done("publishCalendar");
        for case in &cases {
            let reply = deadline(world, case, "REPLY").await;
            assert_eq!((&reply["dueAt"], &reply["calendarVersion"]), (&end_of("2024-03-26"), &json!(2)));
        }
    }
}
