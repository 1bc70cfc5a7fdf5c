//! Deadlines of a case and of what is done about it. The due instant is a pure function of what the row holds, the calendar
//! version it names, its pauses and its extensions.

use crate::calendar::CalendarName;
use crate::{CaseDeadlineId, CaseId, DepartmentId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// In what a period is counted (G-2…G-5).
    PeriodUnit {
        /// On the wall clock, to the second.
        Minute,
        /// On the wall clock, to the second.
        Hour,
        /// Runs only inside business hours (工作小时), to the second.
        WorkingHour,
        /// Days on which the organisation works, make-up working weekends included; ends at 23:59:59 local time.
        WorkingDay,
        /// Every day; ends at 23:59:59 local time.
        CalendarDay,
        /// The same day of a later month, or its last day; ends at 23:59:59 local time.
        Month,
    }
}

value_enum! {
    /// What a deadline is counted from (requirements T3).
    StartEvent {
        /// The complaint was taken in (受理).
        Acceptance,
        /// The department that helps received the material (协办).
        AssistanceReceived,
        /// The meeting day of a joint review that brought no decision (合议).
        Meeting,
        /// The last contact with the complainant.
        LastContact,
        /// An item with money to pay was approved.
        ApprovalDecided,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "case_deadlines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseDeadlineId,
    pub case_id: CaseId,
    /// Code of a deadline, for example REPLY. One of each code and matter in a case.
    pub code: String,
    /// The matter that it is about: the case itself, or an assistance, a meeting, a suspension of it.
    pub about_id: Uuid,
    /// The rule that sets it, for example HK-8.2.
    pub rule: String,
    pub start_event: StartEvent,
    pub started_at: DateTimeUtc,
    pub length: i32,
    pub unit: PeriodUnit,
    pub calendar: CalendarName,
    pub calendar_version: i32,
    pub due_at: DateTimeUtc,
    /// True when the period reaches into a year whose holidays are not published yet.
    pub provisional: bool,
    /// Who owes it; none for what the handler of the case owes, whoever that is.
    pub owner_id: Option<StaffId>,
    /// The department that owes it, where one does.
    pub owner_department_id: Option<DepartmentId>,
    /// When the owner is to be warned; none without a warning in the profile.
    pub warn_at: Option<DateTimeUtc>,
    pub warned_at: Option<DateTimeUtc>,
    /// Since when the clock stands still.
    pub paused_at: Option<DateTimeUtc>,
    pub met_at: Option<DateTimeUtc>,
    /// When it was found to be missed and people were told (G-8).
    pub missed_at: Option<DateTimeUtc>,
    /// When it ceased to hold, since the case was classified anew or what it is about ended.
    pub dropped_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
