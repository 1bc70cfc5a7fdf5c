//! Choosing another password. Every other session of the person ends.

use super::confirm_identity::check_own_password;
use crate::identity::error;
use crate::identity::passwords::weakness;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::store::{self, Sessions};
use crate::platform::access::Who;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::scope::Scope;
use entity::audit_event::AuditAction;
use entity::{StaffId, staff, staff_session};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use secrecy::SecretString;

pub async fn change_password(
    rules: &SignInRules,
    scope: &Scope,
    current: &SecretString,
    new: SecretString,
) -> Result<StaffId> {
    let (person, _) = check_own_password(rules, scope, current, "currentPassword").await?;
    if let Some(weakness) = weakness(&person.login, &new) {
        return Err(error::password_not_allowed(weakness).into());
    }
    let password_hash = rules.passwords.hash(rules.passwords.turn().await?, new).await?;
    scope.db.run(&scope.actor, &ChangePassword { person: &person, password_hash }).await
}

struct ChangePassword<'a> {
    person: &'a staff::Model,
    password_hash: String,
}

impl Command for ChangePassword<'_> {
    type Output = StaffId;
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let Who::Staff { id, session_id, .. } = tx.actor().who else {
            return Err(Failure::internal("only people have passwords"));
        };
        let before = store::lock(tx, id).await?;
        if before.version != self.person.version {
            return Err(Failure::conflict(self.person.version, before.version));
        }
        let changes = staff::ActiveModel {
            password_hash: Set(self.password_hash.clone()),
            password_temporary: Set(false),
            password_set_at: Set(Some(tx.now())),
            ..Default::default()
        };
        store::update(tx, &before, changes).await?;
        let others = store::end_sessions(tx, id, Sessions::AllBut(session_id)).await?;
        let session =
            staff_session::ActiveModel { id: Set(session_id), must_change_password: Set(false), ..Default::default() };
        session.update_without_returning(tx.db()).await?;
        let record = AuditRecord::new(AuditAction::PasswordChanged, id).fact("endedSessions", &others);
        Ok(Done { output: id, record })
    }
}
