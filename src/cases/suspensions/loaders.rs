//! Suspensions of the cases of a page.

use super::{Suspension, store};
use crate::cases::loaders::{CaseLoader, grouped};
use async_graphql::dataloader::Loader;
use entity::CaseId;
use std::collections::HashMap;

/// Asks for the suspensions of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SuspensionsOf(pub CaseId);

impl Loader<SuspensionsOf> for CaseLoader {
    type Value = Vec<Suspension>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[SuspensionsOf]) -> Result<HashMap<SuspensionsOf, Self::Value>, Self::Error> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::of_cases(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(found, |one| SuspensionsOf(one.row.case_id)))
    }
}
