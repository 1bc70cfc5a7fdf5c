//! Legal holds that ended. The database refuses to change a row.

use crate::{LegalHoldId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "legal_hold_releases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub legal_hold_id: LegalHoldId,
    pub reason_sealed: String,
    pub released_by: StaffId,
    pub released_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
