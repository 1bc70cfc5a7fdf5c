//! Signing in: a password, and the second factor of who has one, for a session, an access token and a refresh token.

use super::add_staff::checked_login;
use crate::identity::authenticator::actor_of;
use crate::identity::second_factor::proof::prove;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::store;
use crate::identity::throttle::Attempt;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::new_id;
use crate::platform::random::random;
use crate::platform::scope::Scope;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use entity::{StaffId, StaffSessionId, refresh_token, staff, staff_session};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use secrecy::SecretString;

/// What a person gets for the right password, and again for a refresh token.
pub struct SignedIn {
    pub staff_id: StaffId,
    pub access_token: String,
    pub expires_at: DateTime<Utc>,
    pub refresh_token: String,
    pub refresh_expires_at: DateTime<Utc>,
    pub must_change_password: bool,
}

const WRONG: Failure = Failure::Unauthenticated("The login or the password is not right.");

/// Checks a login and a password, and when they are right, the code of the second factor. An unknown login and a wrong password
/// take the same time and give the same answer, whatever the code.
pub async fn sign_in(
    rules: &SignInRules,
    scope: &Scope,
    login: &str,
    password: &SecretString,
    code: Option<&SecretString>,
) -> Result<SignedIn> {
    let db = &scope.db;
    let attempt = Attempt::new(&scope.vault, login, scope.origin.address);
    attempt.may_be_made(db).await?;
    let turn = rules.passwords.turn().await?;
    // What others tried while this one waited counts as well.
    attempt.may_be_made(db).await?;
    let person = match checked_login(login) {
        Ok(login) => store::by_login(db.read(&scope.actor), &login).await?,
        Err(_) => None,
    };
    let active = person.filter(|person| person.disabled_at.is_none() && !rules.has_lapsed(person, db.now()));
    let hash = active.as_ref().map(|person| person.password_hash.clone());
    let right = rules.passwords.is_right(turn, password, hash).await?;
    let Some(person) = active.filter(|_| right) else {
        attempt.failed(db).await?;
        return Err(WRONG);
    };

    let roles = store::roles_of(db.read(&scope.actor), person.id).await?;
    let must_change_password = rules.must_change(db, &scope.actor, &person).await?;
    let (refresh_token, sha256) = new_refresh_token()?;
    let session = staff_session::Model {
        id: new_id(db.now()),
        staff_id: person.id,
        device: scope.origin.device.as_deref().map(str::to_owned),
        issuer: None,
        issuer_session: None,
        must_change_password,
        second_factor: false,
        created_at: db.now(),
        last_used_at: db.now(),
        expires_at: rules.session_end(db.now(), db.now()),
        ended_at: None,
    };
    let actor = actor_of(&person, &session, &roles, scope.actor.request_id.clone());
    let counted_as = attempt.login();
    let start = StartSession { person: &person, session: &session, code, sha256, roles: &roles, counted_as };
    attempt.settle(db, db.run(&actor, &start).await).await?;
    signed_in(rules, session, refresh_token, actor.roles.to_vec())
}

/// The tokens of a session.
pub(super) fn signed_in(
    rules: &SignInRules,
    session: staff_session::Model,
    refresh_token: String,
    roles: Vec<Role>,
) -> Result<SignedIn> {
    let (access_token, expires_at) = rules.tokens.issue(session.staff_id, session.id, roles)?;
    Ok(SignedIn {
        staff_id: session.staff_id,
        access_token,
        expires_at,
        refresh_token,
        refresh_expires_at: session.expires_at,
        must_change_password: session.must_change_password,
    })
}

/// A refresh token and its hash, which is all that is kept of it.
pub(super) fn new_refresh_token() -> Result<(String, String)> {
    let token = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let sha256 = sha256_hex(token.as_bytes());
    Ok((token, sha256))
}

struct StartSession<'a> {
    person: &'a staff::Model,
    session: &'a staff_session::Model,
    code: Option<&'a SecretString>,
    sha256: String,
    roles: &'a [Role],
    /// Under what failures of this login are counted.
    counted_as: &'a str,
}

impl Command for StartSession<'_> {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        // Whoever was changed while the password was checked signs in anew: the password may be another one by now.
        let now = store::lock(tx, self.person.id).await?;
        if now.version != self.person.version {
            return Err(WRONG);
        }
        let proof = prove(tx, self.person.id, self.code).await?;
        store::forget_old_sessions(tx, self.person.id).await?;
        store::forget_sign_in_failures(tx, self.counted_as).await?;
        let session = staff_session::Model { second_factor: proof.is_some(), ..self.session.clone() };
        staff_session::Entity::insert(staff_session::ActiveModel::from(session))
            .exec_without_returning(tx.db())
            .await?;
        keep_refresh_token(tx, self.session.id, &self.sha256).await?;
        let record = AuditRecord::new(AuditAction::SignedIn, self.person.id)
            .fact("roles", self.roles)
            .fact("secondFactor", proof);
        Ok(Done { output: (), record })
    }
}

pub(super) async fn keep_refresh_token(tx: &Tx, session_id: StaffSessionId, sha256: &str) -> Result<()> {
    refresh_token::Entity::insert(refresh_token::ActiveModel {
        sha256: Set(sha256.to_owned()),
        session_id: Set(session_id),
        created_at: Set(tx.now()),
        used_at: Set(None),
    })
    .exec_without_returning(tx.db())
    .await?;
    Ok(())
}
