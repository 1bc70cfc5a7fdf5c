//! What a department that helps asks the handler, and the answer.

use crate::{AssistanceId, InformationRequestId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "information_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InformationRequestId,
    pub assistance_id: AssistanceId,
    pub question: String,
    pub asked_by: StaffId,
    pub asked_at: DateTimeUtc,
    pub answer: Option<String>,
    pub answered_by: Option<StaffId>,
    pub answered_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
