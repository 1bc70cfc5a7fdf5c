//! The leaves of events, for resolvers of one request.

use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::AuditEventId;
use std::collections::HashMap;

pub struct LeafLoader {
    pub db: Database,
    pub actor: Actor,
}

impl Loader<AuditEventId> for LeafLoader {
    type Value = i64;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[AuditEventId]) -> Result<HashMap<AuditEventId, i64>, Self::Error> {
        let leaves = store::leaves_of(self.db.read(&self.actor), &self.actor, ids).await?;
        Ok(leaves.into_iter().map(|leaf| (leaf.event_id, leaf.leaf_index)).collect())
    }
}
