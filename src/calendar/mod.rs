//! Working days (工作日) and due dates (G-1…G-5): pure functions, and the versions of the calendars that they count with.
//!
//! The start day is not counted; a period in days ends at 23:59:59 local time of its last day. Working days follow the
//! State Council's annual notices, make-up working weekends (调休) included.

mod check;
mod china;
mod derivation;
mod due;
pub mod exchange;
pub mod graphql;
pub mod loaders;
mod period;
#[cfg(test)]
mod properties;
pub mod store;
mod working_calendar;

pub use check::{Problem, check};
pub use derivation::{Derivation, SkipReason, Skipped};
pub use due::{Counting, Due, Pause, Uncountable};
pub use entity::calendar::CalendarName;
pub use period::{Hours, Period};
pub use working_calendar::{Day, DayKind, WorkingCalendar, Year, Years};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::sync::{Arc, LazyLock};

crate::platform::ids::node_keys!(CalendarVersionId => "CalendarVersion");

/// Where local days are counted (G-1).
pub const ZONE: Tz = chrono_tz::Asia::Shanghai;

/// The local day of an instant.
pub fn local_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&ZONE).date_naive()
}

/// The first instant of a local day.
pub fn day_start(day: NaiveDate) -> DateTime<Utc> {
    let local = ZONE.from_local_datetime(&day.and_time(NaiveTime::MIN));
    // A midnight that a clock change skips or repeats: the earlier reading, so that no instant is left out.
    local.earliest().map_or(DateTime::<Utc>::MAX_UTC, |instant| instant.with_timezone(&Utc))
}

/// Version 1 of a calendar: the one that the program brings along.
pub fn first_version(name: CalendarName) -> Arc<WorkingCalendar> {
    static CHINA: LazyLock<Arc<WorkingCalendar>> =
        LazyLock::new(|| Arc::new(WorkingCalendar::new(CalendarName::China, 1, china::years())));
    static MONDAY_TO_FRIDAY: LazyLock<Arc<WorkingCalendar>> =
        LazyLock::new(|| Arc::new(WorkingCalendar::new(CalendarName::MondayToFriday, 1, Years::default())));
    Arc::clone(match name {
        CalendarName::China => &CHINA,
        CalendarName::MondayToFriday => &MONDAY_TO_FRIDAY,
    })
}
