//! Signing in: a password for a session and an access token.

use super::add_staff::checked_login;
use crate::identity::passwords::Passwords;
use crate::identity::permissions::permissions_of_all;
use crate::identity::store;
use crate::identity::tokens::Tokens;
use crate::platform::access::{Actor, Who};
use crate::platform::db::{AuditRecord, Command, Database, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::new_id;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use entity::{StaffId, StaffSessionId, staff, staff_session};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use secrecy::SecretString;

/// What a person gets for the right password.
pub struct SignedIn {
    pub staff_id: StaffId,
    pub access_token: String,
    pub expires_at: DateTime<Utc>,
}

const WRONG: Failure = Failure::Unauthenticated("The login or the password is not right.");

/// Checks a login and a password. An unknown login and a wrong password take the same time and give the same answer.
pub async fn sign_in(
    db: &Database,
    passwords: &Passwords,
    tokens: &Tokens,
    asking: &Actor,
    login: &str,
    password: &SecretString,
) -> Result<SignedIn> {
    let person = match checked_login(login) {
        Ok(login) => store::by_login(db.read(asking), &login).await?,
        Err(_) => None,
    };
    let active = person.filter(|person| person.disabled_at.is_none());
    let right = passwords.is_right(password, active.as_ref().map(|person| person.password_hash.clone())).await?;
    let person = active.filter(|_| right).ok_or(WRONG)?;

    let roles = store::roles_of(db.read(asking), person.id).await?;
    let session_id = new_id(db.now());
    let actor = Actor {
        who: Who::Staff { id: person.id, department_id: person.department_id, session_id },
        permissions: permissions_of_all(&roles),
        roles: roles.clone().into(),
        request_id: asking.request_id.clone(),
    };
    db.run(&actor, &StartSession { person: &person, session_id, roles: &roles }).await?;
    let (access_token, expires_at) = tokens.issue(person.id, session_id, roles)?;
    Ok(SignedIn { staff_id: person.id, access_token, expires_at })
}

struct StartSession<'a> {
    person: &'a staff::Model,
    session_id: StaffSessionId,
    roles: &'a [Role],
}

impl Command for StartSession<'_> {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        // Whoever was changed while the password was checked signs in anew: the password may be another one by now.
        let now = store::lock(tx, self.person.id).await?;
        if now.version != self.person.version {
            return Err(WRONG);
        }
        staff_session::Entity::insert(staff_session::ActiveModel {
            id: Set(self.session_id),
            staff_id: Set(self.person.id),
            created_at: Set(tx.now()),
            ended_at: Set(None),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::SignedIn, self.person.id).fact("roles", self.roles);
        Ok(Done { output: (), record })
    }
}
