//! Public keys by which a program proves who it is. A key is revoked, never deleted, and never comes back.

use crate::{ServiceAccountId, ServiceAccountKeyId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_account_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServiceAccountKeyId,
    pub service_account_id: ServiceAccountId,
    /// Its JWK thumbprint with SHA-256 (RFC 7638): no two accounts share a key.
    #[sea_orm(unique)]
    pub thumbprint: String,
    /// As a JWK.
    pub public_key: String,
    pub added_at: DateTimeUtc,
    /// From when on it is good no more, if it ends by itself.
    pub expires_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
