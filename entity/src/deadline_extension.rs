//! Extensions of deadlines. The database refuses to change a row.

use crate::case_deadline::PeriodUnit;
use crate::case_entry::ContactMeans;
use crate::{CaseDeadlineId, DeadlineExtensionId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deadline_extensions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeadlineExtensionId,
    pub deadline_id: CaseDeadlineId,
    /// By how much, in the unit that the deadline had then.
    pub length: i32,
    pub unit: PeriodUnit,
    pub reason: String,
    pub approved_by: StaffId,
    pub approved_at: DateTimeUtc,
    /// When and how the complainant was told.
    pub told_at: DateTimeUtc,
    pub told_by: ContactMeans,
}

impl ActiveModelBehavior for ActiveModel {}
