//! What holds of every due date, on random starts, lengths and pauses from 2013 to 2026. The suite tries a small number;
//! `REDRESS_TEST_CALENDAR_CASES=1000000 cargo test --lib calendar::properties` tries as many as it says.

use super::{CalendarName, Counting, DayKind, Hours, Pause, Period, WorkingCalendar, first_version};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use entity::case_deadline::PeriodUnit::{self, CalendarDay, Hour, Minute, Month, WorkingDay, WorkingHour};
use proptest::prelude::*;
use proptest::test_runner::Config;

fn cases(one_in: u32) -> Config {
    let asked = std::env::var("REDRESS_TEST_CALENDAR_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = (asked.unwrap_or(1_000_u32) / one_in).max(50);
    Config { cases, failure_persistence: None, ..Config::default() }
}

/// Any second from 2013 to 2026, local time.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let second = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp();
    let years = second("2013-01-01T00:00:00+08:00")..second("2027-01-01T00:00:00+08:00");
    years.prop_map(|second| DateTime::from_timestamp(second, 0).unwrap())
}

/// Up to three pauses, one after the other, none longer than forty days.
fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((0..4_000_000_i64, 1..3_456_000_i64), 0..3)
}

fn placed(start: DateTime<Utc>, pauses: &[(i64, i64)]) -> Vec<Pause> {
    let mut from = start;
    let mut placed = Vec::new();
    for (after, length) in pauses {
        let began_at = from + TimeDelta::seconds(*after);
        from = began_at + TimeDelta::seconds(*length);
        placed.push(Pause { began_at, ended_at: from });
    }
    placed
}

fn unit() -> impl Strategy<Value = PeriodUnit> {
    prop::sample::select(vec![Minute, Hour, WorkingHour, WorkingDay, CalendarDay, Month])
}

/// Without months, which are cut to the end of theirs.
fn exact_unit() -> impl Strategy<Value = PeriodUnit> {
    prop::sample::select(vec![Minute, Hour, WorkingHour, WorkingDay, CalendarDay])
}

fn hours() -> [Hours; 2] {
    ["09:00-12:00", "13:30-17:30"].map(|text| text.parse().unwrap())
}

fn counted(start: DateTime<Utc>, length: u32, unit: PeriodUnit, pauses: &[Pause]) -> DateTime<Utc> {
    let calendar = first_version(CalendarName::China);
    let counting = Counting { calendar: &calendar, business_hours: &hours(), rollover: false };
    counting.due(start, Period { length, unit }, pauses).unwrap().at
}

/// Whether people work, asked of the data alone.
fn works(calendar: &WorkingCalendar, day: NaiveDate) -> bool {
    match calendar.years.get(&day.year()).and_then(|year| year.days.get(&day)) {
        Some(named) => named.kind == DayKind::Working,
        None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
    }
}

fn end_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(15, 59, 59).unwrap().and_utc()
}

/// The slow way: one day after the other.
fn walked(start: DateTime<Utc>, length: u32, by_work: bool, pauses: &[Pause]) -> DateTime<Utc> {
    let calendar = first_version(CalendarName::China);
    let mut day = (start + TimeDelta::hours(8)).date_naive();
    let mut left = length;
    while left > 0 {
        day = day.succ_opt().unwrap();
        let paused = pauses.iter().any(|pause| pause.began_at <= end_of(day) && end_of(day) < pause.ended_at);
        if !paused && (!by_work || works(&calendar, day)) {
            left -= 1;
        }
    }
    end_of(day)
}

/// The slow way: one minute after the other, from a whole minute.
fn walked_minutes(start: DateTime<Utc>, length: u32) -> DateTime<Utc> {
    let calendar = first_version(CalendarName::China);
    let mut minute = start;
    let mut left = length * 60;
    while left > 0 {
        let local = (minute + TimeDelta::hours(8)).naive_utc();
        let open = hours().iter().any(|hours| (hours.from..hours.until).contains(&local.time()));
        left -= u32::from(open && works(&calendar, local.date()));
        minute += TimeDelta::minutes(1);
    }
    minute
}

proptest! {
    #![proptest_config(cases(1))]

    /// G-1 G-2 G-3
    #[test]
    fn counting_equals_walking(start in instant(), length in 1..200_u32, pauses in pauses()) {
        prop_assert_eq!(counted(start, length, WorkingDay, &[]), walked(start, length, true, &[]));
        prop_assert_eq!(counted(start, length, CalendarDay, &[]), walked(start, length, false, &[]));
        let pauses = placed(start, &pauses);
        prop_assert_eq!(counted(start, length, WorkingDay, &pauses), walked(start, length, true, &pauses));
        prop_assert_eq!(counted(start, length, CalendarDay, &pauses), walked(start, length, false, &pauses));
    }

    /// Whoever begins later, or has longer, is not due earlier.
    #[test]
    fn counting_is_monotone(
        start in instant(), later in 0..4_000_000_i64, length in 1..200_u32, longer in 0..50_u32, unit in unit(),
        pauses in pauses(),
    ) {
        let pauses = placed(start, &pauses);
        let due = counted(start, length, unit, &pauses);
        prop_assert!(due >= start);
        prop_assert!(due <= counted(start, length + longer, unit, &pauses));
        let unpaused = counted(start, length, unit, &[]);
        prop_assert!(unpaused <= due);
        prop_assert!(unpaused <= counted(start + TimeDelta::seconds(later), length, unit, &[]));
    }

    /// Two periods, one after the other, end where one of their sum does.
    #[test]
    fn consecutive_spans_add_up(start in instant(), first in 1..150_u32, second in 1..150_u32, unit in exact_unit()) {
        let between = counted(start, first, unit, &[]);
        prop_assert_eq!(counted(between, second, unit, &[]), counted(start, first + second, unit, &[]));
    }

    /// G-4
    #[test]
    fn months_end_on_the_same_day_or_the_last(start in instant(), length in 1..60_u32) {
        let local = |at: DateTime<Utc>| (at + TimeDelta::hours(8)).naive_utc();
        let (from, due) = (local(start).date(), local(counted(start, length, Month, &[])));
        let months = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap();
        prop_assert_eq!(months(due.date()), months(from) + i32::try_from(length).unwrap());
        let is_last = due.date().succ_opt().unwrap().day() == 1;
        prop_assert!(due.day() == from.day() || is_last && due.day() < from.day());
        prop_assert_eq!(due.time(), NaiveTime::from_hms_opt(23, 59, 59).unwrap());
    }

    /// Counting back undoes counting.
    #[test]
    fn counting_back_undoes_counting(start in instant(), length in 1..300_u32) {
        let calendar = first_version(CalendarName::China);
        let from = (start + TimeDelta::hours(8)).date_naive();
        let there = calendar.working_days_after(from, length).unwrap();
        let back = calendar.working_days_before(there, length).unwrap();
        let mut worked = from;
        while !works(&calendar, worked) {
            worked = worked.pred_opt().unwrap();
        }
        prop_assert_eq!(back, worked);
    }

    /// The derivation counts as many days as there are, and each of them is worked and not paused.
    #[test]
    fn a_derivation_adds_up(start in instant(), length in 1..60_u32, pauses in pauses()) {
        let calendar = first_version(CalendarName::China);
        let counting = Counting { calendar: &calendar, business_hours: &[], rollover: false };
        let pauses = placed(start, &pauses);
        let derived = counting.derive(start, Period { length, unit: WorkingDay }, &pauses).unwrap();
        prop_assert_eq!(derived.counted.len(), usize::try_from(length).unwrap());
        prop_assert_eq!(end_of(*derived.counted.last().unwrap()), derived.due.at);
        prop_assert!(derived.counted.iter().all(|day| works(&calendar, *day) && !counting.is_paused(*day, &pauses)));
        let span = (derived.due.at - end_of((start + TimeDelta::hours(8)).date_naive())).num_days();
        prop_assert_eq!(i64::try_from(derived.counted.len() + derived.skipped.len()).unwrap(), span);
    }
}

proptest! {
    #![proptest_config(cases(100))]

    /// G-5
    #[test]
    fn working_hours_equal_walking_by_the_minute(start in instant(), length in 1..30_u32) {
        let start = start - TimeDelta::seconds(start.timestamp() % 60);
        prop_assert_eq!(counted(start, length, WorkingHour, &[]), walked_minutes(start, length));
    }
}
