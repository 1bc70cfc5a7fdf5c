//! How long archive files are kept (保管期限), and what keeps them longer: grounds to keep a file for good, and legal holds.
//!
//! Rules: SG-13.4…SG-13.6, HK-A19. A file follows the profile version of its case's acceptance; nothing is deleted by time alone.

pub mod error;
pub mod graphql;
pub mod loaders;
pub mod policy;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(LegalHoldId => "LegalHold");

/// Names of the sealed fields. A name is part of what is sealed.
pub mod sealed {
    pub const HOLD_REASON: &str = "legal_holds.reason";
    pub const RELEASE_REASON: &str = "legal_hold_releases.reason";
    pub const PERMANENT_REASON: &str = "permanent_retentions.reason";
}
