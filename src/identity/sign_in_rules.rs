//! What signing in needs: passwords, tokens, and how long sessions and passwords last.

use super::passwords::Passwords;
use super::tokens::Tokens;
use crate::platform::access::Actor;
use crate::platform::config::IdentityConfig;
use crate::platform::db::Database;
use crate::platform::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use entity::staff;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Says for how long a password may be kept, if the organisation's rules limit it. `app.rs` registers who knows.
pub trait PasswordAge: Send + Sync {
    fn most<'a>(&'a self, db: &'a Database, asking: &'a Actor) -> BoxFuture<'a, Result<Option<TimeDelta>>>;
}

/// Shared by all requests.
#[derive(Clone)]
pub struct SignInRules {
    pub passwords: Passwords,
    pub tokens: Arc<Tokens>,
    pub password_age: Arc<dyn PasswordAge>,
    /// A session ends when it is not refreshed for so long.
    pub refresh: TimeDelta,
    /// A session ends after so long.
    pub session: TimeDelta,
    /// A password that somebody else gave is good for so long.
    pub temporary: TimeDelta,
}

impl SignInRules {
    pub fn new(config: &IdentityConfig, tokens: Arc<Tokens>, password_age: Arc<dyn PasswordAge>) -> Self {
        Self {
            passwords: Passwords::new(config.password_hashes, config.waiting_logins),
            tokens,
            password_age,
            refresh: TimeDelta::minutes(config.refresh_minutes.into()),
            session: TimeDelta::hours(config.session_hours.into()),
            temporary: TimeDelta::hours(config.temporary_password_hours.into()),
        }
    }

    /// When a session that began then ends unless it is refreshed again.
    pub fn session_end(&self, began: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        (now + self.refresh).min(began + self.session)
    }

    /// Whether a password that somebody else gave was not changed in time.
    pub fn has_lapsed(&self, person: &staff::Model, now: DateTime<Utc>) -> bool {
        let since = person.password_set_at.unwrap_or(person.created_at);
        person.password_temporary && since + self.temporary < now
    }

    /// Whether the person must choose another password before anything else.
    pub async fn must_change(&self, db: &Database, asking: &Actor, person: &staff::Model) -> Result<bool> {
        if person.password_temporary {
            return Ok(true);
        }
        let since = person.password_set_at.unwrap_or(person.created_at);
        Ok(self.password_age.most(db, asking).await?.is_some_and(|most| since + most < db.now()))
    }
}
