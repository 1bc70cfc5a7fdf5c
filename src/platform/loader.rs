//! Batched look-ups of one request. A loader holds the actor of its request and is never shared between requests.

use async_graphql::dataloader::{CacheFactory, DataLoader, HashMapCache, NoCache};
use async_graphql::runtime::{Timer, TokioSpawner};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// Looks up what does not change while a request runs, each key once.
pub type Remembering<L> = DataLoader<L, HashMapCache>;

/// Looks up what an earlier mutation of the same request may have changed: batched, never remembered.
pub type Batching<L> = DataLoader<L, NoCache>;

/// Must be called on the runtime of the request's worker.
pub fn remembering<L: Send + Sync + 'static>(loader: L) -> Remembering<L> {
    with(loader, HashMapCache::default())
}

/// Must be called on the runtime of the request's worker.
pub fn batching<L: Send + Sync + 'static>(loader: L) -> Batching<L> {
    with(loader, NoCache)
}

fn with<L: Send + Sync + 'static, C: CacheFactory>(loader: L, cache: C) -> DataLoader<L, C> {
    DataLoader::with_cache(loader, TokioSpawner::current(), NextTurn, cache)
}

/// Collects the keys of one turn of the runtime instead of waiting for a fixed time.
struct NextTurn;

impl Timer for NextTurn {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        tokio::task::yield_now().boxed()
    }
}
