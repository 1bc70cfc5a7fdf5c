//! Intervals in which the clock of a deadline stands still.

use crate::{CaseDeadlineId, DeadlinePauseId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deadline_pauses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeadlinePauseId,
    pub deadline_id: CaseDeadlineId,
    pub began_at: DateTimeUtc,
    /// None while the clock stands still.
    pub ended_at: Option<DateTimeUtc>,
    pub reason: String,
    pub paused_by: StaffId,
    pub resumed_by: Option<StaffId>,
}

impl ActiveModelBehavior for ActiveModel {}
