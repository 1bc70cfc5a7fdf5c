//! Data keys of the cases that the objects of a page belong to.

use super::DataKey;
use super::store::{self, KeptKey};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Failure;
use crate::platform::loader::Remembering;
use crate::platform::scope::Scope;
use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};
use entity::{CaseId, case};
use std::collections::HashMap;

pub struct DataKeyLoader {
    pub db: Database,
    pub actor: Actor,
}

impl Loader<CaseId> for DataKeyLoader {
    type Value = KeptKey;
    type Error = async_graphql::Error;

    async fn load(&self, cases: &[CaseId]) -> Result<HashMap<CaseId, KeptKey>> {
        Ok(store::kept(self.db.read(&self.actor), cases).await?)
    }
}

/// Remembers the key of a case that was read anyway, for what belongs to the case.
pub async fn remember(ctx: &Context<'_>, case: &case::Model) {
    let kept = KeptKey { wrapped: case.data_key.clone(), disposed_at: case.disposed_at };
    ctx.data_unchecked::<Remembering<DataKeyLoader>>().feed_one(case.id, kept).await;
}

/// The data key of the case that something belongs to; none once the case was disposed of.
pub async fn key_of(ctx: &Context<'_>, case: CaseId) -> Result<Option<DataKey>> {
    let kept = ctx.data_unchecked::<Remembering<DataKeyLoader>>().load_one(case).await?;
    let kept = kept.ok_or_else(|| Failure::internal("a case vanished"))?;
    match kept.disposed_at {
        Some(_) => Ok(None),
        None => Ok(Some(Scope::of(ctx).vault.key(case, kept.wrapped.as_deref())?)),
    }
}
