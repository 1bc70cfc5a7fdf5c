//! Attendees who refused to sign a version of the minutes. The database refuses to change a row.

use crate::{JointReviewId, JointReviewRefusalId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_review_refusals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JointReviewRefusalId,
    pub joint_review_id: JointReviewId,
    pub minutes_version: i32,
    pub staff_id: StaffId,
    pub reason: String,
    /// What the person does not agree with.
    pub dissent: String,
    pub refused_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
