//! The type `Deadline`.

use crate::cases::deadlines::{DeadlineStatus, status};
use crate::platform::access::inherits;
use async_graphql::{Description, Object};
use chrono::{DateTime, Utc};
use entity::case_deadline::{self, PeriodUnit};

/// What must happen by when.
#[derive(Description)]
pub struct Deadline {
    row: case_deadline::Model,
    status: DeadlineStatus,
}

impl Deadline {
    /// The deadline as it stands at an instant.
    pub fn new(row: case_deadline::Model, now: DateTime<Utc>) -> Self {
        Self { status: status(&row, now), row }
    }

    pub fn is_overdue(&self) -> bool {
        self.status == DeadlineStatus::Overdue
    }
}

#[Object(use_type_description)]
impl Deadline {
    /// Code of the deadline in the profile, for example `REPLY`.
    #[graphql(directive = inherits::apply())]
    async fn code(&self) -> &str {
        &self.row.code
    }

    /// The rule that sets it, for example `HK-8.2`.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> &str {
        &self.row.rule
    }

    /// Where it stands now.
    #[graphql(directive = inherits::apply())]
    async fn status(&self) -> DeadlineStatus {
        self.status
    }

    /// The acceptance of the complaint.
    #[graphql(directive = inherits::apply())]
    async fn started_at(&self) -> DateTime<Utc> {
        self.row.started_at
    }

    /// Length of the period, in `unit`.
    #[graphql(directive = inherits::apply())]
    async fn length(&self) -> i32 {
        self.row.length
    }

    #[graphql(directive = inherits::apply())]
    async fn unit(&self) -> PeriodUnit {
        self.row.unit
    }

    /// The last second that is in time.
    #[graphql(directive = inherits::apply())]
    async fn due_at(&self) -> DateTime<Utc> {
        self.row.due_at
    }

    /// When the last of what it waits for had happened.
    #[graphql(directive = inherits::apply())]
    async fn met_at(&self) -> Option<DateTime<Utc>> {
        self.row.met_at
    }

    /// The version of the working calendar that it was counted with.
    #[graphql(directive = inherits::apply())]
    async fn calendar_version(&self) -> &str {
        &self.row.calendar_version
    }

    /// True when it reaches into a year whose holidays are not published yet: it may still move.
    #[graphql(directive = inherits::apply())]
    async fn provisional(&self) -> bool {
        self.row.provisional
    }
}
