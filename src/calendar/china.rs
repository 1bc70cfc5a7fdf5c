//! The calendar of mainland China, read from `china.toml`.

use super::WorkingCalendar;
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Data {
    version: String,
    #[serde(flatten)]
    years: BTreeMap<String, Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    notice: String,
    holidays: Vec<String>,
    make_up_days: Vec<String>,
}

/// The data is part of the program; a test reads it, so that it cannot be wrong in a released one.
#[expect(clippy::expect_used, reason = "embedded data that a test reads")]
pub fn calendar() -> WorkingCalendar {
    parse(include_str!("china.toml")).expect("the embedded calendar is valid")
}

fn parse(text: &str) -> Option<WorkingCalendar> {
    let data: Data = toml::from_str(text).ok()?;
    let mut calendar = WorkingCalendar {
        version: data.version,
        notices: None,
        holidays: Default::default(),
        make_up_days: Default::default(),
    };
    let mut notices = BTreeMap::new();
    for (year, data) in data.years {
        for span in &data.holidays {
            let (first, last) = span.split_once("..").unwrap_or((span, span));
            let (first, last) = (day(&year, first)?, day(&year, last)?);
            calendar.holidays.extend(first.iter_days().take_while(|day| *day <= last));
        }
        for text in &data.make_up_days {
            calendar.make_up_days.insert(day(&year, text)?);
        }
        notices.insert(year.parse().ok()?, data.notice);
    }
    calendar.notices = Some(notices);
    Some(calendar)
}

fn day(year: &str, month_and_day: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&format!("{year}-{month_and_day}"), "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Weekday};

    #[test]
    fn the_embedded_data_is_valid_and_consistent() {
        let calendar = calendar();
        assert_eq!(calendar.last_published_year(), Some(2026));
        for day in &calendar.make_up_days {
            assert!(matches!(day.weekday(), Weekday::Sat | Weekday::Sun), "{day} is no weekend day");
            assert!(!calendar.holidays.contains(day), "{day} is both");
        }
        let working_days = |year: i32| {
            NaiveDate::from_ymd_opt(year, 1, 1)
                .unwrap()
                .iter_days()
                .take_while(|day| day.year() == year)
                .filter(|day| calendar.is_working_day(*day))
                .count()
        };
        assert_eq!([2024, 2025, 2026].map(working_days), [251, 248, 248]);
    }
}
