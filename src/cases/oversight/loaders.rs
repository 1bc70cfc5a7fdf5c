//! What oversight shows of cases, for resolvers of one request.

use super::store;
use crate::cases::loaders::{CaseLoader, grouped};
use async_graphql::dataloader::Loader;
use entity::{CaseId, case_entry};
use std::collections::HashMap;

/// Asks for the entries of the handling record of a case that oversight shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OversightOf(pub CaseId);

impl Loader<OversightOf> for CaseLoader {
    type Value = Vec<case_entry::Model>;
    type Error = async_graphql::Error;

    async fn load(
        &self,
        keys: &[OversightOf],
    ) -> Result<HashMap<OversightOf, Vec<case_entry::Model>>, async_graphql::Error> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::entries(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(rows, |row| OversightOf(row.case_id)))
    }
}
