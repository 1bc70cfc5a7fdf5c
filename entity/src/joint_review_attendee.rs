//! Who is invited to a joint review, in which capacity, and when they were there (HK-7.4). One row for each person.

use crate::{JointReviewAttendeeId, JointReviewId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// As what a person attends a joint review (HK-7.4).
    JointReviewCapacity {
        /// Customer service, assistant manager or above (客服部经理助理以上).
        Management,
        /// The supervisor, who chairs (咨诉主管).
        Supervisor,
        /// The handler of a case on the agenda (经办人员).
        Handler,
        /// Somebody of another department that assists (其他部门).
        Department,
    }
}

value_enum! {
    /// What an invited person said.
    InvitationResponse {
        /// Nothing yet.
        Pending,
        /// Will come.
        Accepted,
        /// Will not come; a substitute of the same capacity may.
        Declined,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_review_attendees")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JointReviewAttendeeId,
    pub joint_review_id: JointReviewId,
    pub staff_id: StaffId,
    pub capacity: JointReviewCapacity,
    pub response: InvitationResponse,
    pub responded_at: Option<DateTimeUtc>,
    /// Why the person declined.
    pub response_reason: Option<String>,
    /// The invitation that the person took over.
    pub substitute_for: Option<JointReviewAttendeeId>,
    /// When the person was taken off the list again.
    pub removed_at: Option<DateTimeUtc>,
    pub arrived_at: Option<DateTimeUtc>,
    /// None while the person is there; set when the person leaves before the end.
    pub left_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
