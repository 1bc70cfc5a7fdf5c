//! Assistance (协办): another department helps with a case. Whether it may is the approval item's to say; the row tells what was
//! done since.

use crate::{ApprovalId, AssistanceId, CaseId, DepartmentId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assistances")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AssistanceId,
    pub case_id: CaseId,
    /// The item that asks for it: its content says why and what is asked, its state whether the supervisor agreed.
    #[sea_orm(unique)]
    pub approval_id: ApprovalId,
    #[sea_orm(unique)]
    pub number: String,
    /// The department that is asked.
    pub department_id: DepartmentId,
    pub version: i32,
    pub requested_at: DateTimeUtc,
    /// What the handler wrote when it was delivered.
    pub brief: Option<String>,
    pub delivered_at: Option<DateTimeUtc>,
    pub delivered_by: Option<StaffId>,
    pub received_at: Option<DateTimeUtc>,
    pub received_by: Option<StaffId>,
    pub reminded_at: Option<DateTimeUtc>,
    /// The opinion or result of the department.
    pub opinion: Option<String>,
    pub returned_at: Option<DateTimeUtc>,
    pub returned_by: Option<StaffId>,
    /// When the handler took it back, after it was approved.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// The last second in which the department may read it; none as long as it is open.
    pub readable_until: Option<DateTimeUtc>,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
