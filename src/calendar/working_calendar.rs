//! One version of a working calendar, and counting its working days without walking over them.

use super::{CalendarName, Hours, ZONE};
use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a day of the calendar is, where it is not what its weekday says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "CalendarDayKind")]
pub enum DayKind {
    /// Nobody works (放假).
    Holiday,
    /// People work, also when it is a weekend day (调休上班).
    Working,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Day {
    pub kind: DayKind,
    /// For example 春节.
    pub name: String,
    /// The notice that sets it, where it is not that of the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// Business hours of this day, where they are not the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Hours>,
}

/// A year whose holidays are published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// The notice that sets its holidays.
    pub notice: String,
    pub days: BTreeMap<NaiveDate, Day>,
}

/// The published years of a calendar.
pub type Years = BTreeMap<i32, Year>;

/// Which weekdays are worked, Monday first.
const MONDAY_TO_FRIDAY: [bool; 7] = [true, true, true, true, true, false, false];

/// One version of a working calendar. It never changes.
#[derive(Clone, Debug)]
pub struct WorkingCalendar {
    pub name: CalendarName,
    pub version: i32,
    pub zone: Tz,
    /// The weekly pattern, Monday first.
    pub week: [bool; 7],
    pub years: Years,
    /// Days that the weekly pattern would have worked and that are holidays, in order.
    off: Vec<NaiveDate>,
    /// Days that the weekly pattern would not have worked and that are worked, in order.
    on: Vec<NaiveDate>,
}

impl WorkingCalendar {
    pub fn new(name: CalendarName, version: i32, years: Years) -> Self {
        let week = MONDAY_TO_FRIDAY;
        let mut calendar = Self { name, version, zone: ZONE, week, years, off: Vec::new(), on: Vec::new() };
        for (date, day) in calendar.years.values().flat_map(|year| &year.days) {
            match (day.kind, works(&week, *date)) {
                (DayKind::Holiday, true) => calendar.off.push(*date),
                (DayKind::Working, false) => calendar.on.push(*date),
                _ => {}
            }
        }
        calendar
    }

    /// What the calendar says of a day beyond its weekday.
    pub fn day(&self, date: NaiveDate) -> Option<&Day> {
        self.years.get(&date.year())?.days.get(&date)
    }

    /// The notice that sets a day of the calendar.
    pub fn notice(&self, date: NaiveDate) -> Option<&str> {
        let year = self.years.get(&date.year())?;
        Some(year.days.get(&date)?.notice.as_ref().unwrap_or(&year.notice))
    }

    /// Whether people work on this day.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        match self.day(date) {
            Some(day) => day.kind == DayKind::Working,
            None => works(&self.week, date),
        }
    }

    /// Whether the holidays of every year from one day to another are published. A calendar without holidays waits for none.
    pub fn is_published(&self, first: NaiveDate, last: NaiveDate) -> bool {
        match self.name {
            CalendarName::MondayToFriday => true,
            CalendarName::China => (first.year()..=last.year()).all(|year| self.years.contains_key(&year)),
        }
    }

    /// The last year whose holidays are published; none for a calendar that has none.
    pub fn last_published_year(&self) -> Option<i32> {
        self.years.keys().next_back().copied()
    }

    /// The working day that is so many working days after a day; the day itself for none.
    pub fn working_days_after(&self, day: NaiveDate, length: u32) -> Option<NaiveDate> {
        if length == 0 {
            return Some(day);
        }
        // No stretch without work is longer than all holidays together.
        let weeks = u64::from(length) / self.days_in_week() + 2;
        let most = weeks * 7 + u64::try_from(self.off.len()).ok()?;
        self.first_reaching(self.counted_until(day) + i64::from(length), day, day.checked_add_days(Days::new(most))?)
    }

    /// The working day that is so many working days before a day; the day itself for none.
    pub fn working_days_before(&self, day: NaiveDate, length: u32) -> Option<NaiveDate> {
        if length == 0 {
            return Some(day);
        }
        let weeks = u64::from(length) / self.days_in_week() + 2;
        let most = weeks * 7 + u64::try_from(self.off.len()).ok()?;
        let target = self.counted_until(day.pred_opt()?) + 1 - i64::from(length);
        self.first_reaching(target, day.checked_sub_days(Days::new(most))?, day)
    }

    /// How many working days there are from the first day of the first year to this one, both included.
    pub fn counted_until(&self, day: NaiveDate) -> i64 {
        let days = i64::from(day.num_days_from_ce()) - 1;
        let worked = |days: i64| {
            i64::try_from(self.week.iter().take(usize::try_from(days).unwrap_or(0)).filter(|works| **works).count())
                .unwrap_or(0)
        };
        let by_week = days.div_euclid(7) * worked(7) + worked(days.rem_euclid(7) + 1);
        let until = |days: &[NaiveDate]| i64::try_from(days.partition_point(|date| *date <= day)).unwrap_or(0);
        by_week - until(&self.off) + until(&self.on)
    }

    fn days_in_week(&self) -> u64 {
        self.week.iter().map(|works| u64::from(*works)).sum::<u64>().max(1)
    }

    /// The first day in `after..=last` on which so many working days are counted.
    fn first_reaching(&self, target: i64, after: NaiveDate, last: NaiveDate) -> Option<NaiveDate> {
        let (mut low, mut high) = (after.num_days_from_ce(), last.num_days_from_ce());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.counted_until(NaiveDate::from_num_days_from_ce_opt(middle)?) >= target {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        NaiveDate::from_num_days_from_ce_opt(low)
    }
}

fn works(week: &[bool; 7], date: NaiveDate) -> bool {
    usize::try_from(date.weekday().num_days_from_monday()).is_ok_and(|day| week.get(day).copied().unwrap_or_default())
}
