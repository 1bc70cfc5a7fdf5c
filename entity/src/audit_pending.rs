//! Events that are no leaf of the log yet. A trigger writes a row with each event; whoever seals the event removes it. It tells
//! nothing that the events and leaves do not tell: it spares looking through all of them.

use crate::AuditEventId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_pending")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: AuditEventId,
}

impl ActiveModelBehavior for ActiveModel {}
