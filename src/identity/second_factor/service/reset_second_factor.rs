//! Somebody else removes a person's second factor, who has lost it and the recovery codes; every session of the person ends.

use crate::identity::second_factor::{self, error};
use crate::identity::store::{self, Sessions};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use entity::audit_event::AuditAction;
use entity::{StaffId, staff};

pub struct ResetSecondFactor {
    pub staff_id: StaffId,
    /// The version that was seen; none from the command line.
    pub expected_version: Option<i32>,
}

impl Command for ResetSecondFactor {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        if tx.actor().is(self.staff_id) {
            return Err(error::own_reset().into());
        }
        let person = store::lock_seen(tx, self.staff_id, self.expected_version).await?;
        if !second_factor::store::remove(tx, person.id).await? {
            return Err(error::none_in_force().into());
        }
        store::update(tx, &person, staff::ActiveModel::default()).await?;
        store::end_sessions(tx, person.id, Sessions::All).await?;
        let record = AuditRecord::new(AuditAction::SecondFactorReset, person.id);
        Ok(Done { output: person.id, record })
    }
}
