//! What operators watch of jobs.

use chrono::{DateTime, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// One set for each process. Cloning gives another handle on the same figures.
#[derive(Clone, Debug)]
pub struct JobMetrics {
    runs: Family<Run, Counter>,
    durations: Family<Job, Histogram>,
    succeeded: Family<Job, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    job: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Run {
    job: &'static str,
    outcome: &'static str,
}

const SECONDS: [f64; 8] = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0];

impl Default for JobMetrics {
    fn default() -> Self {
        Self {
            runs: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            succeeded: Family::default(),
        }
    }
}

impl JobMetrics {
    pub fn register(&self, registry: &mut Registry) {
        registry.register("job_runs", "Runs of periodic jobs on this server, by outcome", self.runs.clone());
        let about = "How long runs of periodic jobs took";
        registry.register_with_unit("job_duration", about, Unit::Seconds, self.durations.clone());
        let about = "When a periodic job last succeeded on this server, in seconds since 1970";
        registry.register("job_last_success_timestamp_seconds", about, self.succeeded.clone());
    }

    pub(super) fn ran(&self, job: &'static str, succeeded: bool, took: Duration, at: DateTime<Utc>) {
        let outcome = if succeeded { "done" } else { "failed" };
        self.runs.get_or_create(&Run { job, outcome }).inc();
        self.durations.get_or_create(&Job { job }).observe(took.as_secs_f64());
        if succeeded {
            self.succeeded.get_or_create(&Job { job }).set(at.timestamp());
        }
    }
}
