//! What is added to a file after the filing, each piece chained to what was there before (补充归档, HK-5.6.4). Nothing that was
//! filed changes, and the case stays archived.

pub mod graphql;
pub mod policy;
pub mod service;
pub mod store;

use crate::platform::digest::canonical_json;
use crate::platform::error::Result;
use chrono::{DateTime, Utc};
use entity::archive_supplement::SupplementKind;
use entity::{ArchiveFileId, EvidenceId, StaffId};
use serde::{Deserialize, Serialize};

/// A supplement as it is hashed and sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Supplement {
    pub archive_file: ArchiveFileId,
    pub position: i32,
    /// The hash of the supplement before it, or of the file as it was filed.
    pub previous_sha256: String,
    pub kind: SupplementKind,
    pub text: String,
    pub evidence: Vec<SupplementEvidence>,
    pub added_by: StaffId,
    pub added_at: DateTime<Utc>,
}

/// A file that belongs to a supplement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SupplementEvidence {
    pub id: EvidenceId,
    pub sha256: String,
}

impl Supplement {
    pub fn canonical(&self) -> Result<String> {
        Ok(canonical_json(self)?)
    }
}

/// The name of the sealed field, which is part of what is sealed.
pub const CONTENT: &str = "archive_supplements.content";
