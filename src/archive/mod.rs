//! The archive (投诉档案): closed cases as they stood when they were filed, opened with a purpose and on record.
//!
//! Rules: HK-3.4, HK-5.6.1…HK-5.6.4, HK-F.4, HK-F.5, SG-3.3, SG-12.1, SG-12.2, SG-13.1…SG-13.3, SG-14.1…SG-14.10, SG-16.2,
//! SG-16.3, SG-16.5, SG-A9, SG-A12.

pub mod contents;
pub mod custody;
pub mod disposal;
pub mod erasure;
pub mod error;
pub mod graphql;
pub mod loaders;
pub mod reading;
pub mod retention;
pub mod search;
pub mod service;
pub mod snapshot;
pub mod store;
pub mod supplements;
pub mod verification;

crate::platform::ids::node_keys!(
    AccessRegisterId => "AccessRegisterEntry",
    ArchiveBackupId => "ArchiveBackup",
    ArchiveCheckId => "ArchiveCheck",
    ArchiveDamageId => "ArchiveDamage",
    ArchiveFileId => "ArchiveFile",
    ArchiveSupplementId => "ArchiveSupplement",
);
