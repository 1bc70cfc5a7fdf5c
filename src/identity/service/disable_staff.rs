//! A person who may no longer sign in. Everything they did stays theirs.

use super::another_administrator_stays;
use crate::identity::store::{self, Sessions};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use entity::audit_event::AuditAction;
use entity::{StaffId, staff};
use sea_orm::ActiveValue::Set;

pub struct DisableStaff {
    pub staff_id: StaffId,
    /// The version that was seen; none from the command line.
    pub expected_version: Option<i32>,
}

impl Command for DisableStaff {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        another_administrator_stays(tx, self.staff_id).await?;
        let person = store::lock_seen(tx, self.staff_id, self.expected_version).await?;
        let disabled_at = Set(person.disabled_at.or(Some(tx.now())));
        store::update(tx, &person, staff::ActiveModel { disabled_at, ..Default::default() }).await?;
        store::end_sessions(tx, person.id, Sessions::All).await?;
        let record = AuditRecord::new(AuditAction::StaffDisabled, person.id).change(
            "active",
            person.disabled_at.is_none(),
            false,
        );
        Ok(Done { output: person.id, record })
    }
}
