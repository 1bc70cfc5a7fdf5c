//! Recovery codes that were not used yet, for the day on which the second factor is lost. One that is used goes.

use crate::StaffId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    /// Keyed hash of the code and its owner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_index: String,
}

impl ActiveModelBehavior for ActiveModel {}
