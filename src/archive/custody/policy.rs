//! Which checks are due (SG-13.3): pure decisions.

use crate::profiles::CheckCycle;
use chrono::{Datelike, Days, Months, NaiveDate};

/// A month or quarter that nobody has checked yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub from: NaiveDate,
    /// The last day on which the check is in time.
    pub until: NaiveDate,
    pub overdue: bool,
}

/// So many are told of, the latest first.
const MOST: usize = 120;

/// The periods without a check since something was there to be checked, the latest first.
pub fn due(cycle: CheckCycle, since: NaiveDate, checked: &[NaiveDate], today: NaiveDate) -> Vec<Due> {
    let mut due = Vec::new();
    let mut period = period_of(cycle, today);
    while let Some((from, until)) = period.filter(|(_, until)| *until >= since && due.len() < MOST) {
        if !checked.iter().any(|day| (from..=until).contains(day)) {
            due.push(Due { from, until, overdue: until < today });
        }
        period = from.pred_opt().and_then(|before| period_of(cycle, before));
    }
    due
}

/// The month or quarter of a day.
fn period_of(cycle: CheckCycle, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let months = match cycle {
        CheckCycle::Month => 1,
        CheckCycle::Quarter => 3,
    };
    let from = NaiveDate::from_ymd_opt(day.year(), day.month0() / months * months + 1, 1)?;
    let until = from.checked_add_months(Months::new(months))?.checked_sub_days(Days::new(1))?;
    Some((from, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(listed: &[&str]) -> Vec<NaiveDate> {
        listed.iter().map(|day| day.parse().unwrap()).collect()
    }

    fn listed(cycle: CheckCycle, since: &str, checked: &[&str], today: &str) -> Vec<(String, bool)> {
        let due = due(cycle, since.parse().unwrap(), &days(checked), today.parse().unwrap());
        due.into_iter().map(|due| (format!("{}…{}", due.from, due.until), due.overdue)).collect()
    }

    /// SG-13.3: a quarter without a check is overdue from the day after its last.
    #[test]
    fn a_quarter_without_a_check_is_overdue() {
        let first = ("2024-01-01…2024-03-31".to_owned(), false);
        assert_eq!(listed(CheckCycle::Quarter, "2024-03-04", &[], "2024-03-31"), [first]);
        let due = listed(CheckCycle::Quarter, "2024-03-04", &[], "2024-04-01");
        assert_eq!(due, [("2024-04-01…2024-06-30".to_owned(), false), ("2024-01-01…2024-03-31".to_owned(), true)]);
        // The first and the last day count, the days around them do not.
        for (checked, open) in [("2024-01-01", 1), ("2024-03-31", 1), ("2023-12-31", 2), ("2024-04-01", 1)] {
            assert_eq!(listed(CheckCycle::Quarter, "2024-03-04", &[checked], "2024-04-01").len(), open, "{checked}");
        }
    }

    #[test]
    fn months_end_where_they_end() {
        let due = listed(CheckCycle::Month, "2024-01-31", &["2024-03-15"], "2024-03-31");
        assert_eq!(due, [("2024-02-01…2024-02-29".to_owned(), true), ("2024-01-01…2024-01-31".to_owned(), true)]);
        assert_eq!(listed(CheckCycle::Month, "1990-01-01", &[], "2024-03-31").len(), MOST);
        assert_eq!(listed(CheckCycle::Month, "2024-04-01", &[], "2024-03-31"), []);
    }
}
