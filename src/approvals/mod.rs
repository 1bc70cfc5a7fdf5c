//! Approvals (审批): what somebody with authority must decide, by tier, by another person, once (HK article 4).
//!
//! Rules: HK-4.0, HK-4.1.1…HK-4.1.9, HK-4.7…HK-4.11 as far as they concern negotiated surrenders.

pub mod content;
mod error;
pub mod graphql;
pub mod loaders;
pub mod open_work;
pub mod policy;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(ApprovalId => "Approval", ApprovalStepId => "ApprovalStep");
