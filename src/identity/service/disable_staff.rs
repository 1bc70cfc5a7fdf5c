//! A person who may no longer sign in. Everything they did stays theirs.

use super::change_and_sign_out;
use crate::identity::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;
use entity::{StaffId, staff};
use sea_orm::ActiveValue::Set;

pub struct DisableStaff {
    pub login: String,
}

impl Command for DisableStaff {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let person = store::by_login(tx.db(), &self.login).await?.ok_or(Failure::NotFound)?;
        let disabled_at = Set(person.disabled_at.or(Some(tx.now())));
        change_and_sign_out(tx, &person, staff::ActiveModel { disabled_at, ..Default::default() }).await?;
        let record = AuditRecord::new(AuditAction::StaffDisabled, person.id).change(
            "active",
            person.disabled_at.is_none(),
            false,
        );
        Ok(Done { output: person.id, record })
    }
}
