//! Controlled reading (档案查阅): who has no part in a case asks, somebody agrees along the profile's chain, an archivist gives the
//! file out for a period and takes it back; external readers come with a certificate and sit with an escort. Every reading, and
//! every attempt at one, is a row of the register.
//!
//! Rules: HK-5.6.3, SG-14.1…SG-14.10, SG-16.3, SG-16.5.

pub mod desk;
pub mod error;
pub mod graphql;
pub mod personal;
pub mod policy;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(ArchiveReadingId => "ArchiveReading", ArchiveReadingStepId => "ArchiveReadingStep");

/// Names of the sealed fields. A name is part of what is sealed.
pub mod sealed {
    pub const CERTIFICATE_NAME: &str = "archive_readings.certificate_name";
    pub const CERTIFICATE_KEY: &str = "archive_readings.certificate_key";
}
