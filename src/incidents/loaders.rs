//! What followed on incidents, for resolvers of one request.

use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{IncidentId, incident_follow_up};
use std::collections::HashMap;

pub struct IncidentLoader {
    pub db: Database,
    pub actor: Actor,
}

/// Asks what followed on an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FollowUpsOf(pub IncidentId);

impl Loader<FollowUpsOf> for IncidentLoader {
    type Value = Vec<incident_follow_up::Model>;
    type Error = async_graphql::Error;

    async fn load(
        &self,
        keys: &[FollowUpsOf],
    ) -> Result<HashMap<FollowUpsOf, Vec<incident_follow_up::Model>>, Self::Error> {
        let incidents: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in store::follow_ups(self.db.read(&self.actor), &incidents).await? {
            found.entry(FollowUpsOf(row.incident_id)).or_default().push(row);
        }
        Ok(found)
    }
}
