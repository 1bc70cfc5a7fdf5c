//! Handling plans (处理方案). Each draft is a new row; a reviewed row is not touched again.

use crate::{CaseId, PlanId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What the reviewer says of a plan (HK-5.4.5).
    PlanVerdict {
        /// The reply may go out.
        Approve,
        /// The facts are not clear enough: back to investigation.
        Reinvestigate,
        /// The facts are clear, the plan is not: back to drafting.
        Redraft,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlanId,
    pub case_id: CaseId,
    /// 1 for the first draft of the case.
    pub number: i32,
    pub basis: Option<String>,
    pub proposal: Option<String>,
    pub drafted_by: StaffId,
    pub drafted_at: DateTimeUtc,
    pub submitted_by: Option<StaffId>,
    pub submitted_at: Option<DateTimeUtc>,
    pub verdict: Option<PlanVerdict>,
    pub opinion: Option<String>,
    pub reviewed_by: Option<StaffId>,
    pub reviewed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
