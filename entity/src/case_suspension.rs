//! Suspended closings (暂结案). A case has at most one that runs; it ends by reopening or by expiry.

use crate::{CaseId, CaseSuspensionId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// Why a case is suspended (HK-5.5.2).
    SuspensionGround {
        /// The complainant refuses the approved plan and no more mediation is possible (客户不接受方案且无法调解).
        PlanRefused,
        /// The complainant has not engaged for a long time (客户长期不配合).
        ComplainantSilent,
        /// The handler has long been unable to reach the complainant (长期无法联系客户).
        ComplainantUnreachable,
    }
}

value_enum! {
    /// Why a suspended case is taken up again (HK-5.5.4).
    ReopeningGround {
        /// Somebody was in touch with the complainant.
        Contact,
        /// There is new evidence.
        NewEvidence,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_suspensions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseSuspensionId,
    pub case_id: CaseId,
    pub ground: SuspensionGround,
    /// The period counts from here (HK-5.5.3).
    pub last_contact_at: DateTimeUtc,
    pub suspended_at: DateTimeUtc,
    pub suspended_by: StaffId,
    pub reopened_at: Option<DateTimeUtc>,
    pub reopening_ground: Option<ReopeningGround>,
    pub expired_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
