//! What the profile in force asks of whoever works here: the confidentiality pledge (SG-16.4), second factors.

use super::store;
use crate::calendar::local_day;
use crate::identity::pledges::Pledge;
use crate::identity::staff_rules::{Requirements, StaffRules};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub struct ProfileStaffRules;

impl StaffRules for ProfileStaffRules {
    fn current<'a>(&'a self, db: &'a Database, asking: &'a Actor) -> BoxFuture<'a, Result<Requirements>> {
        async move {
            let published = store::effective_on(db.read(asking), local_day(db.now())).await?;
            Ok(match published {
                Some(published) => {
                    let (privacy, factor) = (&published.profile.privacy, &published.profile.second_factor);
                    let pledge = privacy.pledge.clone();
                    Requirements {
                        organisation: published.profile.organisation.name.clone(),
                        pledge: pledge.map(|pledge| Pledge { version: pledge.version, text: pledge.text }),
                        second_factor_of: factor.required_of.clone(),
                    }
                }
                // The first administrator may enrol before there are rules.
                None => Requirements {
                    organisation: env!("CARGO_PKG_NAME").to_owned(),
                    pledge: None,
                    second_factor_of: Vec::new(),
                },
            })
        }
        .boxed()
    }
}
