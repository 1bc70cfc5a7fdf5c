//! What was found and done later about an incident (SG-16.7). The database refuses to change a row.

use crate::{IncidentFollowUpId, IncidentId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "incident_follow_ups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IncidentFollowUpId,
    pub incident_id: IncidentId,
    pub text_sealed: String,
    pub recorded_by: StaffId,
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
