//! The calendar of mainland China, read from `china.toml`.

use super::{Day, DayKind, Year, Years};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    notice: String,
    holidays: Vec<String>,
    make_up_days: Vec<String>,
    #[serde(default)]
    changes: Vec<Change>,
}

/// What a later notice changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    notice: String,
    #[serde(default)]
    holidays: Vec<String>,
    #[serde(default)]
    make_up_days: Vec<String>,
}

/// The data is part of the program; a test reads it, so that it cannot be wrong in a released one.
#[expect(clippy::expect_used, reason = "embedded data that a test reads")]
pub fn years() -> Years {
    parse(include_str!("china.toml")).expect("the embedded calendar is valid")
}

fn parse(text: &str) -> Option<Years> {
    let written: BTreeMap<String, Written> = toml::from_str(text).ok()?;
    let mut years = Years::new();
    for (year, Written { notice, holidays, make_up_days, changes }) in written {
        let mut days = BTreeMap::new();
        enter(&mut days, &year, None, &holidays, &make_up_days)?;
        for change in changes {
            enter(&mut days, &year, Some(&change.notice), &change.holidays, &change.make_up_days)?;
        }
        years.insert(year.parse().ok()?, Year { notice, days });
    }
    Some(years)
}

fn enter(
    days: &mut BTreeMap<NaiveDate, Day>,
    year: &str,
    notice: Option<&str>,
    holidays: &[String],
    make_up_days: &[String],
) -> Option<()> {
    let kinds = [(DayKind::Holiday, holidays), (DayKind::Working, make_up_days)];
    for (kind, text) in kinds.into_iter().flat_map(|(kind, texts)| texts.iter().map(move |text| (kind, text))) {
        let (span, name) = text.split_once(' ')?;
        let (first, last) = span.split_once("..").unwrap_or((span, span));
        let (first, last) = (day(year, first)?, day(year, last)?);
        for date in first.iter_days().take_while(|date| *date <= last) {
            let day = Day { kind, name: name.to_owned(), notice: notice.map(str::to_owned), hours: Vec::new() };
            days.insert(date, day);
        }
    }
    Some(())
}

fn day(year: &str, month_and_day: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&format!("{year}-{month_and_day}"), "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{CalendarName, check, first_version};
    use chrono::{Datelike, Weekday};

    /// Working days and make-up days of each year. A year of 365 days has 260 or 261 weekdays, 11 of them free (13 from 2025);
    /// 2015 had one more day off (3 September), 2020 two (the longer Spring Festival).
    const YEARS: [(i32, usize, usize); 14] = [
        (2013, 250, 12),
        (2014, 250, 5),
        (2015, 249, 5),
        (2016, 250, 6),
        (2017, 249, 5),
        (2018, 250, 7),
        (2019, 250, 6),
        (2020, 249, 6),
        (2021, 250, 7),
        (2022, 249, 7),
        (2023, 249, 7),
        (2024, 251, 8),
        (2025, 248, 5),
        (2026, 248, 6),
    ];

    #[test]
    fn the_embedded_data_is_valid_and_consistent() {
        let calendar = first_version(CalendarName::China);
        assert_eq!(calendar.years.keys().copied().collect::<Vec<_>>(), YEARS.map(|(year, ..)| year));
        assert_eq!(check(&calendar.years), []);
        for (year, working_days, make_up_days) in YEARS {
            let days = &calendar.years[&year].days;
            assert!(calendar.years[&year].notice.contains("国办发明电"), "{year}");
            let worked: Vec<_> = days.iter().filter(|(_, day)| day.kind == DayKind::Working).collect();
            assert_eq!(worked.len(), make_up_days, "{year}");
            for (date, _) in worked {
                assert!(matches!(date.weekday(), Weekday::Sat | Weekday::Sun), "{date} is no weekend day");
            }
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let found =
                first.iter_days().take_while(|day| day.year() == year).filter(|day| calendar.is_working_day(*day));
            assert_eq!(found.count(), working_days, "{year}");
        }
    }

    #[test]
    fn later_notices_are_named() {
        let calendar = first_version(CalendarName::China);
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (day, works, notice) in [
            ("2015-09-03", false, "国发明电〔2015〕1号"),
            ("2015-09-06", true, "国发明电〔2015〕1号"),
            ("2018-12-29", true, "国办发明电〔2018〕15号"),
            ("2019-05-05", true, "国办发明电〔2019〕3号"),
            ("2020-01-31", false, "国办发明电〔2020〕1号"),
            ("2020-02-01", false, "国办发明电〔2020〕1号"),
            ("2020-01-30", false, "国办发明电〔2019〕16号"),
        ] {
            assert_eq!(calendar.is_working_day(date(day)), works, "{day}");
            assert!(calendar.notice(date(day)).unwrap().contains(notice), "{day}");
        }
        assert!(calendar.is_working_day(date("2020-02-03")));
    }
}
