//! What the profile in force says of second factors.

use super::store;
use crate::calendar::local_day;
use crate::identity::second_factor::rules::{Rules, SecondFactorRules};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub struct ProfileSecondFactor;

impl SecondFactorRules for ProfileSecondFactor {
    fn current<'a>(&'a self, db: &'a Database, asking: &'a Actor) -> BoxFuture<'a, Result<Rules>> {
        async move {
            let published = store::effective_on(db.read(asking), local_day(db.now())).await?;
            Ok(match published {
                Some(published) => Rules {
                    organisation: published.profile.organisation.name.clone(),
                    required_of: published.profile.second_factor.required_of.clone(),
                },
                // The first administrator may enrol before there are rules.
                None => Rules { organisation: env!("CARGO_PKG_NAME").to_owned(), required_of: Vec::new() },
            })
        }
        .boxed()
    }
}
