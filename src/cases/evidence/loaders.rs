//! Evidence for resolvers of one request, batched over the cases of a page.

use super::store;
use crate::cases::loaders::{CaseLoader, grouped};
use async_graphql::dataloader::Loader;
use entity::{CaseId, EvidenceId, case, evidence};
use std::collections::HashMap;

/// Asks for the evidence of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EvidenceOf(pub CaseId);

impl Loader<EvidenceOf> for CaseLoader {
    type Value = Vec<evidence::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[EvidenceOf]) -> Result<HashMap<EvidenceOf, Vec<evidence::Model>>, Self::Error> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::of_cases(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(rows, |row| EvidenceOf(row.case_id)))
    }
}

impl Loader<EvidenceId> for CaseLoader {
    type Value = (evidence::Model, case::Model);
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[EvidenceId]) -> Result<HashMap<EvidenceId, Self::Value>, Self::Error> {
        let found = store::by_ids(self.db.read(&self.actor), &self.actor, ids).await?;
        Ok(found.into_iter().map(|found| (found.0.id, found)).collect())
    }
}
