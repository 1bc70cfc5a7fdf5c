//! The audit trail: one event per committed write, read by auditors, changed by nobody (G-9).
//!
//! Events are written by `platform::db`, in the transaction that they tell of. A job makes them leaves of a Merkle log after
//! RFC 6962 with signed heads, which places outside keep (SG-16.1, SEC-6; docs/audit-log.md, docs/adr/0010-audit-log.md).

pub mod anchors;
mod denial;
pub mod export;
pub mod graphql;
pub mod head;
pub mod leaf;
pub mod loaders;
pub mod metrics;
pub mod register;
pub mod service;
pub mod store;
pub mod tree;
pub mod verify;

pub use denial::RecordDenial;

crate::platform::ids::node_keys!(AuditEventId => "AuditEvent");
