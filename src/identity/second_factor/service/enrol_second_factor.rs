//! A new second factor, or another one in the place of that in force. It holds when its first code is given.

use crate::identity::second_factor::codes;
use crate::identity::second_factor::proof::prove;
use crate::identity::service::confirm_identity::check_own_password;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::staff_rules::StaffRules;
use crate::identity::{sealed, second_factor, store};
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::Result;
use crate::platform::scope::Scope;
use chrono::{DateTime, TimeDelta, Utc};
use entity::audit_event::AuditAction;
use entity::staff;
use secrecy::{ExposeSecret, SecretString};

/// For so long a secret waits for its first code: who sees it later can no longer make it theirs.
pub(super) const WAITS_FOR: TimeDelta = TimeDelta::minutes(15);

/// What an authenticator application is told, once.
pub struct Enrolment {
    pub secret: SecretString,
    pub uri: SecretString,
    pub confirm_before: DateTime<Utc>,
}

pub async fn enrol_second_factor(
    rules: &SignInRules,
    staff_rules: &dyn StaffRules,
    scope: &Scope,
    password: &SecretString,
    code: Option<&SecretString>,
) -> Result<Enrolment> {
    let (person, attempt) = check_own_password(rules, scope, password, "password").await?;
    let secret = codes::new_secret()?;
    let organisation = staff_rules.current(&scope.db, &scope.actor).await?.organisation;
    let uri = codes::uri(&secret, &organisation, &person.login)?;
    let enrol = EnrolSecondFactor { person: &person, code, secret: &secret };
    let confirm_before = attempt.settle(&scope.db, scope.db.run(&scope.actor, &enrol).await).await?;
    Ok(Enrolment { secret, uri, confirm_before })
}

struct EnrolSecondFactor<'a> {
    person: &'a staff::Model,
    code: Option<&'a SecretString>,
    secret: &'a SecretString,
}

impl Command for EnrolSecondFactor<'_> {
    type Output = DateTime<Utc>;
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<Self::Output>> {
        // The password may be another one since it was checked.
        let now = store::lock_version(tx, self.person.id, self.person.version).await?;
        let proof = prove(tx, now.id, self.code).await?;
        let sealed = tx.vault().system()?.seal(sealed::SECOND_FACTOR, now.id, self.secret.expose_secret())?;
        second_factor::store::put_pending(tx, now.id, sealed).await?;
        let record = AuditRecord::new(AuditAction::SecondFactorEnrolled, now.id).fact("secondFactor", proof);
        Ok(Done { output: tx.now() + WAITS_FOR, record })
    }
}
