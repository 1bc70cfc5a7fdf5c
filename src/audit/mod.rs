//! The audit trail: one event per committed write, read by auditors, changed by nobody (G-9).
//!
//! Events are written by `platform::db`, in the transaction that they tell of.

mod denial;
pub mod graphql;
pub mod register;
pub mod store;

pub use denial::RecordDenial;

crate::platform::ids::node_keys!(AuditEventId => "AuditEvent");
