//! Assistance (协办): another department helps with a case. The handler asks, the supervisor agrees, the evidence collected so
//! far is delivered, and the department returns its opinion or result within the time of the policy. It sees what was delivered
//! to it and nothing else of the case, which stays with its handler.
//!
//! Rules: HK-2.6, HK-4.7, HK-5.4.6, HK-6.1…HK-6.9, HK-8.5, HK-8.8, HK-F.6. The request is an approval item
//! (`approvals::kinds::assistance`), which is decided like others; what a department may see is in [`crate::cases::assisting`].

pub mod erasure;
mod error;
pub mod form;
pub mod graphql;
pub mod loaders;
pub mod open_work;
pub mod policy;
pub mod service;
pub mod state;
pub mod store;

crate::platform::ids::node_keys!(AssistanceId => "Assistance", InformationRequestId => "InformationRequest");
