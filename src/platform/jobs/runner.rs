//! The thread that does periodic work, with database pools of its own: apalis runs a worker for each job and sees to it that
//! a run under way is finished when the server is told to stop.

use super::{JobMetrics, LEASE, Periodic};
use crate::platform::clock::Clock;
use crate::platform::db::{Database, DatabaseConfig, Statements};
use crate::platform::live::Commits;
use crate::platform::outlets::Outlets;
use crate::platform::vault::Vault;
use apalis::prelude::{BoxDynError, Monitor, WorkerBuilder};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use std::convert::Infallible;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// What the thread starts with.
pub struct Setup {
    pub database: DatabaseConfig,
    pub outlets: Outlets,
    pub clock: Clock,
    pub vault: Arc<Vault>,
    pub commits: Commits,
    pub jobs: Vec<Periodic>,
    pub metrics: JobMetrics,
    /// After it is told to stop, how long a run may take to finish.
    pub shutdown: Duration,
}

/// The thread; it goes on until it is told to stop.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    thread: JoinHandle<()>,
}

impl Running {
    /// Lets no further run begin, when it is set.
    pub fn stopper(&self) -> watch::Sender<bool> {
        self.stop.clone()
    }

    /// Lets no further run begin, and waits until the one under way is finished.
    pub fn wait(self) {
        self.stop.send_replace(true);
        if self.thread.join().is_err() {
            tracing::error!("the thread of the jobs ended with a panic");
        }
    }
}

/// Starts the thread.
pub fn start(setup: Setup) -> std::io::Result<Running> {
    let (stop, stopped) = watch::channel(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::Builder::new().name("jobs".to_owned()).spawn(move || {
        runtime.block_on(work(setup, stopped));
        // What did not finish in time is left to the lease.
        runtime.shutdown_background();
    })?;
    Ok(Running { stop, thread })
}

async fn work(setup: Setup, stopped: watch::Receiver<bool>) {
    let Some(db) = open(&setup, stopped.clone()).await else { return };
    let mut monitor = Monitor::new();
    for job in &setup.jobs {
        let (job, db, metrics) = (job.clone(), db.clone(), setup.metrics.clone());
        monitor = monitor.register(move |_| {
            let (job, db, metrics) = (job.clone(), db.clone(), metrics.clone());
            WorkerBuilder::new(job.name).backend(ticks(job.every)).build(move |Tick| {
                let (job, db, metrics) = (job.clone(), db.clone(), metrics.clone());
                async move {
                    // What went wrong is in the log and the metrics already; the next tick tries again.
                    if let Err(failure) = job.run(&db, &metrics).await {
                        tracing::debug!(job = job.name, error = failure.summary(), "a run ended without success");
                    }
                    Ok::<(), BoxDynError>(())
                }
            })
        });
    }
    let (mut told, mut too_long) = (stopped.clone(), stopped);
    let told = async move { told.wait_for(|stop| *stop).await.map(drop).map_err(std::io::Error::other) };
    let shutdown = setup.shutdown;
    let monitor = monitor.with_terminator(async move {
        drop(too_long.wait_for(|stop| *stop).await);
        tokio::time::sleep(shutdown).await;
        tracing::warn!("a job takes too long to be waited for");
    });
    if let Err(error) = monitor.run_with_signal(told).await {
        tracing::error!(%error, "the jobs ended");
    }
    if let Err(failure) = db.close().await {
        tracing::warn!(error = failure.summary(), "the connections of the jobs do not close");
    }
}

/// The pools, as soon as the database can be reached; none when the server stops before that.
async fn open(setup: &Setup, mut stopped: watch::Receiver<bool>) -> Option<Database> {
    // Jobs do little at a time.
    let config = DatabaseConfig { read_connections: 2, write_connections: 2, ..setup.database.clone() };
    loop {
        match Database::open(&config, setup.clock.clone(), Arc::clone(&setup.vault), &Statements::default()).await {
            Ok(db) => return Some(db.reaching(setup.outlets.clone()).announcing(setup.commits.clone())),
            Err(failure) => tracing::error!(error = failure.summary(), "the jobs cannot open the database"),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
            _ = stopped.wait_for(|stop| *stop) => return None,
        }
    }
}

/// A moment at which a server looks whether a job is due.
#[derive(Clone, Copy, Debug)]
struct Tick;

/// Often enough to notice soon that another server died.
fn ticks(every: Duration) -> BoxStream<'static, Result<Tick, Infallible>> {
    let pause = every.min(LEASE / 2);
    stream::unfold(Duration::ZERO, move |wait| async move {
        tokio::time::sleep(wait).await;
        Some((Ok(Tick), pause))
    })
    .boxed()
}
