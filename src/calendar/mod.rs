//! Working days (工作日) and due dates: pure functions (G-1…G-5).
//!
//! The start day is not counted; a period in days ends at 23:59:59 local time of its last day. Working days follow the
//! State Council's annual notices, make-up working weekends (调休) included.

mod china;
mod due;

pub use due::{Due, Period};

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Where local days are counted (G-1).
pub const ZONE: Tz = chrono_tz::Asia::Shanghai;

/// The local day of an instant.
pub fn local_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&ZONE).date_naive()
}

/// Which working calendar a profile follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CalendarName {
    /// Mainland China: the State Council's notices.
    China,
    /// Monday to Friday, no holidays (Cal-A of the requirements).
    MondayToFriday,
}

impl CalendarName {
    pub fn calendar(self) -> &'static WorkingCalendar {
        static CHINA: LazyLock<WorkingCalendar> = LazyLock::new(china::calendar);
        static MONDAY_TO_FRIDAY: LazyLock<WorkingCalendar> = LazyLock::new(|| WorkingCalendar {
            version: "monday-to-friday".to_owned(),
            notices: None,
            holidays: BTreeSet::new(),
            make_up_days: BTreeSet::new(),
        });
        match self {
            Self::China => &CHINA,
            Self::MondayToFriday => &MONDAY_TO_FRIDAY,
        }
    }
}

/// One version of a working calendar.
#[derive(Clone, Debug)]
pub struct WorkingCalendar {
    /// Names the data, so that a due date can say what it was counted with.
    pub version: String,
    /// The notice of each year whose holidays are known; none for a calendar without holidays.
    notices: Option<BTreeMap<i32, String>>,
    holidays: BTreeSet<NaiveDate>,
    make_up_days: BTreeSet<NaiveDate>,
}

impl WorkingCalendar {
    /// Whether people work on this day.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        if self.make_up_days.contains(&day) {
            return true;
        }
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&day)
    }

    /// Whether the holidays of this day's year are published.
    pub fn is_published(&self, day: NaiveDate) -> bool {
        self.notices.as_ref().is_none_or(|notices| notices.contains_key(&day.year()))
    }

    /// The last year whose holidays are published; none for a calendar that has none.
    pub fn last_published_year(&self) -> Option<i32> {
        self.notices.as_ref()?.keys().next_back().copied()
    }
}
