//! When a period ends.

use super::{WorkingCalendar, ZONE, local_day};
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use entity::case_deadline::PeriodUnit;
use serde::Deserialize;

/// A length of time in one of the units that policies use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub length: u16,
    pub unit: PeriodUnit,
}

/// When a period ends. Acting at that second is on time; the next second is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub at: DateTime<Utc>,
    /// True when it counts working days of a year whose holidays this calendar does not know.
    pub provisional: bool,
}

const LAST_SECOND: NaiveTime = match NaiveTime::from_hms_opt(23, 59, 59) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

impl WorkingCalendar {
    /// When the period ends that begins at `start`.
    pub fn due(&self, start: DateTime<Utc>, period: Period) -> Due {
        let first = local_day(start);
        let length = u32::from(period.length);
        let last = match period.unit {
            PeriodUnit::Minute => return exact(start, TimeDelta::minutes(length.into())),
            PeriodUnit::Hour => return exact(start, TimeDelta::hours(length.into())),
            PeriodUnit::CalendarDay => first.checked_add_days(Days::new(length.into())),
            PeriodUnit::Month => first.checked_add_months(Months::new(length)),
            PeriodUnit::WorkingDay => self.working_days_after(first, length),
        };
        let last = last.unwrap_or(NaiveDate::MAX);
        let provisional =
            period.unit == PeriodUnit::WorkingDay && !(self.is_published(first) && self.is_published(last));
        Due { at: end_of(last), provisional }
    }

    fn working_days_after(&self, day: NaiveDate, length: u32) -> Option<NaiveDate> {
        match length {
            0 => Some(day),
            _ => day.iter_days().skip(1).filter(|day| self.is_working_day(*day)).nth(length as usize - 1),
        }
    }
}

/// The last second of a local day.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let local = ZONE.from_local_datetime(&day.and_time(LAST_SECOND));
    // A second that a clock change skips or repeats: the later reading, which favours whoever must act.
    local.latest().map_or(DateTime::<Utc>::MAX_UTC, |instant| instant.with_timezone(&Utc))
}

fn exact(start: DateTime<Utc>, length: TimeDelta) -> Due {
    Due { at: start + length, provisional: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::CalendarName;

    fn local(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("{text}+08:00")).unwrap().to_utc()
    }

    fn due(calendar: CalendarName, start: &str, length: u16, unit: PeriodUnit) -> String {
        let due = calendar.calendar().due(local(start), Period { length, unit });
        due.at.with_timezone(&ZONE).format("%Y-%m-%dT%H:%M:%S").to_string()
    }

    use PeriodUnit::{CalendarDay, Hour, Minute, Month, WorkingDay};

    /// G-1 G-2 G-3 G-4: the worked dates of the requirements.
    #[test]
    fn worked_dates_of_cal_a() {
        let monday = "2024-03-04T09:30:00";
        for (length, unit, day) in [
            (2, WorkingDay, "2024-03-06"),
            (3, WorkingDay, "2024-03-07"),
            (5, WorkingDay, "2024-03-11"),
            (7, WorkingDay, "2024-03-13"),
            (15, WorkingDay, "2024-03-25"),
            (30, WorkingDay, "2024-04-15"),
            (15, CalendarDay, "2024-03-19"),
            (30, CalendarDay, "2024-04-03"),
            (60, CalendarDay, "2024-05-03"),
            (3, Month, "2024-06-04"),
        ] {
            let expected = format!("{day}T23:59:59");
            assert_eq!(due(CalendarName::MondayToFriday, monday, length, unit), expected, "+{length} {unit}");
        }
        assert_eq!(due(CalendarName::MondayToFriday, "2024-03-09T10:00:00", 7, WorkingDay), "2024-03-19T23:59:59");
    }

    /// G-4
    #[test]
    fn months_end_on_the_same_day_or_the_last() {
        for (start, end) in [
            ("2023-11-30T08:00:00", "2024-02-29T23:59:59"),
            ("2024-11-30T08:00:00", "2025-02-28T23:59:59"),
            ("2024-03-04T00:00:00", "2024-06-04T23:59:59"),
        ] {
            assert_eq!(due(CalendarName::China, start, 3, Month), end);
        }
    }

    /// G-5
    #[test]
    fn hours_and_minutes_run_on_the_wall_clock() {
        assert_eq!(due(CalendarName::China, "2024-03-08T23:50:00", 30, Minute), "2024-03-09T00:20:00");
        assert_eq!(due(CalendarName::China, "2024-03-08T18:00:00", 24, Hour), "2024-03-09T18:00:00");
    }

    /// G-1: the six make-up days of 2026 count, and the holidays around them do not.
    #[test]
    fn make_up_working_weekends_count() {
        for (start, length, end) in [
            ("2025-12-31T10:00:00", 1, "2026-01-04T23:59:59"),
            ("2026-02-13T10:00:00", 1, "2026-02-14T23:59:59"),
            ("2026-02-14T10:00:00", 1, "2026-02-24T23:59:59"),
            ("2026-02-27T10:00:00", 1, "2026-02-28T23:59:59"),
            ("2026-04-30T10:00:00", 3, "2026-05-08T23:59:59"),
            ("2026-05-08T10:00:00", 1, "2026-05-09T23:59:59"),
            ("2026-09-18T10:00:00", 1, "2026-09-20T23:59:59"),
            ("2026-09-30T10:00:00", 3, "2026-10-10T23:59:59"),
            ("2026-06-18T10:00:00", 1, "2026-06-22T23:59:59"),
        ] {
            assert_eq!(due(CalendarName::China, start, length, WorkingDay), end, "{start} +{length}");
        }
    }

    #[test]
    fn the_local_day_counts_not_the_utc_day() {
        // 2024-03-04 23:30 UTC is already Tuesday in Shanghai.
        let calendar = CalendarName::MondayToFriday.calendar();
        let start = DateTime::parse_from_rfc3339("2024-03-04T23:30:00Z").unwrap().to_utc();
        let due = calendar.due(start, Period { length: 1, unit: WorkingDay });
        assert_eq!(due.at.to_rfc3339(), "2024-03-06T15:59:59+00:00");
    }

    #[test]
    fn a_year_without_a_notice_is_provisional() {
        let calendar = CalendarName::China.calendar();
        let ends_in = |start: &str, unit| calendar.due(local(start), Period { length: 15, unit }).provisional;
        assert!(!ends_in("2026-11-20T09:00:00", WorkingDay));
        assert!(ends_in("2026-12-20T09:00:00", WorkingDay));
        assert!(!ends_in("2026-12-20T09:00:00", CalendarDay));
        assert!(ends_in("2023-12-25T09:00:00", WorkingDay));
        assert!(
            !CalendarName::MondayToFriday
                .calendar()
                .due(local("2030-01-01T09:00:00"), Period { length: 15, unit: WorkingDay })
                .provisional
        );
    }

    /// G-2 G-3: the fast count equals walking day by day.
    #[test]
    fn counting_equals_walking_day_by_day() {
        let calendar = CalendarName::China.calendar();
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        for start in first.iter_days().take(1000).step_by(3) {
            let mut day = start;
            for length in 1..40_u16 {
                day = day.succ_opt().unwrap();
                while !calendar.is_working_day(day) {
                    day = day.succ_opt().unwrap();
                }
                let counted = calendar.working_days_after(start, length.into()).unwrap();
                assert_eq!(counted, day, "{start} +{length}");
            }
        }
    }
}
