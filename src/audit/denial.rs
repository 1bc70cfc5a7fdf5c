//! A refused operation leaves an event, too (requirements T1.2).

use crate::platform::access::Permission;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;

/// Writes down that a person lacked a permission.
pub struct RecordDenial {
    pub permission: Permission,
}

impl Command for RecordDenial {
    type Output = ();
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let person = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people are denied"))?;
        let mut record =
            AuditRecord::new(AuditAction::AccessDenied, person).fact("missing", self.permission.to_string());
        if let Some(lacking) = tx.actor().lacking {
            record = record.fact("rule", lacking.rule());
        }
        Ok(Done { output: (), record })
    }
}
