//! What operators watch, in the text format of Prometheus. Labels are closed sets: nothing that callers choose.

use crate::platform::db::Database;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// One set for each process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    operations: Family<Outcome, Counter>,
    durations: Family<Operation, Histogram>,
    transfers: Family<Transfer, Counter>,
    pub in_flight: Gauge,
    /// WebSockets and streams of events.
    pub connections: Gauge,
    pub subscriptions: Gauge,
    /// How often a subscription was executed.
    pub rounds: Counter,
    pools: Arc<Mutex<Vec<Database>>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    /// The root field, such as `Query.cases`; `several` for more than one.
    operation: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    operation: String,
    /// `OK`, or the code of the first error.
    code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Transfer {
    /// `upload` or `download`.
    direction: &'static str,
    /// `OK`, or why not: `INFECTED` counts what is in quarantine.
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
    state: &'static str,
}

const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

impl Metrics {
    /// `waiting` says how many passwords wait to be checked; `jobs` adds the figures of the jobs of this process.
    pub fn new(waiting: impl Fn() -> usize + Send + Sync + 'static, jobs: impl FnOnce(&mut Registry)) -> Self {
        let mut registry = Registry::with_prefix("redress");
        let operations = Family::default();
        registry.register("operations", "GraphQL operations answered, by root field and code", operations.clone());
        let durations = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        registry.register_with_unit(
            "operation_duration",
            "How long GraphQL operations took, by root field",
            Unit::Seconds,
            durations.clone(),
        );
        let transfers = Family::default();
        registry.register("file_transfers", "Files taken and given out, by outcome", transfers.clone());
        let in_flight = Gauge::default();
        registry.register("operations_in_flight", "GraphQL operations under way", in_flight.clone());
        let connections = Gauge::default();
        registry.register("connections", "WebSockets and streams of events that are open", connections.clone());
        let subscriptions = Gauge::default();
        registry.register("subscriptions", "Subscriptions that are followed", subscriptions.clone());
        let rounds = Counter::default();
        registry.register(
            "subscription_rounds",
            "Executions of subscriptions, with or without something to tell",
            rounds.clone(),
        );
        let pools = Arc::<Mutex<Vec<Database>>>::default();
        registry.register_collector(Box::new(Sampled { pools: Arc::clone(&pools), waiting: Box::new(waiting) }));
        jobs(&mut registry);
        Self { registry, operations, durations, transfers, in_flight, connections, subscriptions, rounds, pools }
    }

    /// Lets the pools of a worker be counted.
    pub fn watch(&self, db: &Database) {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner).push(db.clone());
    }

    pub fn answered(&self, operation: &str, code: &str, took: Duration) {
        let operation = operation.to_owned();
        self.durations.get_or_create(&Operation { operation: operation.clone() }).observe(took.as_secs_f64());
        self.operations.get_or_create(&Outcome { operation, code: code.to_owned() }).inc();
    }

    pub fn transferred(&self, direction: &'static str, outcome: &'static str) {
        self.transfers.get_or_create(&Transfer { direction, outcome }).inc();
    }

    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// What is looked at when somebody asks.
struct Sampled {
    pools: Arc<Mutex<Vec<Database>>>,
    waiting: Box<dyn Fn() -> usize + Send + Sync>,
}

impl std::fmt::Debug for Sampled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sampled")
    }
}

impl Collector for Sampled {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let waiting = ConstGauge::new(i64::try_from((self.waiting)()).unwrap_or(i64::MAX));
        let descriptor = encoder.encode_descriptor(
            "passwords_waiting",
            "Passwords that wait to be checked",
            None,
            waiting.metric_type(),
        )?;
        waiting.encode(descriptor)?;
        let connections = Family::<Pool, Gauge>::default();
        for db in self.pools.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            for (pool, idle, used) in db.connections() {
                for (state, count) in [("idle", idle), ("used", used)] {
                    connections.get_or_create(&Pool { pool, state }).inc_by(count);
                }
            }
        }
        let descriptor = encoder.encode_descriptor(
            "database_connections",
            "Connections to the database, of all workers",
            None,
            connections.metric_type(),
        )?;
        connections.encode(descriptor)
    }
}
