//! A refresh token for the next one and a new access token. One that comes back was copied: its session ends (RFC 9700).

use super::sign_in::{SignedIn, keep_refresh_token, new_refresh_token, signed_in};
use crate::identity::authenticator::actor_of;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::store;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::scope::Scope;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::{StaffSessionId, refresh_token, staff_session};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};

const ENDED: Failure = Failure::Unauthenticated("The session has ended; sign in again.");

pub async fn refresh_session(rules: &SignInRules, scope: &Scope, token: &str) -> Result<SignedIn> {
    let db = &scope.db;
    let used = sha256_hex(token.as_bytes());
    let (person, session) = store::of_refresh_token(db.read(&scope.actor), &used, db.now()).await?.ok_or(ENDED)?;
    let roles = store::roles_of(db.read(&scope.actor), person.id).await?;
    let actor = actor_of(&person, &session, &roles, scope.actor.request_id.clone());
    let (refresh_token, next) = new_refresh_token()?;
    let refresh = Refresh { session: session.id, used, next, end: rules.session_end(session.created_at, db.now()) };
    match db.run(&actor, &refresh).await? {
        Outcome::Refreshed => {
            let session = staff_session::Model { expires_at: refresh.end, ..session };
            signed_in(rules, session, refresh_token, actor.roles.to_vec())
        }
        Outcome::Reused => Err(ENDED),
    }
}

struct Refresh {
    session: StaffSessionId,
    used: String,
    next: String,
    end: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
enum Outcome {
    Refreshed,
    Reused,
}

impl Command for Refresh {
    type Output = Outcome;
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<Outcome>> {
        let token = store::lock_refresh_token(tx, &self.used).await?.ok_or(ENDED)?;
        // It may have ended since it was looked up.
        store::lock_session(tx, self.session).await?.ok_or(ENDED)?;
        let changes = staff_session::ActiveModel { id: Set(self.session), ..Default::default() };
        if token.used_at.is_some() {
            staff_session::ActiveModel { ended_at: Set(Some(tx.now())), ..changes }.update(tx.db()).await?;
            let record = AuditRecord::new(AuditAction::RefreshTokenReused, self.session);
            return Ok(Done { output: Outcome::Reused, record });
        }
        let used = refresh_token::ActiveModel {
            sha256: Set(token.sha256),
            used_at: Set(Some(tx.now())),
            ..Default::default()
        };
        used.update(tx.db()).await?;
        keep_refresh_token(tx, self.session, &self.next).await?;
        let changes = staff_session::ActiveModel { last_used_at: Set(tx.now()), expires_at: Set(self.end), ..changes };
        changes.update(tx.db()).await?;
        let record = AuditRecord::new(AuditAction::SessionRefreshed, self.session);
        Ok(Done { output: Outcome::Refreshed, record })
    }
}
