//! The first code of a second factor: it holds from here on, this session proved it, and every other session of the person ends
//! (ASVS 7.4.3).

use super::enrol_second_factor::WAITS_FOR;
use super::leave_this_session_alone;
use crate::identity::second_factor::proof::{self, opened};
use crate::identity::second_factor::{self, codes, error};
use crate::identity::store;
use crate::identity::throttle::Attempt;
use crate::platform::access::Who;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::scope::Scope;
use entity::audit_event::AuditAction;
use secrecy::SecretString;

/// The recovery codes, to be told once.
pub async fn confirm_second_factor(scope: &Scope, code: &SecretString) -> Result<Vec<SecretString>> {
    let id = scope.actor.staff_id().ok_or_else(|| Failure::internal("only people have second factors"))?;
    let person = store::person(scope.db.read(&scope.actor), id).await?.ok_or(Failure::NotFound)?;
    let attempt = Attempt::new(&scope.vault, &person.login, scope.origin.address);
    attempt.may_be_made(&scope.db).await?;
    let recovery_codes = codes::new_recovery_codes()?;
    let confirm = ConfirmSecondFactor { code, recovery_codes: &recovery_codes };
    attempt.settle(&scope.db, scope.db.run(&scope.actor, &confirm).await).await?;
    Ok(recovery_codes)
}

struct ConfirmSecondFactor<'a> {
    code: &'a SecretString,
    recovery_codes: &'a [SecretString],
}

impl Command for ConfirmSecondFactor<'_> {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let Who::Staff { id, session_id, .. } = tx.actor().who else {
            return Err(Failure::internal("only people have second factors"));
        };
        store::lock(tx, id).await?;
        let pending = second_factor::store::pending_secret(tx.db(), id, tx.now() - WAITS_FOR).await?;
        let secret = opened(tx, id, &pending.ok_or_else(error::nothing_to_confirm)?)?;
        let step = codes::step(&secret, &codes::comparable(self.code), tx.now())?.ok_or_else(error::code_wrong)?;
        second_factor::store::confirm(tx, id, step).await?;
        proof::renew_recovery_codes(tx, id, self.recovery_codes).await?;
        let others = leave_this_session_alone(tx, id, session_id, true).await?;
        let record = AuditRecord::new(AuditAction::SecondFactorConfirmed, id).fact("endedSessions", &others);
        Ok(Done { output: (), record })
    }
}
