//! A new password from the command line; every session of the person ends.

use super::change_and_sign_out;
use crate::identity::{passwords, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;
use entity::{StaffId, staff};
use sea_orm::ActiveValue::Set;
use secrecy::SecretString;

pub struct ResetPassword {
    pub login: String,
    pub password_hash: String,
}

impl ResetPassword {
    /// Hashes the password, which takes a while: do it outside the transaction.
    pub fn new(login: String, password: &SecretString) -> Result<Self> {
        Ok(Self { login, password_hash: passwords::hash(password)? })
    }
}

impl Command for ResetPassword {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let person = store::by_login(tx.db(), &self.login).await?.ok_or(Failure::NotFound)?;
        let password_hash = Set(self.password_hash.clone());
        change_and_sign_out(tx, &person, staff::ActiveModel { password_hash, ..Default::default() }).await?;
        let record = AuditRecord::new(AuditAction::StaffPasswordReset, person.id);
        Ok(Done { output: person.id, record })
    }
}
