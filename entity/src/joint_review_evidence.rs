//! The evidence pack of a joint review (HK-7.5.1): what the handler submitted with the request.

use crate::{EvidenceId, JointReviewId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_review_evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub joint_review_id: JointReviewId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub evidence_id: EvidenceId,
}

impl ActiveModelBehavior for ActiveModel {}
