//! The minutes of a joint review (投诉案件合议记录表), one row for each version. The database refuses to change a row.

use crate::{JointReviewId, JointReviewMinutesId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_review_minutes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JointReviewMinutesId,
    pub joint_review_id: JointReviewId,
    /// Counted from 1.
    pub version: i32,
    /// What the recorder wrote; `reviews::minutes::Recorded` is its type.
    pub recorded: Json,
    /// The whole record as canonical JSON; none before the meeting was closed, since there is no outcome yet.
    pub content: Option<String>,
    /// SHA-256 of `content`: what a signature is bound to.
    pub sha256: Option<String>,
    pub written_by: StaffId,
    pub written_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
