//! From an access token to an [`Actor`]: verified once in a second, with the roles and scopes that our records hold now.

use super::permissions::permissions_of_all;
use super::service_accounts;
use super::single_sign_on::{Admitted, SingleSignOn};
use super::staff_rules::{Requirements, StaffRules};
use super::store;
use super::tokens::{Bearer, Claims, ServiceClaims, Tokens};
use crate::platform::access::{Actor, Lacking, Who};
use crate::platform::clock::Clock;
use crate::platform::db::Database;
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::openid::{Issuer, is_within};
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{StaffId, staff, staff_session};
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
    staff_rules: Arc<dyn StaffRules>,
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
        staff_rules: Arc<dyn StaffRules>,
        single_sign_on: Arc<SingleSignOn>,
    ) -> Self {
        let verified = Cache::builder().max_capacity(50_000).time_to_live(FRESH).build();
        Self { tokens, clock, staff_rules, single_sign_on, verified }
    }

    /// The person or program that a token stands for: one of ours, or of the issuer that it names.
    pub async fn actor(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<Actor> {
        let key = sha256_hex(token.as_bytes());
        if let Some(verified) = self.verified.get(&key)
            && is_within(verified.from, verified.until, self.clock.now())
        {
            return Ok(Actor { request_id, ..verified.actor.clone() });
        }
        let verified = self.look_up(db, token, request_id).await?;
        let actor = verified.actor.clone();
        self.verified.insert(key, Arc::new(verified));
        Ok(actor)
    }

    /// The same anew, past what is remembered, with the instant at which the token ends: for who stays connected.
    pub async fn admit(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<(Actor, DateTime<Utc>)> {
        let verified = self.look_up(db, token, request_id).await?;
        Ok((verified.actor, verified.until))
    }

    async fn look_up(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<Verified> {
        match self.tokens.verify(token) {
            Ok(Bearer::Person(claims)) => self.of_session(db, &claims, request_id).await,
            Ok(Bearer::Service(claims)) => self.of_service(db, &claims, request_id).await,
            Err(not_ours) => match self.single_sign_on.issuers.named_in(token) {
                Some(issuer) => self.of_issuer(db, issuer, token, request_id).await,
                None => Err(not_ours),
            },
        }
    }

    async fn of_session(&self, db: &Database, claims: &Claims, request_id: Arc<str>) -> Result<Verified> {
        let read = db.read(&Actor::system("authentication"));
        let (person, session) = store::signed_in(read, claims.sub, claims.sid)
            .await?
            .ok_or(Failure::Unauthenticated("The session has ended; sign in again."))?;
        let roles = store::roles_of(read, person.id).await?;
        let actor = self.holding(db, &person, &session, &roles, request_id).await?;
        Ok(Verified { from: claims.not_before(), until: claims.expires_at(), actor })
    }

    /// The program of a key that is good now. A program pledges nothing: the person who answers for it does.
    async fn of_service(&self, db: &Database, claims: &ServiceClaims, request_id: Arc<str>) -> Result<Verified> {
        let read = db.read(&Actor::system("authentication"));
        let account = service_accounts::store::acting(read, claims.sub, claims.key, self.clock.now())
            .await?
            .ok_or(Failure::Unauthenticated("The service account or its key is good no more."))?;
        let actor = service_accounts::actor_of(&account, &claims.scope, request_id);
        let asked = self.asked(db).await?;
        let actor = pledged(db, &asked, account.row.responsible_id, actor).await?;
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
        let Admitted { person, session, roles } = admitted;
        let actor = self.holding(&db, &person, &session, &roles, request_id).await?;
        Ok(Verified { from: token.from, until: token.until.min(session.expires_at), actor })
    }

    /// The person with what they hold now. The one place where a second factor is asked for: whose session has not proved one
    /// that a role must have holds no role and no permission.
    async fn holding(
        &self,
        db: &Database,
        person: &staff::Model,
        session: &staff_session::Model,
        roles: &[Role],
        request_id: Arc<str>,
    ) -> Result<Actor> {
        let (actor, asked) = (actor_of(person, session, roles, request_id), self.asked(db).await?);
        if !session.second_factor && asked.second_factor_of_one(roles) {
            return Ok(actor.lacking(Lacking::SecondFactor));
        }
        pledged(db, &asked, person.id, actor).await
    }

    async fn asked(&self, db: &Database) -> Result<Requirements> {
        self.staff_rules.current(db, &Actor::system("authentication")).await
    }
}

/// The one place where the pledge is asked for: who acts without one holds no role and no permission (SG-16.4).
async fn pledged(db: &Database, asked: &Requirements, who_pledges: StaffId, actor: Actor) -> Result<Actor> {
    let read = db.read(&Actor::system("authentication"));
    match &asked.pledge {
        Some(pledge) if store::pledge_signed(read, who_pledges, pledge).await?.is_none() => {
            Ok(actor.lacking(Lacking::Pledge))
        }
        _ => Ok(actor),
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
