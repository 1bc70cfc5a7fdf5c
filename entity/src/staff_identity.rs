//! Who a person is at an OpenID Connect issuer. One person is one subject of an issuer.

use crate::StaffId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_identities")]
pub struct Model {
    /// The url of the issuer, as its tokens name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    /// Who the person is there: `sub` of its tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    pub staff_id: StaffId,
    pub linked_at: DateTimeUtc,
    /// All sessions of the person were ended then: who signed in before begins none.
    pub signed_out_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
