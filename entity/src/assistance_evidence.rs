//! Evidence that was delivered with an assistance: exactly this, and nothing else of the case, is the department's to read.
//! The database refuses to change a row.

use crate::{AssistanceId, EvidenceId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assistance_evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub assistance_id: AssistanceId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub evidence_id: EvidenceId,
    pub delivered_by: StaffId,
    pub delivered_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
