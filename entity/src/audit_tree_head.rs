//! Signed heads of the tree over the audit trail, one for each batch of leaves. The database refuses to change or delete a row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_tree_heads")]
pub struct Model {
    /// How many leaves the tree has.
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    /// SHA-256, 32 bytes.
    pub root: Vec<u8>,
    pub signed_at: DateTimeUtc,
    /// The thumbprint of the key that signed.
    pub key_id: String,
    /// Base64url without padding.
    pub signature: String,
}

impl ActiveModelBehavior for ActiveModel {}
