//! Saying who one is again, for one action: a password for a proof of five minutes. Slowed down like signing in.

use crate::identity::sign_in_rules::SignInRules;
use crate::identity::throttle::Attempt;
use crate::identity::tokens::ConfirmedAction;
use crate::identity::{error, store};
use crate::platform::access::Who;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::scope::Scope;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::{StaffId, staff};
use secrecy::SecretString;

/// A proof, and when it ends.
pub async fn confirm_identity(
    rules: &SignInRules,
    scope: &Scope,
    password: &SecretString,
    action: ConfirmedAction,
) -> Result<(String, DateTime<Utc>)> {
    let Who::Staff { id, session_id, .. } = scope.actor.who else {
        return Err(Failure::Forbidden("Only people confirm who they are."));
    };
    check_own_password(rules, scope, password, "password").await?;
    scope.db.run(&scope.actor, &RecordConfirmation { id, action }).await?;
    rules.tokens.prove(id, session_id, action)
}

/// The person who asks, if the password is theirs.
pub(super) async fn check_own_password(
    rules: &SignInRules,
    scope: &Scope,
    password: &SecretString,
    field: &'static str,
) -> Result<staff::Model> {
    let Who::Staff { id, .. } = scope.actor.who else { return Err(Failure::Forbidden("Only people have passwords.")) };
    let person = store::person(scope.db.read(&scope.actor), id).await?.ok_or(Failure::NotFound)?;
    let attempt = Attempt::new(&scope.vault, &person.login, scope.origin.address);
    attempt.may_be_made(&scope.db).await?;
    let turn = rules.passwords.turn().await?;
    attempt.may_be_made(&scope.db).await?;
    if rules.passwords.is_right(turn, password, Some(person.password_hash.clone())).await? {
        return Ok(person);
    }
    attempt.failed(&scope.db).await?;
    Err(error::password_wrong(field).into())
}

struct RecordConfirmation {
    id: StaffId,
    action: ConfirmedAction,
}

impl Command for RecordConfirmation {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, _: &Tx) -> Result<Done<()>> {
        let record = AuditRecord::new(AuditAction::IdentityConfirmed, self.id).fact("action", self.action);
        Ok(Done { output: (), record })
    }
}
