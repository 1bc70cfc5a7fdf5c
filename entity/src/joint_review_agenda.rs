//! The cases that a joint review is about (议题).

use crate::{CaseId, JointReviewId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_review_agenda")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub joint_review_id: JointReviewId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    /// 0 for the case that it was asked for on.
    pub position: i32,
    /// What is to be decided of it.
    pub question: String,
}

impl ActiveModelBehavior for ActiveModel {}
