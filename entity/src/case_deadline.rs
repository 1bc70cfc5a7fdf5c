//! Deadlines of a case. The due instant is a pure function of what the row holds and the calendar version it names.

use crate::{CaseDeadlineId, CaseId, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// In what a period is counted (G-2…G-5).
    PeriodUnit {
        /// On the wall clock, to the second.
        Minute,
        /// On the wall clock, to the second.
        Hour,
        /// Days on which the organisation works, make-up working weekends included; ends at 23:59:59 local time.
        WorkingDay,
        /// Every day; ends at 23:59:59 local time.
        CalendarDay,
        /// The same day of a later month, or its last day; ends at 23:59:59 local time.
        Month,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "case_deadlines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseDeadlineId,
    pub case_id: CaseId,
    /// Code of a deadline of the profile, for example REPLY.
    pub code: String,
    /// The rule that sets it, for example HK-8.2.
    pub rule: String,
    pub started_at: DateTimeUtc,
    pub length: i32,
    pub unit: PeriodUnit,
    pub calendar_version: String,
    pub due_at: DateTimeUtc,
    /// True when the period reaches into a year whose holidays are not published yet.
    pub provisional: bool,
    pub met_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
