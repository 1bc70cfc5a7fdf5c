//! What is done with delegations, one use case per file.

pub mod delegate_authority;
pub mod revoke_delegation;

use crate::calendar::local_day;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::profiles::{self, Profile};
use std::sync::Arc;

/// The profile that is in force on the day of the act: a delegation is about no case.
async fn profile_of_today(tx: &Tx) -> Result<Arc<Profile>> {
    let published = profiles::store::effective_on(tx.db(), local_day(tx.now())).await?;
    Ok(published.map(|published| published.profile).ok_or_else(super::error::not_allowed)?)
}
