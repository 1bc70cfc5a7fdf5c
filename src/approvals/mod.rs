//! Approvals (审批): what somebody with authority must decide, by tier, by another person, once (HK article 4).
//!
//! Rules: HK-4.0…HK-4.11. [`kinds`] says what can be asked for, [`authority`] who decides it, the profile with which bounds.

pub mod authority;
pub mod basis;
pub mod delegations;
pub mod erasure;
mod error;
pub mod execution;
#[cfg(test)]
mod exploration;
mod facts;
pub mod form;
pub mod graphql;
pub mod kinds;
pub mod loaders;
pub mod open_work;
pub mod policy;
pub mod service;
mod simulation;
pub mod store;

crate::platform::ids::node_keys!(ApprovalId => "Approval", ApprovalStepId => "ApprovalStep");
