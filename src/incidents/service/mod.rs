//! What is recorded about incidents, one use case per file.

pub mod follow_up_incident;
pub mod record_incident;
