//! The load of the team, once for all cases of a page.

use super::{HandlerLoad, store};
use crate::cases::loaders::CaseLoader;
use async_graphql::dataloader::Loader;
use entity::{CaseId, StaffId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Asks how much everybody has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamLoad;

impl Loader<TeamLoad> for CaseLoader {
    type Value = Arc<[HandlerLoad]>;
    type Error = async_graphql::Error;

    async fn load(&self, _: &[TeamLoad]) -> Result<HashMap<TeamLoad, Arc<[HandlerLoad]>>, Self::Error> {
        let loads = store::loads(self.db.read(&self.actor), &self.actor, self.db.now()).await?;
        Ok(HashMap::from([(TeamLoad, loads.into())]))
    }
}

/// Asks who must not handle a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BarredFrom(pub CaseId);

impl Loader<BarredFrom> for CaseLoader {
    type Value = HashSet<StaffId>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[BarredFrom]) -> Result<HashMap<BarredFrom, HashSet<StaffId>>, Self::Error> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let barred = store::barred(self.db.read(&self.actor), &cases).await?;
        Ok(barred.into_iter().map(|(case, people)| (BarredFrom(case), people)).collect())
    }
}
