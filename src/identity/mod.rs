//! Who works here, what their roles let them do, and how they sign in; and programs that ask for themselves.

pub mod authenticator;
mod error;
pub mod graphql;
pub mod loaders;
pub mod passwords;
pub mod permissions;
pub mod pledges;
pub mod posts;
pub mod sealed;
pub mod second_factor;
pub mod service;
pub mod service_accounts;
pub mod sign_in_rules;
pub mod single_sign_on;
pub mod staff_rules;
pub mod store;
pub mod throttle;
pub mod tokens;

crate::platform::ids::node_keys!(
    DepartmentId => "Department", ServiceAccountId => "ServiceAccount", ServiceAccountKeyId => "ServiceAccountKey", StaffId => "Staff",
    StaffSessionId => "Session",
);
