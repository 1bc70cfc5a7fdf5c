//! Confidentiality pledges that people signed (信息保密承诺书, SG-16.4). The database refuses to change a row.

use crate::StaffId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "confidentiality_pledges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    /// As the profile names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    /// SHA-256 of the text that was signed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub text_sha256: String,
    pub signed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
