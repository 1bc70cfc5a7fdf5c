//! Periodic work, on exactly one of several servers at a time (docs/adr/0007-jobs.md).
//!
//! A row for each job says when it is next to be done and who is at it. A run takes the row with one statement, keeps it
//! with a lease that it renews, and gives it back. When its server dies, the lease ends and another server takes over. What
//! a job does must therefore do no harm when it is done twice: each of its writes looks again at what it changes.

mod metrics;
mod runner;
mod store;

pub use metrics::JobMetrics;
pub use runner::{Running, Setup, start};

use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::new_id;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use std::future::Future;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The jobs section of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobsConfig {
    pub enabled: bool,
    pub deliver_every_seconds: NonZeroU32,
    pub keep_idempotency_days: NonZeroU32,
}

/// For how long a run that gives no sign of life keeps others from the work.
pub const LEASE: Duration = Duration::from_secs(60);
/// A run that failed is done again after this, or earlier when it is due earlier.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

type Work = dyn Fn(Database, Actor) -> BoxFuture<'static, Result<u64>> + Send + Sync;

/// Work that is done again and again. It is given a database and acts as the system; it says how many things it did.
#[derive(Clone)]
pub struct Periodic {
    pub name: &'static str,
    pub every: Duration,
    work: Arc<Work>,
}

/// What came of trying to do a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It is not due, or somebody else is at it.
    NotNow,
    /// It was done, to so many things.
    Done(u64),
}

impl Periodic {
    pub fn new<F, D>(name: &'static str, every: Duration, work: F) -> Self
    where
        F: Fn(Database, Actor) -> D + Send + Sync + 'static,
        D: Future<Output = Result<u64>> + Send + 'static,
    {
        Self { name, every, work: Arc::new(move |db, actor| Box::pin(work(db, actor))) }
    }

    /// Does the work if it is due and nobody else is at it.
    pub async fn run(&self, db: &Database, metrics: &JobMetrics) -> Result<Ran> {
        let run: Uuid = new_id(db.now());
        if !store::take(db, self, run).await? {
            return Ok(Ran::NotNow);
        }
        let began = Instant::now();
        let outcome = self.work(db, run).await;
        let next = if outcome.is_ok() { self.every } else { self.every.min(AGAIN_AFTER) };
        store::give_back(db, self.name, run, next, outcome.is_ok()).await?;
        let took = began.elapsed();
        metrics.ran(self.name, outcome.is_ok(), took, db.now());
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        match outcome {
            Ok(0) => tracing::debug!(job = self.name, took_ms, "a job had nothing to do"),
            Ok(things) => tracing::info!(job = self.name, things, took_ms, "a job is done"),
            Err(ref failure) => tracing::error!(job = self.name, took_ms, error = failure.summary(), "a job failed"),
        }
        outcome.map(Ran::Done)
    }

    /// The work in a task of its own, so that a panic ends no more than this run and nothing drops it half-way, while the
    /// lease is renewed.
    async fn work(&self, db: &Database, run: Uuid) -> Result<u64> {
        let mut task = tokio::spawn((self.work)(db.clone(), Actor::system(self.name)));
        loop {
            match tokio::time::timeout(LEASE / 3, &mut task).await {
                Ok(Ok(outcome)) => return outcome,
                Ok(Err(_)) => return Err(Failure::internal("a job ended with a panic")),
                Err(_) => match store::renew(db, self.name, run).await {
                    Ok(true) => {}
                    Ok(false) => tracing::warn!(job = self.name, "a job was taken over while it was under way"),
                    Err(failure) => {
                        tracing::warn!(job = self.name, error = failure.summary(), "a lease is not renewed")
                    }
                },
            }
        }
    }
}

impl std::fmt::Debug for Periodic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Periodic").field("name", &self.name).field("every", &self.every).finish_non_exhaustive()
    }
}
