//! When a period ends.

use super::{Hours, Period, WorkingCalendar};
use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use entity::case_deadline::PeriodUnit;

/// When a period ends. Acting at that second is on time; the next second is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub at: DateTime<Utc>,
    /// True when it counts working days of a year whose holidays this calendar does not know.
    pub provisional: bool,
}

/// An interval in which the clock stands still. A day is not counted when the clock stands still at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    pub began_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
}

/// Why a period has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncountable {
    #[error("no business hours are set, so that working hours cannot be counted")]
    NoBusinessHours,
    #[error("the period ends too far in the future")]
    TooFar,
}

/// How an organisation counts.
#[derive(Clone, Copy, Debug)]
pub struct Counting<'a> {
    pub calendar: &'a WorkingCalendar,
    /// Of a working day, unless the calendar sets others for it.
    pub business_hours: &'a [Hours],
    /// G-3: a period in calendar days that ends on a day without work ends on the next working day.
    pub rollover: bool,
}

const LAST_SECOND: NaiveTime = match NaiveTime::from_hms_opt(23, 59, 59) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// For how many days working hours are looked for: enough for the longest period at one hour a day.
const MOST_DAYS: usize = 20_000;

impl Counting<'_> {
    /// When the period ends that begins at `start`.
    pub fn due(&self, start: DateTime<Utc>, period: Period, pauses: &[Pause]) -> Result<Due, Uncountable> {
        let first = self.local_day(start);
        let length = period.length;
        let last = match period.unit {
            PeriodUnit::Minute => return exact(start, TimeDelta::minutes(length.into()), pauses),
            PeriodUnit::Hour => return exact(start, TimeDelta::hours(length.into()), pauses),
            PeriodUnit::WorkingHour => return self.working_hours(start, length, pauses),
            PeriodUnit::WorkingDay => self.last_day(
                first,
                |paused| self.calendar.working_days_after(first, length.checked_add(paused)?),
                |day| self.calendar.is_working_day(day),
                pauses,
            ),
            PeriodUnit::CalendarDay => self.last_day(
                first,
                |paused| first.checked_add_days(Days::new(u64::from(length) + u64::from(paused))),
                |_| true,
                pauses,
            ),
            PeriodUnit::Month => self.last_day(
                first,
                |paused| first.checked_add_months(Months::new(length))?.checked_add_days(Days::new(paused.into())),
                |_| true,
                pauses,
            ),
        };
        let mut last = last.ok_or(Uncountable::TooFar)?;
        let rolls = self.rollover && period.unit == PeriodUnit::CalendarDay;
        let asked_from = if period.unit == PeriodUnit::WorkingDay { first } else { last };
        if rolls && !self.calendar.is_working_day(last) {
            last = self.calendar.working_days_after(last, 1).ok_or(Uncountable::TooFar)?;
        }
        let by_work = rolls || period.unit == PeriodUnit::WorkingDay;
        Ok(Due {
            at: self.end_of(last).ok_or(Uncountable::TooFar)?,
            provisional: by_work && !self.calendar.is_published(asked_from, last),
        })
    }

    /// When the last of several periods ends, each of which begins where the one before it ends: a period and its extensions.
    pub fn due_through(&self, start: DateTime<Utc>, periods: &[Period], pauses: &[Pause]) -> Result<Due, Uncountable> {
        let mut due = Due { at: start, provisional: false };
        for (period, counting) in self.in_turn(periods) {
            let next = counting.due(due.at, period, pauses)?;
            due = Due { at: next.at, provisional: due.provisional || next.provisional };
        }
        Ok(due)
    }

    /// The periods with how each is counted: only the end of the last one rolls over.
    pub(super) fn in_turn(&self, periods: &[Period]) -> impl Iterator<Item = (Period, Self)> {
        let last = periods.len().saturating_sub(1);
        let counting = *self;
        let rolls = move |place| Self { rollover: counting.rollover && place == last, ..counting };
        periods.iter().copied().enumerate().map(move |(place, period)| (period, rolls(place)))
    }

    /// When to warn ahead of a due instant: so many minutes or hours before, or when the day begins that lies so many days
    /// before.
    pub fn ahead(&self, due_at: DateTime<Utc>, before: Period) -> Option<DateTime<Utc>> {
        let last = self.local_day(due_at);
        let day = match before.unit {
            PeriodUnit::Minute => return due_at.checked_sub_signed(TimeDelta::minutes(before.length.into())),
            PeriodUnit::Hour => return due_at.checked_sub_signed(TimeDelta::hours(before.length.into())),
            PeriodUnit::WorkingDay => self.calendar.working_days_before(last, before.length)?,
            PeriodUnit::CalendarDay => last.checked_sub_days(Days::new(before.length.into()))?,
            PeriodUnit::WorkingHour | PeriodUnit::Month => return None,
        };
        self.instant(day.and_time(NaiveTime::MIN))
    }

    /// The local day of an instant.
    pub fn local_day(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.calendar.zone).date_naive()
    }

    /// The last second of a local day.
    pub fn end_of(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        self.instant(day.and_time(LAST_SECOND))
    }

    /// Whether the clock stands still at the end of a day, so that the day does not count.
    pub fn is_paused(&self, day: NaiveDate, pauses: &[Pause]) -> bool {
        self.end_of(day).is_some_and(|end| pauses.iter().any(|pause| pause.began_at <= end && end < pause.ended_at))
    }

    /// Business hours of a day; none when nobody works.
    pub fn hours_of(&self, day: NaiveDate) -> &[Hours] {
        match self.calendar.day(day).map(|day| day.hours.as_slice()) {
            _ if !self.calendar.is_working_day(day) => &[],
            Some(hours) if !hours.is_empty() => hours,
            _ => self.business_hours,
        }
    }

    /// A second that a clock change skips or repeats has the later reading, which favours whoever must act.
    fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let zoned = self.calendar.zone.from_local_datetime(&local).latest();
        zoned.map(|instant| instant.with_timezone(&Utc))
    }

    /// The last day of a period in days: as many days later as the clock stood still on days that count.
    fn last_day(
        &self,
        first: NaiveDate,
        end: impl Fn(u32) -> Option<NaiveDate>,
        counts: impl Fn(NaiveDate) -> bool,
        pauses: &[Pause],
    ) -> Option<NaiveDate> {
        let mut paused = 0;
        loop {
            let last = end(paused)?;
            let days = pauses.iter().flat_map(|pause| {
                let (from, until) = (self.local_day(pause.began_at), self.local_day(pause.ended_at));
                from.iter_days().take_while(move |day| *day <= until && *day <= last)
            });
            let stood_still = |day: &NaiveDate| *day > first && counts(*day) && self.is_paused(*day, pauses);
            // Two pauses may touch the same day; each is asked for its end only.
            let found: std::collections::BTreeSet<_> = days.filter(stood_still).collect();
            let found = u32::try_from(found.len()).ok()?;
            if found == paused {
                return Some(last);
            }
            paused = found;
        }
    }

    fn working_hours(&self, start: DateTime<Utc>, length: u32, pauses: &[Pause]) -> Result<Due, Uncountable> {
        if self.business_hours.is_empty() {
            return Err(Uncountable::NoBusinessHours);
        }
        let mut left = TimeDelta::hours(length.into());
        if left.is_zero() {
            return Ok(Due { at: start, provisional: false });
        }
        let first = self.local_day(start);
        for day in first.iter_days().take(MOST_DAYS) {
            for hours in self.hours_of(day) {
                let bounds = (self.instant(day.and_time(hours.from)), self.instant(day.and_time(hours.until)));
                let (Some(from), Some(until)) = bounds else { return Err(Uncountable::TooFar) };
                for (from, until) in running(from.max(start), until, pauses) {
                    if until - from >= left {
                        let provisional = !self.calendar.is_published(first, day);
                        return Ok(Due { at: from + left, provisional });
                    }
                    left -= until - from;
                }
            }
        }
        Err(Uncountable::TooFar)
    }
}

/// What is left of an interval without the pauses.
fn running(from: DateTime<Utc>, until: DateTime<Utc>, pauses: &[Pause]) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut parts = vec![(from, until)];
    for pause in pauses {
        parts = parts
            .into_iter()
            .flat_map(|(from, until)| [(from, until.min(pause.began_at)), (from.max(pause.ended_at), until)])
            .collect();
    }
    parts.retain(|(from, until)| from < until);
    parts.sort_unstable();
    parts.dedup();
    parts
}

fn exact(start: DateTime<Utc>, length: TimeDelta, pauses: &[Pause]) -> Result<Due, Uncountable> {
    let mut stood_still = TimeDelta::zero();
    loop {
        let later = start.checked_add_signed(length).and_then(|end| end.checked_add_signed(stood_still));
        let at = later.ok_or(Uncountable::TooFar)?;
        // A pause that begins at the very end still finds the clock running.
        let overlaps = pauses.iter().filter(|pause| pause.began_at < at && pause.ended_at > start);
        let found = overlaps.map(|pause| pause.ended_at - pause.began_at.max(start)).sum();
        if found == stood_still {
            return Ok(Due { at, provisional: false });
        }
        stood_still = found;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{CalendarName, ZONE, first_version};

    fn local(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("{text}+08:00")).unwrap().to_utc()
    }

    fn hours() -> [Hours; 2] {
        ["09:00-12:00", "13:30-17:30"].map(|text| text.parse().unwrap())
    }

    fn end(name: CalendarName, start: &str, length: u32, unit: PeriodUnit, pauses: &[(&str, &str)]) -> String {
        let pauses: Vec<_> =
            pauses.iter().map(|(from, until)| Pause { began_at: local(from), ended_at: local(until) }).collect();
        let calendar = first_version(name);
        let counting = Counting { calendar: &calendar, business_hours: &hours(), rollover: false };
        let due = counting.due(local(start), Period { length, unit }, &pauses).unwrap();
        due.at.with_timezone(&ZONE).format("%Y-%m-%dT%H:%M:%S").to_string()
    }

    fn due(name: CalendarName, start: &str, length: u32, unit: PeriodUnit) -> String {
        end(name, start, length, unit, &[])
    }

    use CalendarName::{China, MondayToFriday};
    use PeriodUnit::{CalendarDay, Hour, Minute, Month, WorkingDay, WorkingHour};

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
            assert_eq!(due(MondayToFriday, monday, length, unit), format!("{day}T23:59:59"), "+{length} {unit}");
        }
        assert_eq!(due(MondayToFriday, "2024-03-09T10:00:00", 7, WorkingDay), "2024-03-19T23:59:59");
    }

    /// TM-4 TM-5 TM-6: assistance, the final opinion after a meeting, and a suspension.
    #[test]
    fn limits_of_what_is_done_about_a_case() {
        assert_eq!(due(MondayToFriday, "2024-03-09T10:00:00", 5, WorkingDay), "2024-03-15T23:59:59");
        assert_eq!(due(MondayToFriday, "2024-03-04T16:00:00", 5, WorkingDay), "2024-03-11T23:59:59");
        assert_eq!(due(MondayToFriday, "2024-03-04T16:00:00", 15, CalendarDay), "2024-03-19T23:59:59");
        assert_eq!(due(China, "2024-03-04T16:00:00", 3, Month), "2024-06-04T23:59:59");
    }

    /// G-3
    #[test]
    fn calendar_days_roll_over_only_where_the_profile_says_so() {
        let calendar = first_version(China);
        for (rollover, length, day) in [
            (false, 30, "2024-04-03"),
            (false, 31, "2024-04-04"),
            (true, 30, "2024-04-03"),
            // 4 to 6 April is a holiday, Sunday the 7th is worked.
            (true, 31, "2024-04-07"),
            (true, 33, "2024-04-07"),
            (true, 34, "2024-04-07"),
        ] {
            let counting = Counting { calendar: &calendar, business_hours: &[], rollover };
            let due = counting.due(local("2024-03-04T09:30:00"), Period { length, unit: CalendarDay }, &[]).unwrap();
            assert_eq!(due.at, local(&format!("{day}T23:59:59")), "+{length}");
        }
    }

    /// G-4
    #[test]
    fn months_end_on_the_same_day_or_the_last() {
        for (start, end) in [
            ("2023-11-30T08:00:00", "2024-02-29T23:59:59"),
            ("2024-11-30T08:00:00", "2025-02-28T23:59:59"),
            ("2024-03-04T00:00:00", "2024-06-04T23:59:59"),
        ] {
            assert_eq!(due(China, start, 3, Month), end);
        }
    }

    /// G-5
    #[test]
    fn hours_and_minutes_run_on_the_wall_clock() {
        assert_eq!(due(China, "2024-03-08T23:50:00", 30, Minute), "2024-03-09T00:20:00");
        assert_eq!(due(China, "2024-03-08T18:00:00", 24, Hour), "2024-03-09T18:00:00");
    }

    /// G-5: eight working hours are not eight hours.
    #[test]
    fn working_hours_run_inside_business_hours() {
        for (start, length, end) in [
            ("2024-03-04T09:00:00", 3, "2024-03-04T12:00:00"),
            ("2024-03-04T12:30:00", 1, "2024-03-04T14:30:00"),
            ("2024-03-04T09:00:00", 7, "2024-03-04T17:30:00"),
            ("2024-03-04T09:00:00", 8, "2024-03-05T10:00:00"),
            ("2024-03-08T17:29:59", 1, "2024-03-11T09:59:59"),
            ("2024-03-09T03:00:00", 1, "2024-03-11T10:00:00"),
            // Sunday 7 April is worked, after a holiday of three days.
            ("2024-04-03T17:00:00", 1, "2024-04-07T09:30:00"),
        ] {
            assert_eq!(due(China, start, length, WorkingHour), end, "{start} +{length}");
        }
    }

    #[test]
    fn a_day_may_have_business_hours_of_its_own() {
        let mut years = first_version(China).years.clone();
        let day = years.get_mut(&2024).unwrap().days.get_mut(&"2024-04-07".parse().unwrap()).unwrap();
        day.hours = vec!["10:00-15:00".parse().unwrap()];
        let calendar = WorkingCalendar::new(China, 2, years);
        let counting = Counting { calendar: &calendar, business_hours: &hours(), rollover: false };
        let due =
            |length| counting.due(local("2024-04-07T08:00:00"), Period { length, unit: WorkingHour }, &[]).unwrap().at;
        assert_eq!(due(5), local("2024-04-07T15:00:00"));
        assert_eq!(due(6), local("2024-04-08T10:00:00"));
        let none = Counting { business_hours: &[], ..counting };
        let refused = none.due(local("2024-04-07T08:00:00"), Period { length: 1, unit: WorkingHour }, &[]);
        assert_eq!(refused, Err(Uncountable::NoBusinessHours));
    }

    /// G-1: the six make-up days of 2026 count, and the holidays around them do not.
    #[test]
    fn make_up_working_weekends_count() {
        for (start, length, end) in [
            ("2025-12-31T10:00:00", 1, "2026-01-04T23:59:59"),
            ("2026-01-03T10:00:00", 2, "2026-01-05T23:59:59"),
            ("2026-02-13T10:00:00", 1, "2026-02-14T23:59:59"),
            ("2026-02-14T10:00:00", 1, "2026-02-24T23:59:59"),
            ("2026-02-27T10:00:00", 1, "2026-02-28T23:59:59"),
            ("2026-02-27T10:00:00", 2, "2026-03-02T23:59:59"),
            ("2026-04-30T10:00:00", 3, "2026-05-08T23:59:59"),
            ("2026-05-08T10:00:00", 1, "2026-05-09T23:59:59"),
            ("2026-05-09T10:00:00", 1, "2026-05-11T23:59:59"),
            ("2026-09-18T10:00:00", 1, "2026-09-20T23:59:59"),
            ("2026-09-20T10:00:00", 5, "2026-09-28T23:59:59"),
            ("2026-09-30T10:00:00", 3, "2026-10-10T23:59:59"),
            ("2026-10-09T10:00:00", 2, "2026-10-12T23:59:59"),
            ("2026-06-18T10:00:00", 1, "2026-06-22T23:59:59"),
        ] {
            assert_eq!(due(China, start, length, WorkingDay), end, "{start} +{length}");
        }
    }

    #[test]
    fn a_day_does_not_count_when_the_clock_stands_still_at_its_end() {
        let monday = "2024-03-04T09:30:00";
        for (from, until, working, calendar, month) in [
            // Over the ends of Wednesday and Thursday.
            ("2024-03-06T10:00:00", "2024-03-08T10:00:00", "2024-03-15", "2024-03-21", "2024-06-06"),
            // Within a day: nothing is gained.
            ("2024-03-06T10:00:00", "2024-03-06T18:00:00", "2024-03-13", "2024-03-19", "2024-06-04"),
            // Over a weekend: two calendar days, no working day but the Friday.
            ("2024-03-08T10:00:00", "2024-03-11T10:00:00", "2024-03-14", "2024-03-22", "2024-06-07"),
            // The start day does not count anyway.
            ("2024-03-04T10:00:00", "2024-03-05T10:00:00", "2024-03-13", "2024-03-19", "2024-06-04"),
            // After the end.
            ("2024-07-08T10:00:00", "2024-07-11T10:00:00", "2024-03-13", "2024-03-19", "2024-06-04"),
        ] {
            let end = |length, unit| end(MondayToFriday, monday, length, unit, &[(from, until)]);
            assert_eq!(end(7, WorkingDay), format!("{working}T23:59:59"), "{from}");
            assert_eq!(end(15, CalendarDay), format!("{calendar}T23:59:59"), "{from}");
            assert_eq!(end(3, Month), format!("{month}T23:59:59"), "{from}");
        }
        // The gained day is itself paused.
        let twice = [("2024-03-06T10:00:00", "2024-03-07T10:00:00"), ("2024-03-14T08:00:00", "2024-03-16T10:00:00")];
        assert_eq!(end(MondayToFriday, monday, 7, WorkingDay, &twice), "2024-03-18T23:59:59");
    }

    #[test]
    fn hours_stand_still_to_the_second() {
        let pause = [("2024-03-04T10:00:00", "2024-03-04T10:20:00"), ("2024-03-04T11:00:00", "2024-03-04T11:00:01")];
        assert_eq!(end(China, "2024-03-04T09:30:00", 60, Minute, &pause), "2024-03-04T10:50:00");
        assert_eq!(end(China, "2024-03-04T09:30:00", 2, Hour, &pause), "2024-03-04T11:50:01");
        assert_eq!(end(China, "2024-03-04T09:30:00", 7, WorkingHour, &pause), "2024-03-05T09:50:01");
    }

    #[test]
    fn a_warning_comes_when_its_day_begins() {
        let calendar = first_version(China);
        let counting = Counting { calendar: &calendar, business_hours: &[], rollover: false };
        let ahead = |due: &str, length, unit| counting.ahead(local(due), Period { length, unit });
        assert_eq!(ahead("2024-03-25T23:59:59", 2, WorkingDay), Some(local("2024-03-21T00:00:00")));
        // 28 February 2026 is worked.
        assert_eq!(ahead("2026-03-02T23:59:59", 1, WorkingDay), Some(local("2026-02-28T00:00:00")));
        assert_eq!(ahead("2024-04-07T23:59:59", 1, WorkingDay), Some(local("2024-04-03T00:00:00")));
        assert_eq!(ahead("2024-03-25T23:59:59", 2, CalendarDay), Some(local("2024-03-23T00:00:00")));
        assert_eq!(ahead("2024-03-25T10:00:00", 2, Hour), Some(local("2024-03-25T08:00:00")));
    }

    #[test]
    fn the_local_day_counts_not_the_utc_day() {
        // 2024-03-04 23:30 UTC is already Tuesday in Shanghai.
        let calendar = first_version(MondayToFriday);
        let start = DateTime::parse_from_rfc3339("2024-03-04T23:30:00Z").unwrap().to_utc();
        let counting = Counting { calendar: &calendar, business_hours: &[], rollover: false };
        let due = counting.due(start, Period { length: 1, unit: WorkingDay }, &[]).unwrap();
        assert_eq!(due.at.to_rfc3339(), "2024-03-06T15:59:59+00:00");
    }

    #[test]
    fn a_year_without_a_notice_is_provisional() {
        let ends_in = |name, start: &str, unit| {
            let calendar = first_version(name);
            let counting = Counting { calendar: &calendar, business_hours: &hours(), rollover: false };
            counting.due(local(start), Period { length: 15, unit }, &[]).unwrap().provisional
        };
        assert!(!ends_in(China, "2026-11-20T09:00:00", WorkingDay));
        assert!(ends_in(China, "2026-12-20T09:00:00", WorkingDay));
        assert!(ends_in(China, "2026-12-31T09:00:00", WorkingHour));
        assert!(!ends_in(China, "2026-12-20T09:00:00", CalendarDay));
        assert!(!ends_in(China, "2023-12-25T09:00:00", WorkingDay));
        assert!(ends_in(China, "2012-12-25T09:00:00", WorkingDay));
        assert!(!ends_in(MondayToFriday, "2030-01-01T09:00:00", WorkingDay));
    }

    #[test]
    fn what_ends_beyond_all_calendars_is_refused() {
        let calendar = first_version(China);
        let counting = Counting { calendar: &calendar, business_hours: &hours(), rollover: true };
        for unit in [WorkingDay, CalendarDay, Month, WorkingHour] {
            let period = Period { length: u32::MAX, unit };
            assert_eq!(counting.due(local("2024-03-04T09:00:00"), period, &[]), Err(Uncountable::TooFar), "{unit}");
        }
        assert!(counting.due(local("2024-03-04T09:00:00"), Period { length: u32::MAX, unit: Minute }, &[]).is_ok());
    }
}
