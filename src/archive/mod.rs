//! The archive (投诉档案): closed cases as they stood when they were filed, opened with a purpose and on record.
//!
//! Rules: HK-3.4, HK-5.6.1…HK-5.6.3, HK-F.4, HK-F.5, SG-14.9.

pub mod disposal;
pub mod erasure;
pub mod graphql;
pub mod loaders;
pub mod retention;
pub mod service;
pub mod snapshot;
pub mod store;

crate::platform::ids::node_keys!(ArchiveFileId => "ArchiveFile", AccessRegisterId => "AccessRegisterEntry");
