//! Working calendars and the derivation of due dates, as a portal sees them.

use super::exchange;
use super::{DayKind, Derivation, SkipReason, WorkingCalendar};
use crate::platform::access::inherits;
use crate::platform::error::Failure;
use async_graphql::{Description, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use entity::calendar::CalendarName;
use std::sync::Arc;

/// A version of a working calendar. It never changes; a correction is a new version.
#[derive(Description)]
pub struct CalendarVersion(pub Arc<WorkingCalendar>);

#[Object(use_type_description)]
impl CalendarVersion {
    #[graphql(directive = inherits::apply())]
    async fn name(&self) -> CalendarName {
        self.0.name
    }

    /// Send it back as `expectedVersion`.
    #[graphql(directive = inherits::apply())]
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where its days begin and end, for example `Asia/Shanghai`.
    #[graphql(directive = inherits::apply())]
    async fn time_zone(&self) -> &str {
        self.0.zone.name()
    }

    /// The years whose holidays are published. A due date in another year is provisional.
    #[graphql(directive = inherits::apply())]
    async fn years(&self) -> Vec<CalendarYear> {
        let calendar = &self.0;
        calendar.years.keys().map(|year| CalendarYear { calendar: Arc::clone(calendar), year: *year }).collect()
    }

    /// Every day that is not what its weekday says, as CSV: `date,kind,name,hours,notice`. What `publishCalendar` takes.
    #[graphql(directive = inherits::apply())]
    async fn csv(&self) -> Result<String> {
        Ok(exchange::to_csv(&self.0).map_err(Failure::internal)?)
    }

    /// The same as iCalendar, for calendar programs.
    #[graphql(directive = inherits::apply())]
    async fn i_calendar(&self) -> Result<String> {
        Ok(exchange::to_icalendar(&self.0).map_err(Failure::internal)?)
    }
}

/// A year of a working calendar.
#[derive(Description)]
pub struct CalendarYear {
    calendar: Arc<WorkingCalendar>,
    year: i32,
}

#[Object(use_type_description)]
impl CalendarYear {
    #[graphql(directive = inherits::apply())]
    async fn year(&self) -> i32 {
        self.year
    }

    /// The notice that sets its holidays.
    #[graphql(directive = inherits::apply())]
    async fn notice(&self) -> &str {
        self.calendar.years.get(&self.year).map_or("", |year| &year.notice)
    }

    /// How many days are worked.
    #[graphql(directive = inherits::apply())]
    async fn working_days(&self) -> i64 {
        let last = |year| NaiveDate::from_ymd_opt(year, 12, 31).map_or(0, |day| self.calendar.counted_until(day));
        last(self.year) - last(self.year - 1)
    }

    /// The days that are not what their weekday says.
    #[graphql(directive = inherits::apply())]
    async fn days(&self) -> Vec<CalendarDay> {
        let days = self.calendar.years.get(&self.year).into_iter().flat_map(|year| &year.days);
        let day = |(date, day): (&NaiveDate, &super::Day)| CalendarDay {
            date: *date,
            kind: day.kind,
            name: day.name.clone(),
            hours: day.hours.iter().map(ToString::to_string).collect(),
            notice: self.calendar.notice(*date).unwrap_or_default().to_owned(),
        };
        days.map(day).collect()
    }
}

/// A day of a working calendar that is not what its weekday says.
#[derive(SimpleObject)]
pub struct CalendarDay {
    #[graphql(directive = inherits::apply())]
    date: NaiveDate,
    #[graphql(directive = inherits::apply())]
    kind: DayKind,
    /// For example 春节.
    #[graphql(directive = inherits::apply())]
    name: String,
    /// Business hours of this day, for example `09:00-12:00`; empty where they are the usual ones.
    #[graphql(directive = inherits::apply())]
    hours: Vec<String>,
    /// The notice that sets it.
    #[graphql(directive = inherits::apply())]
    notice: String,
}

/// How a due date was counted, for a person to check (G-1…G-5).
#[derive(SimpleObject)]
pub struct DueDateDerivation {
    /// The last second that is in time.
    #[graphql(directive = inherits::apply())]
    pub due_at: DateTime<Utc>,
    /// True when it relies on a year whose holidays are not published yet: it may still move.
    #[graphql(directive = inherits::apply())]
    pub provisional: bool,
    #[graphql(directive = inherits::apply())]
    pub calendar: CalendarName,
    #[graphql(directive = inherits::apply())]
    pub calendar_version: i32,
    /// The days that count, in order. A period in minutes, hours or months is not counted in days and lists none.
    #[graphql(directive = inherits::apply())]
    pub counted_days: Vec<NaiveDate>,
    /// The days in between that do not count, and why. The start day never counts and is not listed.
    #[graphql(directive = inherits::apply())]
    pub skipped_days: Vec<SkippedDay>,
}

/// A day that does not count.
#[derive(SimpleObject)]
pub struct SkippedDay {
    #[graphql(directive = inherits::apply())]
    date: NaiveDate,
    #[graphql(directive = inherits::apply())]
    reason: SkipReason,
    /// Name of the holiday.
    #[graphql(directive = inherits::apply())]
    name: Option<String>,
    /// The notice that makes it a holiday.
    #[graphql(directive = inherits::apply())]
    notice: Option<String>,
}

impl DueDateDerivation {
    pub fn new(derivation: Derivation, calendar: &WorkingCalendar) -> Self {
        let Derivation { due, counted, skipped } = derivation;
        Self {
            due_at: due.at,
            provisional: due.provisional,
            calendar: calendar.name,
            calendar_version: calendar.version,
            counted_days: counted,
            skipped_days: skipped
                .into_iter()
                .map(|day| SkippedDay { date: day.day, reason: day.why, name: day.name, notice: day.notice })
                .collect(),
        }
    }
}
