//! What a portal shows before anything is written: when a period would end.

use crate::support::time::end_of;
use crate::support::{Answer, World, scenario};
use serde_json::{Value, json};

const PREVIEW: &str = "query($start: DateTime!, $length: Int!, $unit: PeriodUnit!, $calendar: CalendarName) {
    previewDueDate(start: $start, length: $length, unit: $unit, calendar: $calendar) {
        dueAt provisional calendar calendarVersion countedDays skippedDays { date reason name notice }
    }
}";

async fn preview(world: &World, start: &str, length: i64, unit: &str, calendar: Value) -> Answer {
    let start = format!("{start}+08:00");
    world
        .ask("registrar", PREVIEW, json!({ "start": start, "length": length, "unit": unit, "calendar": calendar }))
        .await
}

scenario! {
    /// G-1 G-2 G-3 G-4 G-5: the worked dates of the requirements.
    async fn the_worked_dates(world) {
        for (length, unit, day) in [
            (2, "WORKING_DAY", "2024-03-06"),
            (3, "WORKING_DAY", "2024-03-07"),
            (5, "WORKING_DAY", "2024-03-11"),
            (7, "WORKING_DAY", "2024-03-13"),
            (15, "WORKING_DAY", "2024-03-25"),
            (30, "WORKING_DAY", "2024-04-15"),
            (15, "CALENDAR_DAY", "2024-03-19"),
            (30, "CALENDAR_DAY", "2024-04-03"),
            (60, "CALENDAR_DAY", "2024-05-03"),
            (3, "MONTH", "2024-06-04"),
        ] {
            let found = preview(world, "2024-03-04T09:30:00", length, unit, json!("MONDAY_TO_FRIDAY")).await;
            assert_eq!(found.at("/previewDueDate/dueAt"), &end_of(day), "+{length} {unit}");
            let counted = found.at("/previewDueDate/countedDays").as_array().unwrap().len();
            assert_eq!(counted as i64, if unit == "MONTH" { 0 } else { length });
        }
        let saturday = preview(world, "2024-03-09T10:00:00", 7, "WORKING_DAY", json!("MONDAY_TO_FRIDAY")).await;
        assert_eq!(saturday.at("/previewDueDate/dueAt"), &end_of("2024-03-19"));
        let night = preview(world, "2024-03-08T23:50:00", 30, "MINUTE", Value::Null).await;
        assert_eq!(night.at("/previewDueDate/dueAt"), "2024-03-08T16:20:00+00:00");
        let hours = preview(world, "2024-03-08T18:00:00", 24, "HOUR", Value::Null).await;
        assert_eq!(hours.at("/previewDueDate/dueAt"), "2024-03-09T10:00:00+00:00");
    }
}

scenario! {
    /// With the calendar of the profile unless another is named; what relies on an unpublished year says so.
    async fn the_profile_names_the_calendar(world) {
        let found = preview(world, "2026-12-25T10:00:00", 10, "WORKING_DAY", Value::Null).await;
        assert_eq!(found.at("/previewDueDate/calendar"), "CHINA");
        assert_eq!((found.at("/previewDueDate/dueAt"), found.at("/previewDueDate/provisional")), (&end_of("2027-01-08"), &json!(true)));
        let found = preview(world, "2024-02-08T10:00:00", 2, "WORKING_DAY", Value::Null).await;
        assert_eq!(found.at("/previewDueDate/dueAt"), &end_of("2024-02-18"));
        assert_eq!(found.at("/previewDueDate/skippedDays/0/name"), "春节");
    }
}

scenario! {
    async fn what_cannot_be_counted_is_refused(world) {
        for (start, length, unit) in [
            ("2024-03-04T09:30:00", 0, "WORKING_DAY"),
            ("2024-03-04T09:30:00", -1, "WORKING_DAY"),
            ("2024-03-04T09:30:00", 1_001, "WORKING_DAY"),
            ("2024-03-04T09:30:00", 8, "WORKING_HOUR"),
            ("1899-03-04T09:30:00", 8, "WORKING_DAY"),
            ("2000-03-04T09:30:00", 8, "WORKING_DAY"),
            ("9999-12-31T09:30:00", 8, "WORKING_DAY"),
        ] {
            let refused = preview(world, start, length, unit, Value::Null).await;
            assert_eq!(refused.error_code(), "BAD_USER_INPUT", "{start} +{length} {unit}");
        }
        let nobody = world.ask("", PREVIEW, json!({ "start": "2024-03-04T09:30:00Z", "length": 1, "unit": "HOUR" })).await;
        assert_eq!(nobody.error_code(), "UNAUTHENTICATED");
    }
}
