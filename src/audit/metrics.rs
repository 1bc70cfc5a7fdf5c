//! What operators watch of the audit log.

use chrono::TimeDelta;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// One set for each process, kept by the runs of the jobs on it. Cloning gives another handle on the same figures.
#[derive(Clone, Debug, Default)]
pub struct AuditMetrics {
    size: Gauge,
    lag: Gauge,
    anchored: Family<Anchor, Gauge>,
    failures: Family<Anchor, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Anchor {
    /// As the configuration names it.
    anchor: String,
}

impl AuditMetrics {
    pub fn register(&self, registry: &mut Registry) {
        registry.register("audit_log_size", "Leaves of the audit log when this server last sealed", self.size.clone());
        let about =
            "How old the oldest event was that this server's last sealing found, in seconds; 0 when there was none";
        registry.register("audit_log_lag_seconds", about, self.lag.clone());
        let about = "Size of the last tree head that an anchor took from this server";
        registry.register("audit_anchored_size", about, self.anchored.clone());
        let about = "Tree heads that an anchor did not take; they are tried again";
        registry.register("audit_anchor_failures", about, self.failures.clone());
    }

    pub(super) fn sealed(&self, size: u64, lag: Option<TimeDelta>) {
        self.size.set(i64::try_from(size).unwrap_or(i64::MAX));
        self.lag.set(lag.map_or(0, |lag| lag.num_seconds()));
    }

    pub(super) fn anchored(&self, anchor: &str, size: u64) {
        self.anchored.get_or_create(&Anchor { anchor: anchor.to_owned() }).set(i64::try_from(size).unwrap_or(i64::MAX));
    }

    pub(super) fn not_anchored(&self, anchor: &str) {
        self.failures.get_or_create(&Anchor { anchor: anchor.to_owned() }).inc();
    }
}
