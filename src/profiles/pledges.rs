//! The confidentiality pledge of the profile in force (SG-16.4).

use super::store;
use crate::calendar::local_day;
use crate::identity::pledges::{Pledge, Pledges};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub struct ProfilePledges;

impl Pledges for ProfilePledges {
    fn current<'a>(&'a self, db: &'a Database, asking: &'a Actor) -> BoxFuture<'a, Result<Option<Pledge>>> {
        async move {
            let published = store::effective_on(db.read(asking), local_day(db.now())).await?;
            let pledge = published.and_then(|published| published.profile.privacy.pledge.clone());
            Ok(pledge.map(|pledge| Pledge { version: pledge.version, text: pledge.text }))
        }
        .boxed()
    }
}
