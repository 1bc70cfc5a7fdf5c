//! For how long a password may be kept, where the profile in force limits it.

use super::store;
use crate::calendar::local_day;
use crate::identity::sign_in_rules::PasswordAge;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub struct ProfilePasswordAge;

impl PasswordAge for ProfilePasswordAge {
    fn most<'a>(&'a self, db: &'a Database, asking: &'a Actor) -> BoxFuture<'a, Result<Option<TimeDelta>>> {
        async move {
            let published = store::effective_on(db.read(asking), local_day(db.now())).await?;
            let passwords = published.and_then(|published| published.profile.passwords.clone());
            Ok(passwords.map(|passwords| TimeDelta::days(passwords.max_age_days.into())))
        }
        .boxed()
    }
}
