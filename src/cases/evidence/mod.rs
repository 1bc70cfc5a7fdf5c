//! Evidence (证据): files that people bring, attached to a case for good, and read on record.
//!
//! A file comes over `POST /files` and is an *upload* of the person who brought it. It becomes *evidence* when it is attached:
//! with a complaint (HK-5.2.2) or by the handler (HK-5.4.2). Its contents are given out over `GET /files/{id}` (HK-5.6.3).

pub mod attach;
pub mod desk;
pub mod error;
pub mod forget;
pub mod loaders;
pub mod policy;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(EvidenceId => "Evidence", UploadId => "Upload");

use chrono::TimeDelta;

/// An upload that nobody attaches is forgotten after so long.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(1);

/// Names of the sealed fields. A name is part of what is sealed.
pub mod sealed {
    pub const UPLOAD_NAME: &str = "uploads.name";
    pub const UPLOAD_KEY: &str = "uploads.key";
    pub const NAME: &str = "evidence.name";
    /// Sealed for the case, not for the row: the key of the case's file.
    pub const KEY: &str = "evidence.key";
}
