//! The parts of a pack, and the manifest that lists them with their hashes.

use super::minutes::Minutes;
use crate::platform::digest::sha256_hex;
use crate::platform::error::Result;
use chrono::{DateTime, Utc};
use entity::EvidenceId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

/// The version of the whole format.
pub const FORMAT: &str = "redress/joint-review-pack/v1";

/// The files of a pack, in the order in which they stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Minutes,
    Page,
    Attendees,
    Evidence,
    Signatures,
    Keys,
    Manifest,
    ManifestSignature,
}

impl Part {
    pub const ALL: [Self; 8] = [
        Self::Minutes,
        Self::Page,
        Self::Attendees,
        Self::Evidence,
        Self::Signatures,
        Self::Keys,
        Self::Manifest,
        Self::ManifestSignature,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Minutes => "minutes.json",
            Self::Page => "minutes.html",
            Self::Attendees => "attendees.json",
            Self::Evidence => "evidence.json",
            Self::Signatures => "signatures.json",
            Self::Keys => "keys.json",
            Self::Manifest => "manifest.json",
            Self::ManifestSignature => "manifest.sig",
        }
    }

    pub fn named(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name().as_bytes() == name)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `manifest.json`, over which the server signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    pub format: String,
    pub joint_review: Uuid,
    pub number: String,
    pub minutes_version: u32,
    pub made_at: DateTime<Utc>,
    /// Every part but the manifest and its signature, in the order of the pack.
    pub parts: Vec<ListedPart>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListedPart {
    pub name: String,
    pub sha256: String,
    pub size: u64,
}

/// A line of `evidence.json`: what lay before the meeting. The file itself is not in the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceItem {
    pub id: EvidenceId,
    /// Left out where the name itself is personal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub sha256: String,
    pub size: u64,
}

impl Manifest {
    pub(super) fn of(minutes: &Minutes, parts: &BTreeMap<Part, String>, made_at: DateTime<Utc>) -> Result<Self> {
        let Minutes { joint_review, number, version, .. } = minutes;
        Ok(Self {
            format: FORMAT.to_owned(),
            joint_review: *joint_review,
            number: number.clone(),
            minutes_version: *version,
            made_at,
            parts: parts.iter().map(|(part, text)| ListedPart::of(*part, text.as_bytes())).collect(),
        })
    }
}

impl ListedPart {
    pub(super) fn of(part: Part, bytes: &[u8]) -> Self {
        Self { name: part.name().to_owned(), sha256: sha256_hex(bytes), size: bytes.len() as u64 }
    }
}
