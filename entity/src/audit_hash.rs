//! The hashes of the tree over the audit trail: of each leaf, and of each complete subtree, written with the leaf that completes
//! it. The database refuses to change or delete a row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_hashes")]
pub struct Model {
    /// Consecutive from 0, in the order in which leaves complete subtrees.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// SHA-256, 32 bytes.
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
