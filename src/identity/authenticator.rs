//! From an access token to an [`Actor`]: verified once in a second, with the roles and scopes that our records hold now.

use super::permissions::permissions_of_all;
use super::pledges::Pledges;
use super::service_accounts;
use super::store;
use super::tokens::{Bearer, Claims, ServiceClaims, Tokens};
use crate::platform::access::{Actor, Who};
use crate::platform::clock::Clock;
use crate::platform::db::Database;
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{StaffId, staff, staff_session};
use moka::sync::Cache;
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use std::time::Duration;

/// For so long what our records said is taken to hold. A disabled person or an ended session may be served for this long and
/// the time of one look-up: less than a second, so that what may no longer be read stops within one (SG-14.5).
const FRESH: Duration = Duration::from_millis(700);

pub struct Authenticator {
    tokens: Arc<Tokens>,
    clock: Clock,
    pledges: Arc<dyn Pledges>,
    /// Keyed by the hash of the token, so that the cache holds no token.
    verified: Cache<String, Arc<Verified>>,
}

struct Verified {
    bearer: Bearer,
    actor: Actor,
}

impl Authenticator {
    pub fn new(tokens: Arc<Tokens>, clock: Clock, pledges: Arc<dyn Pledges>) -> Self {
        Self { tokens, clock, pledges, verified: Cache::builder().max_capacity(50_000).time_to_live(FRESH).build() }
    }

    /// The person or program that a token stands for.
    pub async fn actor(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<Actor> {
        let key = sha256_hex(token.as_bytes());
        if let Some(verified) = self.verified.get(&key)
            && verified.bearer.is_current(self.clock.now())
        {
            return Ok(Actor { request_id, ..verified.actor.clone() });
        }
        let bearer = self.tokens.verify(token)?;
        let actor = self.load(db, &bearer, request_id).await?;
        self.verified.insert(key, Arc::new(Verified { bearer, actor: actor.clone() }));
        Ok(actor)
    }

    async fn load(&self, db: &Database, bearer: &Bearer, request_id: Arc<str>) -> Result<Actor> {
        let system = Actor::system("authentication");
        let pledge = self.pledges.current(db, &system).await?;
        let db = db.read(&system);
        let (actor, who_pledges) = match bearer {
            Bearer::Person(claims) => person(db, claims, request_id).await?,
            Bearer::Service(claims) => service(db, claims, self.clock.now(), request_id).await?,
        };
        // The one place where the pledge is asked for: who has not signed it holds no role and no permission (SG-16.4).
        match pledge {
            Some(pledge) if store::pledge_signed(db, who_pledges, &pledge).await?.is_none() => {
                Ok(actor.without_pledge())
            }
            _ => Ok(actor),
        }
    }
}

async fn person<C: ConnectionTrait>(db: &C, claims: &Claims, request_id: Arc<str>) -> Result<(Actor, StaffId)> {
    let (person, session) = store::signed_in(db, claims.sub, claims.sid)
        .await?
        .ok_or(Failure::Unauthenticated("The session has ended; sign in again."))?;
    let roles = store::roles_of(db, person.id).await?;
    Ok((actor_of(&person, &session, &roles, request_id), person.id))
}

/// The program of a key that is good now. A program pledges nothing: the person who answers for it does.
async fn service<C: ConnectionTrait>(
    db: &C,
    claims: &ServiceClaims,
    now: DateTime<Utc>,
    request_id: Arc<str>,
) -> Result<(Actor, StaffId)> {
    let account = service_accounts::store::acting(db, claims.sub, claims.key, now)
        .await?
        .ok_or(Failure::Unauthenticated("The service account or its key is good no more."))?;
    let actor = service_accounts::actor_of(&account, &claims.scope, request_id);
    Ok((actor, account.row.responsible_id))
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
