//! Complaint cases (投诉案件): intake, handling record, deadlines, plan, reply, closure.
//!
//! Rules: HK-2.1, HK-2.3…HK-2.5, HK-3.1…HK-3.4, HK-3.6, HK-3.8, HK-5.1.1, HK-5.3…HK-5.4.5, HK-5.5.1, HK-8.1…HK-8.3.

pub mod deadlines;
pub mod entry;
pub(crate) mod error;
pub mod graphql;
pub mod loaders;
pub mod open_work;
pub mod policy;
pub mod sealed;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(CaseId => "Case", CaseEntryId => "TimelineEntry", PlanId => "Plan");
