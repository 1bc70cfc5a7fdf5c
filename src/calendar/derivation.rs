//! How a due date was counted, day by day, so that a person can check it.

use super::{Counting, DayKind, Due, Pause, Period, Uncountable};
use chrono::{DateTime, NaiveDate, Utc};
use entity::case_deadline::PeriodUnit;

/// A due date and the days that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    pub due: Due,
    /// Days that count, in order; none for a period in minutes, hours or months, which is not counted in days.
    pub counted: Vec<NaiveDate>,
    /// Days that do not count, in order.
    pub skipped: Vec<Skipped>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub day: NaiveDate,
    pub why: SkipReason,
    /// Name of the holiday, and the notice that sets it.
    pub name: Option<String>,
    pub notice: Option<String>,
}

/// Why a day does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum SkipReason {
    /// A weekend day that nobody works.
    Weekend,
    /// A holiday by the notice of its year.
    Holiday,
    /// The clock stood still at the end of the day.
    Paused,
}

/// Nobody checks more days than these one by one.
const MOST_DAYS: usize = 4_000;

impl Counting<'_> {
    /// The due date of a period and its extensions, with the days that were counted for all of them.
    pub fn derive_through(
        &self,
        start: DateTime<Utc>,
        periods: &[Period],
        pauses: &[Pause],
    ) -> Result<Derivation, Uncountable> {
        let due = Due { at: start, provisional: false };
        let mut whole = Derivation { due, counted: Vec::new(), skipped: Vec::new() };
        for (period, counting) in self.in_turn(periods) {
            let Derivation { due, counted, skipped } = counting.derive(whole.due.at, period, pauses)?;
            whole.due = Due { at: due.at, provisional: whole.due.provisional || due.provisional };
            whole.counted.extend(counted);
            whole.skipped.extend(skipped);
        }
        Ok(whole)
    }

    /// The due date of a period with the days that were counted.
    pub fn derive(&self, start: DateTime<Utc>, period: Period, pauses: &[Pause]) -> Result<Derivation, Uncountable> {
        let due = self.due(start, period, pauses)?;
        let (first, last) = (self.local_day(start), self.local_day(due.at));
        let mut derivation = Derivation { due, counted: Vec::new(), skipped: Vec::new() };
        // Days are counted from the day after the start; working hours on the day itself, too.
        let from = usize::from(period.unit != PeriodUnit::WorkingHour);
        for day in first.iter_days().skip(from).take(MOST_DAYS).take_while(|day| *day <= last) {
            let idle = self.idle(day);
            // What lies behind the last counted day, to which the end rolled over.
            let rolled = derivation.counted.len() >= usize::try_from(period.length).unwrap_or(usize::MAX);
            let skipped = match period.unit {
                PeriodUnit::Minute | PeriodUnit::Hour => None,
                PeriodUnit::WorkingHour => idle,
                PeriodUnit::WorkingDay => idle.or_else(|| self.paused(day, pauses)),
                PeriodUnit::CalendarDay if rolled => idle,
                PeriodUnit::CalendarDay | PeriodUnit::Month => self.paused(day, pauses),
            };
            match (skipped, period.unit) {
                (Some(skipped), _) => derivation.skipped.push(skipped),
                (None, PeriodUnit::CalendarDay) if rolled => {}
                (None, PeriodUnit::WorkingDay | PeriodUnit::WorkingHour | PeriodUnit::CalendarDay) => {
                    derivation.counted.push(day);
                }
                (None, PeriodUnit::Minute | PeriodUnit::Hour | PeriodUnit::Month) => {}
            }
        }
        Ok(derivation)
    }

    fn idle(&self, day: NaiveDate) -> Option<Skipped> {
        if self.calendar.is_working_day(day) {
            return None;
        }
        let holiday = self.calendar.day(day).filter(|day| day.kind == DayKind::Holiday);
        Some(Skipped {
            day,
            why: if holiday.is_some() { SkipReason::Holiday } else { SkipReason::Weekend },
            name: holiday.map(|holiday| holiday.name.clone()),
            notice: holiday.and_then(|_| self.calendar.notice(day)).map(str::to_owned),
        })
    }

    fn paused(&self, day: NaiveDate, pauses: &[Pause]) -> Option<Skipped> {
        let paused = self.is_paused(day, pauses);
        paused.then_some(Skipped { day, why: SkipReason::Paused, name: None, notice: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{CalendarName, first_version};

    fn derive(start: &str, length: u32, unit: PeriodUnit, rollover: bool, pauses: &[(&str, &str)]) -> Derivation {
        let instant = |text: &str| DateTime::parse_from_rfc3339(&format!("{text}+08:00")).unwrap().to_utc();
        let pauses: Vec<_> =
            pauses.iter().map(|(from, until)| Pause { began_at: instant(from), ended_at: instant(until) }).collect();
        let calendar = first_version(CalendarName::China);
        let hours = ["09:00-17:00".parse().unwrap()];
        let counting = Counting { calendar: &calendar, business_hours: &hours, rollover };
        counting.derive(instant(start), Period { length, unit }, &pauses).unwrap()
    }

    fn days(days: &[NaiveDate]) -> Vec<String> {
        days.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn counted_and_skipped_days_lead_to_the_due_date() {
        let found = derive("2026-02-12T10:00:00", 3, PeriodUnit::WorkingDay, false, &[]);
        assert_eq!(days(&found.counted), ["2026-02-13", "2026-02-14", "2026-02-24"]);
        assert_eq!(found.skipped.len(), 9);
        assert!(found.skipped.iter().all(|day| day.why == SkipReason::Holiday && day.name.as_deref() == Some("春节")));
        assert!(found.skipped.iter().all(|day| day.notice.as_deref().unwrap().contains("〔2025〕7号")));
    }

    #[test]
    fn pauses_and_rollovers_are_shown() {
        let pause = [("2024-03-06T10:00:00", "2024-03-07T10:00:00")];
        let found = derive("2024-03-04T10:00:00", 3, PeriodUnit::WorkingDay, false, &pause);
        assert_eq!(days(&found.counted), ["2024-03-05", "2024-03-07", "2024-03-08"]);
        assert_eq!(found.skipped.iter().map(|day| day.why).collect::<Vec<_>>(), [SkipReason::Paused]);
        let found = derive("2024-04-03T10:00:00", 1, PeriodUnit::CalendarDay, true, &[]);
        assert_eq!(days(&found.counted), ["2024-04-04"]);
        assert_eq!(days(&found.skipped.iter().map(|day| day.day).collect::<Vec<_>>()), ["2024-04-05", "2024-04-06"]);
        let found = derive("2024-03-08T16:30:00", 1, PeriodUnit::WorkingHour, false, &[]);
        assert_eq!(days(&found.counted), ["2024-03-08", "2024-03-11"]);
        assert_eq!(found.skipped.len(), 2);
    }
}
