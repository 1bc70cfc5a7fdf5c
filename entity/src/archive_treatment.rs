//! What was done about damage (SG-13.3). The database refuses to change a row.

use crate::{ArchiveDamageId, ArchiveTreatmentId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_treatments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveTreatmentId,
    /// Damage is treated once.
    #[sea_orm(unique)]
    pub damage_id: ArchiveDamageId,
    pub measure: String,
    pub treated_by: StaffId,
    pub treated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
