//! The keys of service accounts, for resolvers of one request.

use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::{ServiceAccountId, service_account_key};
use std::collections::HashMap;

pub struct ServiceAccountLoader {
    pub db: Database,
    pub actor: Actor,
}

/// Asks for the keys of an account and when each was last used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeysOf(pub ServiceAccountId);

impl Loader<KeysOf> for ServiceAccountLoader {
    type Value = Vec<(service_account_key::Model, Option<DateTime<Utc>>)>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[KeysOf]) -> Result<HashMap<KeysOf, Self::Value>, Self::Error> {
        let accounts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::keys(self.db.read(&self.actor), &accounts).await?;
        Ok(found.into_iter().map(|(account, keys)| (KeysOf(account), keys)).collect())
    }
}
