//! One's own second factor goes, unless a role must have it. Every other session of the person ends (ASVS 7.4.3).

use super::leave_this_session_alone;
use crate::identity::second_factor::proof::prove;
use crate::identity::second_factor::{self, error};
use crate::identity::service::confirm_identity::check_own_password;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::staff_rules::{Requirements, StaffRules};
use crate::identity::store;
use crate::platform::access::Who;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::scope::Scope;
use entity::audit_event::AuditAction;
use entity::staff;
use secrecy::SecretString;

pub async fn remove_second_factor(
    rules: &SignInRules,
    staff_rules: &dyn StaffRules,
    scope: &Scope,
    password: &SecretString,
    code: &SecretString,
) -> Result<()> {
    let (person, attempt) = check_own_password(rules, scope, password, "password").await?;
    let asked = staff_rules.current(&scope.db, &scope.actor).await?;
    let remove = RemoveSecondFactor { person: &person, code, asked: &asked };
    attempt.settle(&scope.db, scope.db.run(&scope.actor, &remove).await).await
}

struct RemoveSecondFactor<'a> {
    person: &'a staff::Model,
    code: &'a SecretString,
    asked: &'a Requirements,
}

impl Command for RemoveSecondFactor<'_> {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let Who::Staff { session_id, .. } = tx.actor().who else {
            return Err(Failure::internal("only people have second factors"));
        };
        // The password may be another one since it was checked.
        let now = store::lock_version(tx, self.person.id, self.person.version).await?;
        let proof = prove(tx, now.id, Some(self.code)).await?.ok_or_else(error::none_in_force)?;
        if self.asked.second_factor_of_one(&store::roles_of(tx.db(), now.id).await?) {
            return Err(error::must_have_one().into());
        }
        second_factor::store::remove(tx, now.id).await?;
        let others = leave_this_session_alone(tx, now.id, session_id, false).await?;
        let record = AuditRecord::new(AuditAction::SecondFactorRemoved, now.id)
            .fact("secondFactor", proof)
            .fact("endedSessions", &others);
        Ok(Done { output: (), record })
    }
}
