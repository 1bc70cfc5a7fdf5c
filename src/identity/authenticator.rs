//! From an access token to an [`Actor`]: verified once in a second, with the roles that our records hold now.

use super::permissions::permissions_of_all;
use super::pledges::Pledges;
use super::second_factor::rules::SecondFactorRules;
use super::store;
use super::tokens::{Claims, Tokens};
use crate::platform::access::{Actor, Lacking, Who};
use crate::platform::clock::Clock;
use crate::platform::db::Database;
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use entity::staff_role::Role;
use entity::{staff, staff_session};
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

/// For so long what our records said is taken to hold. A disabled person or an ended session may be served for this long and
/// the time of one look-up: less than a second, so that what may no longer be read stops within one (SG-14.5).
const FRESH: Duration = Duration::from_millis(700);

pub struct Authenticator {
    tokens: Arc<Tokens>,
    clock: Clock,
    pledges: Arc<dyn Pledges>,
    second_factors: Arc<dyn SecondFactorRules>,
    /// Keyed by the hash of the token, so that the cache holds no token.
    verified: Cache<String, Arc<Verified>>,
}

struct Verified {
    claims: Claims,
    actor: Actor,
}

impl Authenticator {
    pub fn new(
        tokens: Arc<Tokens>,
        clock: Clock,
        pledges: Arc<dyn Pledges>,
        second_factors: Arc<dyn SecondFactorRules>,
    ) -> Self {
        let verified = Cache::builder().max_capacity(50_000).time_to_live(FRESH).build();
        Self { tokens, clock, pledges, second_factors, verified }
    }

    /// The person that a token stands for.
    pub async fn actor(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<Actor> {
        let key = sha256_hex(token.as_bytes());
        if let Some(verified) = self.verified.get(&key)
            && verified.claims.is_current(self.clock.now())
        {
            return Ok(Actor { request_id, ..verified.actor.clone() });
        }
        let claims = self.tokens.verify(token)?;
        let actor = self.load(db, &claims, request_id).await?;
        self.verified.insert(key, Arc::new(Verified { claims, actor: actor.clone() }));
        Ok(actor)
    }

    async fn load(&self, db: &Database, claims: &Claims, request_id: Arc<str>) -> Result<Actor> {
        let system = Actor::system("authentication");
        let reading = db.read(&system);
        let (person, session) = store::signed_in(reading, claims.sub, claims.sid)
            .await?
            .ok_or(Failure::Unauthenticated("The session has ended; sign in again."))?;
        let roles = store::roles_of(reading, person.id).await?;
        let actor = actor_of(&person, &session, &roles, request_id);
        // The one place where these are asked for: who lacks one holds no role and no permission.
        if !session.second_factor && self.second_factors.current(db, &system).await?.require_one_of(&roles) {
            return Ok(actor.lacking(Lacking::SecondFactor));
        }
        match self.pledges.current(db, &system).await? {
            Some(pledge) if store::pledge_signed(reading, person.id, &pledge).await?.is_none() => {
                Ok(actor.lacking(Lacking::Pledge))
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
        lacking: None,
        request_id,
    }
}
