//! Saying who one is again, for one action: a password, and the second factor of who has one, for a proof of five minutes. Slowed
//! down like signing in.

use crate::identity::second_factor::proof::prove;
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
    code: Option<&SecretString>,
    action: ConfirmedAction,
) -> Result<(String, DateTime<Utc>)> {
    let Who::Staff { id, session_id, .. } = scope.actor.who else {
        return Err(Failure::Forbidden("Only people confirm who they are."));
    };
    let (_, attempt) = check_own_password(rules, scope, password, "password").await?;
    attempt.settle(&scope.db, scope.db.run(&scope.actor, &RecordConfirmation { id, code, action }).await).await?;
    rules.tokens.prove(id, session_id, action)
}

/// The person who asks, if the password is theirs, and the attempt as which a wrong code beside it counts.
pub(in crate::identity) async fn check_own_password(
    rules: &SignInRules,
    scope: &Scope,
    password: &SecretString,
    field: &'static str,
) -> Result<(staff::Model, Attempt)> {
    let Who::Staff { id, .. } = scope.actor.who else { return Err(Failure::Forbidden("Only people have passwords.")) };
    let person = store::person(scope.db.read(&scope.actor), id).await?.ok_or(Failure::NotFound)?;
    let attempt = Attempt::new(&scope.vault, &person.login, scope.origin.address);
    attempt.may_be_made(&scope.db).await?;
    let turn = rules.passwords.turn().await?;
    attempt.may_be_made(&scope.db).await?;
    if rules.passwords.is_right(turn, password, Some(person.password_hash.clone())).await? {
        return Ok((person, attempt));
    }
    attempt.failed(&scope.db).await?;
    Err(error::password_wrong(field).into())
}

struct RecordConfirmation<'a> {
    id: StaffId,
    code: Option<&'a SecretString>,
    action: ConfirmedAction,
}

impl Command for RecordConfirmation<'_> {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let proof = prove(tx, self.id, self.code).await?;
        let record = AuditRecord::new(AuditAction::IdentityConfirmed, self.id)
            .fact("action", self.action)
            .fact("secondFactor", proof);
        Ok(Done { output: (), record })
    }
}
