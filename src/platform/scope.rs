//! What one request may use: the database handle of its worker, and the person who asks.

use crate::platform::access::Actor;
use crate::platform::clock::Clock;
use crate::platform::db::Database;
use crate::platform::origin::Origin;
use crate::platform::vault::Vault;
use async_graphql::Context;
use std::sync::Arc;

pub struct Scope {
    pub db: Database,
    pub actor: Actor,
    pub clock: Clock,
    pub vault: Arc<Vault>,
    pub origin: Origin,
}

impl Scope {
    /// The scope of the request that is being resolved.
    pub fn of<'a>(ctx: &Context<'a>) -> &'a Self {
        ctx.data_unchecked::<Self>()
    }
}
