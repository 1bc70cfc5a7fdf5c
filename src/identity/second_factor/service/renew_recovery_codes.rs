//! New recovery codes; the earlier ones are good no more.

use crate::identity::second_factor::proof::{self, prove};
use crate::identity::second_factor::{codes, error};
use crate::identity::service::confirm_identity::check_own_password;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::store;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::Result;
use crate::platform::scope::Scope;
use entity::audit_event::AuditAction;
use entity::staff;
use secrecy::SecretString;

/// The recovery codes, to be told once.
pub async fn renew_recovery_codes(
    rules: &SignInRules,
    scope: &Scope,
    password: &SecretString,
    code: &SecretString,
) -> Result<Vec<SecretString>> {
    let (person, attempt) = check_own_password(rules, scope, password, "password").await?;
    let recovery_codes = codes::new_recovery_codes()?;
    let renew = RenewRecoveryCodes { person: &person, code, recovery_codes: &recovery_codes };
    attempt.settle(&scope.db, scope.db.run(&scope.actor, &renew).await).await?;
    Ok(recovery_codes)
}

struct RenewRecoveryCodes<'a> {
    person: &'a staff::Model,
    code: &'a SecretString,
    recovery_codes: &'a [SecretString],
}

impl Command for RenewRecoveryCodes<'_> {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        // The password may be another one since it was checked.
        let now = store::lock_version(tx, self.person.id, self.person.version).await?;
        let proof = prove(tx, now.id, Some(self.code)).await?.ok_or_else(error::none_in_force)?;
        proof::renew_recovery_codes(tx, now.id, self.recovery_codes).await?;
        let record = AuditRecord::new(AuditAction::RecoveryCodesRenewed, now.id).fact("secondFactor", proof);
        Ok(Done { output: (), record })
    }
}
