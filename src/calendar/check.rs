//! What the content of a calendar must satisfy before it is published. Every problem names the day.

use super::{DayKind, Hours, Years};
use chrono::{Datelike, Weekday};
use std::fmt;

/// Something wrong with a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: String,
    pub message: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Everything that is wrong with the years.
pub fn check(years: &Years) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |place: &dyn fmt::Display, message| problems.push(Problem { place: place.to_string(), message });
    for (number, year) in years {
        if !(1900..=9999).contains(number) {
            add(number, "the year lies outside 1900 to 9999");
        }
        if year.notice.trim().is_empty() {
            add(number, "the year names no notice");
        }
        if !year.days.values().any(|day| day.kind == DayKind::Holiday) {
            add(number, "a year without a holiday is not published");
        }
        for (date, day) in &year.days {
            let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
            if date.year() != *number {
                add(date, "the day does not lie in its year");
            }
            if day.name.trim().is_empty() {
                add(date, "the day has no name");
            }
            match day.kind {
                DayKind::Working if !weekend && day.hours.is_empty() => {
                    add(date, "is no weekend day: people work on it anyway");
                }
                DayKind::Holiday if !day.hours.is_empty() => add(date, "a holiday has no business hours"),
                _ => {}
            }
            if !Hours::follow_each_other(&day.hours) {
                add(date, "the business hours overlap or are not in order");
            }
        }
    }
    problems
}
