//! Delegation (授权委托, HK-A8): authority lent for some days, within bounds, and never further. It is off unless the profile lets
//! it be ([`crate::profiles::Delegation`]).
//!
//! Nothing is copied: a delegate acts in a role that the delegator holds at that moment, and every act is recorded as X for Y.

mod error;
pub mod graphql;
pub mod policy;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(DelegationId => "Delegation");
