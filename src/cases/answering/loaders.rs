//! Who answers a complaint about office staff, batched over the cases of a page.

use super::store;
use crate::cases::loaders::CaseLoader;
use async_graphql::dataloader::Loader;
use entity::{CaseId, case_routing};
use std::collections::HashMap;

/// Asks to whom a case was routed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RoutingOf(pub CaseId);

impl Loader<RoutingOf> for CaseLoader {
    type Value = case_routing::Model;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[RoutingOf]) -> Result<HashMap<RoutingOf, case_routing::Model>, Self::Error> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::routings(self.db.read(&self.actor), &cases).await?;
        Ok(rows.into_iter().map(|row| (RoutingOf(row.case_id), row)).collect())
    }
}
