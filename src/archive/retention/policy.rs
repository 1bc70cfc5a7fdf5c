//! How long a file is kept: pure decisions.

use super::error;
use crate::platform::refusal::Refusal;
use crate::profiles::{Retention, RetentionRule};
use async_graphql::Enum;
use chrono::{Days, Months, NaiveDate};
use entity::permanent_retention::PermanentGround;

/// Whether a file must still be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RetentionState {
    /// The profile sets no time: the file stays.
    Unlimited,
    /// Its time has not passed.
    Running,
    /// There is a ground to keep it for good.
    Permanent,
    /// A legal hold keeps it, whatever the date.
    Held,
    /// It may be proposed for disposal; until then it is read like any other.
    Eligible,
    /// Its contents are destroyed.
    Disposed,
}

/// What is known of a file.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub severity: &'a str,
    /// Local day on which the handling of the case was completed.
    pub completed_on: Option<NaiveDate>,
    pub grounds: &'a [PermanentGround],
    pub held: bool,
    pub disposed: bool,
}

/// The rule for a severity.
pub fn rule_for<'a>(retention: Option<&'a Retention>, severity: &str) -> Option<&'a RetentionRule> {
    retention?.rules.iter().find(|rule| rule.severity == severity)
}

/// The last day on which a file must be kept (SG-13.4): the day of completion, so many years later; of 29 February, the 28th
/// where there is none.
pub fn retain_until(completed_on: NaiveDate, years: u16) -> Option<NaiveDate> {
    completed_on.checked_add_months(Months::new(u32::from(years) * 12))
}

/// The last day of completion whose files may go today; for lists, which ask the other way round.
pub fn completed_until(today: NaiveDate, years: u16) -> Option<NaiveDate> {
    let over = |completed: NaiveDate| retain_until(completed, years).is_some_and(|until| until < today);
    let mut day = today.checked_sub_months(Months::new(u32::from(years) * 12))?;
    // From here it is a day or two: 28 February may stand for the 29th.
    for _ in 0..2 {
        day = day.checked_add_days(Days::new(1)).filter(|next| over(*next)).unwrap_or(day);
    }
    while !over(day) {
        day = day.checked_sub_days(Days::new(1))?;
    }
    Some(day)
}

pub fn until(rule: &RetentionRule, facts: &Facts<'_>) -> Option<NaiveDate> {
    let permanent = rule.permanent_on.iter().any(|ground| facts.grounds.contains(ground));
    if permanent { None } else { retain_until(facts.completed_on?, rule.years) }
}

pub fn state(rule: Option<&RetentionRule>, facts: &Facts<'_>, today: NaiveDate) -> RetentionState {
    if facts.disposed {
        return RetentionState::Disposed;
    }
    if facts.held {
        return RetentionState::Held;
    }
    let Some(rule) = rule else { return RetentionState::Unlimited };
    if rule.permanent_on.iter().any(|ground| facts.grounds.contains(ground)) {
        return RetentionState::Permanent;
    }
    match until(rule, facts) {
        Some(until) if until < today => RetentionState::Eligible,
        Some(_) => RetentionState::Running,
        None => RetentionState::Unlimited,
    }
}

/// SG-13.4…SG-13.6: what keeps a file from disposal today.
pub fn may_dispose(rule: Option<&RetentionRule>, facts: &Facts<'_>, today: NaiveDate) -> Result<(), Refusal> {
    match state(rule, facts, today) {
        RetentionState::Eligible => Ok(()),
        RetentionState::Disposed => Err(crate::platform::refusal::disposed_of()),
        RetentionState::Held => Err(error::held()),
        RetentionState::Permanent => Err(error::kept_for_good()),
        RetentionState::Unlimited => Err(error::no_time_set()),
        RetentionState::Running => {
            Err(error::not_yet(rule.map_or("SG-13.4", |rule| &rule.rule), rule.and_then(|rule| until(rule, facts))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rule(years: u16, permanent_on: &[PermanentGround]) -> RetentionRule {
        RetentionRule { severity: "S".to_owned(), years, permanent_on: permanent_on.to_vec(), rule: "R".to_owned() }
    }

    fn facts(completed: &str, grounds: &'static [PermanentGround]) -> Facts<'static> {
        Facts { severity: "S", completed_on: Some(day(completed)), grounds, held: false, disposed: false }
    }

    /// SG-13.4, SG-13.5
    #[test]
    fn years_are_counted_from_the_completion() {
        for (completed, years, until) in [
            ("2024-03-04", 2, "2026-03-04"),
            ("2024-03-04", 5, "2029-03-04"),
            ("2024-03-04", 10, "2034-03-04"),
            ("2024-02-29", 2, "2026-02-28"),
            ("2024-02-29", 4, "2028-02-29"),
            ("2023-02-28", 5, "2028-02-28"),
            ("2024-12-31", 2, "2026-12-31"),
        ] {
            assert_eq!(retain_until(day(completed), years), Some(day(until)), "{completed} + {years}");
        }
    }

    /// SG-13.6
    #[test]
    fn a_file_is_eligible_on_the_day_after() {
        let rule = rule(2, &[]);
        let on = |today: &str| state(Some(&rule), &facts("2024-03-04", &[]), day(today));
        assert_eq!(on("2026-03-04"), RetentionState::Running);
        assert_eq!(on("2026-03-05"), RetentionState::Eligible);
        assert_eq!(state(None, &facts("1990-01-01", &[]), day("2026-03-05")), RetentionState::Unlimited);
    }

    /// SG-13.5
    #[test]
    fn a_ground_keeps_for_good_what_the_rule_lists_it_for() {
        let grounds: &[PermanentGround] = &[PermanentGround::LegalDispute];
        let major = rule(10, &[PermanentGround::LegalDispute, PermanentGround::MajorBrandEffect]);
        assert_eq!(until(&major, &facts("2024-03-04", grounds)), None);
        assert_eq!(state(Some(&major), &facts("2024-03-04", grounds), day("2099-01-01")), RetentionState::Permanent);
        let middle = rule(5, &[]);
        assert_eq!(until(&middle, &facts("2024-03-04", grounds)), Some(day("2029-03-04")));
        let held = Facts { held: true, ..facts("2024-03-04", &[]) };
        assert_eq!(state(Some(&middle), &held, day("2099-01-01")), RetentionState::Held);
    }

    /// The list and the state of a file agree, around every end of February too.
    #[test]
    fn asked_the_other_way_round_it_is_the_same() {
        let mut today = day("2026-01-01");
        while today < day("2029-03-05") {
            for years in [1, 2, 4, 5] {
                let last = completed_until(today, years).unwrap();
                assert!(retain_until(last, years).unwrap() < today, "{today} {years}");
                assert!(retain_until(last.succ_opt().unwrap(), years).unwrap() >= today, "{today} {years}");
            }
            today = today.succ_opt().unwrap();
        }
    }
}
