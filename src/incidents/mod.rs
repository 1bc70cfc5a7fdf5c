//! Leaks, losses and abuse of confidential material (泄密事件), and what followed: for the management and the auditors alone.
//!
//! Rules: SG-16.7.

mod error;
pub mod graphql;
pub mod loaders;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(IncidentId => "Incident", IncidentFollowUpId => "IncidentFollowUp");

/// Names of the sealed fields. A name is part of what is sealed.
pub mod sealed {
    pub const ACCOUNT: &str = "incidents.account";
    pub const PERSONS: &str = "incidents.persons";
    pub const MEASURE: &str = "incidents.measure";
    pub const FOLLOW_UP: &str = "incident_follow_ups.text";
}
