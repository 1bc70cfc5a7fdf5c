//! Profiles by version, for resolvers.

use super::{Profile, store};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::ProfileVersionId;
use std::collections::HashMap;
use std::sync::Arc;

pub struct ProfileLoader {
    pub db: Database,
    pub actor: Actor,
}

impl Loader<ProfileVersionId> for ProfileLoader {
    type Value = Arc<Profile>;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[ProfileVersionId]) -> Result<HashMap<ProfileVersionId, Arc<Profile>>, Self::Error> {
        Ok(store::profiles(self.db.read(&self.actor), ids).await?)
    }
}
