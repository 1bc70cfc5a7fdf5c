//! Which event is which leaf of the log over the audit trail. The database refuses to change or delete a row.

use crate::AuditEventId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_leaves")]
pub struct Model {
    /// Consecutive from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub leaf_index: i64,
    #[sea_orm(unique)]
    pub event_id: AuditEventId,
}

impl ActiveModelBehavior for ActiveModel {}
