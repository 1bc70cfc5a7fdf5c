//! A new password from somebody else; every session of the person ends.

use crate::identity::store::{self, Sessions};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use entity::audit_event::AuditAction;
use entity::{StaffId, staff};
use sea_orm::ActiveValue::Set;

pub struct ResetPassword {
    pub staff_id: StaffId,
    /// The version that was seen; none from the command line.
    pub expected_version: Option<i32>,
    pub password_hash: String,
    /// True when the person must choose their own password first.
    pub password_temporary: bool,
}

impl Command for ResetPassword {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let person = store::lock_seen(tx, self.staff_id, self.expected_version).await?;
        let changes = staff::ActiveModel {
            password_hash: Set(self.password_hash.clone()),
            password_temporary: Set(self.password_temporary),
            password_set_at: Set(Some(tx.now())),
            ..Default::default()
        };
        store::update(tx, &person, changes).await?;
        store::end_sessions(tx, person.id, Sessions::All).await?;
        let record = AuditRecord::new(AuditAction::StaffPasswordReset, person.id);
        Ok(Done { output: person.id, record })
    }
}
