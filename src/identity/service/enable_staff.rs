//! A person who may sign in again, with the roles and the password they had.

use crate::identity::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{StaffId, staff};
use sea_orm::ActiveValue::Set;

/// Let a person sign in again.
#[derive(InputObject)]
#[graphql(name = "EnableStaffInput")]
pub struct EnableStaff {
    pub staff_id: Global<StaffId>,
    /// The `version` of the person that you saw.
    pub expected_version: i32,
}

impl Command for EnableStaff {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let person = store::lock_version(tx, self.staff_id.0, self.expected_version).await?;
        store::update(tx, &person, staff::ActiveModel { disabled_at: Set(None), ..Default::default() }).await?;
        let record =
            AuditRecord::new(AuditAction::StaffEnabled, person.id).change("active", person.disabled_at.is_none(), true);
        Ok(Done { output: person.id, record })
    }
}
