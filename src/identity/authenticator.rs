//! From an access token to an [`Actor`]: verified once in a second, with the roles that our records hold now.

use super::permissions::permissions_of_all;
use super::pledges::Pledges;
use super::single_sign_on::SingleSignOn;
use super::store;
use super::tokens::{Claims, Tokens};
use crate::platform::access::{Actor, Who};
use crate::platform::clock::Clock;
use crate::platform::db::Database;
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::openid::{Issuer, is_within};
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{staff, staff_session};
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// For so long what our records said is taken to hold. A disabled person or an ended session may be served for this long and
/// the time of one look-up: less than a second, so that what may no longer be read stops within one (SG-14.5).
const FRESH: Duration = Duration::from_millis(700);

pub struct Authenticator {
    tokens: Arc<Tokens>,
    clock: Clock,
    pledges: Arc<dyn Pledges>,
    single_sign_on: Arc<SingleSignOn>,
    /// Keyed by the hash of the token, so that the cache holds no token.
    verified: Cache<String, Arc<Verified>>,
}

struct Verified {
    /// The token is good from here.
    from: DateTime<Utc>,
    /// And until here.
    until: DateTime<Utc>,
    actor: Actor,
}

impl Authenticator {
    pub fn new(
        tokens: Arc<Tokens>,
        clock: Clock,
        pledges: Arc<dyn Pledges>,
        single_sign_on: Arc<SingleSignOn>,
    ) -> Self {
        let verified = Cache::builder().max_capacity(50_000).time_to_live(FRESH).build();
        Self { tokens, clock, pledges, single_sign_on, verified }
    }

    /// The person that a token stands for: one of ours, or of the issuer that it names.
    pub async fn actor(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<Actor> {
        let key = sha256_hex(token.as_bytes());
        if let Some(verified) = self.verified.get(&key)
            && is_within(verified.from, verified.until, self.clock.now())
        {
            return Ok(Actor { request_id, ..verified.actor.clone() });
        }
        let verified = match self.tokens.verify(token) {
            Ok(claims) => self.of_ours(db, &claims, request_id).await?,
            Err(not_ours) => match self.single_sign_on.issuers.named_in(token) {
                Some(issuer) => self.of_issuer(db, issuer, token, request_id).await?,
                None => return Err(not_ours),
            },
        };
        let actor = verified.actor.clone();
        self.verified.insert(key, Arc::new(verified));
        Ok(actor)
    }

    async fn of_ours(&self, db: &Database, claims: &Claims, request_id: Arc<str>) -> Result<Verified> {
        let read = db.read(&Actor::system("authentication"));
        let (person, session) = store::signed_in(read, claims.sub, claims.sid)
            .await?
            .ok_or(Failure::Unauthenticated("The session has ended; sign in again."))?;
        let roles = store::roles_of(read, person.id).await?;
        let actor = self.pledged(db, &person, actor_of(&person, &session, &roles, request_id)).await?;
        Ok(Verified { from: claims.not_before(), until: claims.expires_at(), actor })
    }

    /// In a task of its own: a caller who hangs up must leave neither the question to the issuer nor a transaction half-way.
    async fn of_issuer(
        &self,
        db: &Database,
        issuer: &Arc<Issuer>,
        token: &str,
        request_id: Arc<str>,
    ) -> Result<Verified> {
        let (sso, db, issuer, token) =
            (Arc::clone(&self.single_sign_on), db.clone(), Arc::clone(issuer), token.to_owned());
        let (database, id) = (db.clone(), Arc::clone(&request_id));
        let admission = async move {
            let token = issuer.verify(&token).await?;
            let admitted = sso.admit(&database, &issuer, &token, &id).await?;
            Ok::<_, Failure>((token, admitted))
        };
        let task = tokio::spawn(admission.in_current_span());
        let (token, admitted) = task.await.map_err(|_| Failure::internal("signing in at an issuer failed"))??;
        let actor = actor_of(&admitted.person, &admitted.session, &admitted.roles, request_id);
        let actor = self.pledged(&db, &admitted.person, actor).await?;
        Ok(Verified { from: token.from, until: token.until.min(admitted.session.expires_at), actor })
    }

    /// The one place where the pledge is asked for: who has not signed it holds no role and no permission (SG-16.4).
    async fn pledged(&self, db: &Database, person: &staff::Model, actor: Actor) -> Result<Actor> {
        let system = Actor::system("authentication");
        match self.pledges.current(db, &system).await? {
            Some(pledge) if store::pledge_signed(db.read(&system), person.id, &pledge).await?.is_none() => {
                Ok(actor.without_pledge())
            }
            _ => Ok(actor),
        }
    }
}

/// The person of a session with the roles they hold now; with none until they have chosen a password of their own.
pub fn actor_of(person: &staff::Model, session: &staff_session::Model, roles: &[Role], request_id: Arc<str>) -> Actor {
    let roles = if session.must_change_password { &[] } else { roles };
    Actor {
        who: Who::Staff { id: person.id, department_id: person.department_id, session_id: session.id },
        permissions: permissions_of_all(roles),
        roles: roles.into(),
        pledge_missing: false,
        request_id,
    }
}
