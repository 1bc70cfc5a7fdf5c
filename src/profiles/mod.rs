//! Policy profiles: an organisation's rules as data, checked when published, never changed afterwards (HK-3.8).

pub mod archive_numbers;
pub mod bounds;
mod check;
mod document;
pub mod graphql;
pub mod loaders;
pub mod numbers;
pub mod password_age;
pub mod posts;
pub mod service;
pub mod staff_rules;
pub mod store;

pub use bounds::Bounds;
pub use check::{Problem, check};
pub use document::{
    ApprovalRules, ArchiveAccess, Authority, Category, Channel, CheckCycle, Classification, ContentsPart, DeadlineRule,
    Delegation, ExtensionRule, IntakeField, JointReview, Label, Material, Milestone, NoChain, Profile, Retention,
    RetentionRule, Severity, StaffComplaints, Suspension, Tier, Voiding, WorkLists,
};

crate::platform::ids::node_keys!(ProfileVersionId => "PolicyProfile");
