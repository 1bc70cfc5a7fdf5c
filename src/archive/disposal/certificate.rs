//! The disposal certificate (销毁清册): what was disposed of, by whom, when and on which basis. Canonical JSON (RFC 8785), signed by
//! the server in a domain of its own; anybody checks it with the public keys of `/.well-known/jwks.json`.

use crate::platform::digest::{canonical_json, sha256_hex};
use crate::platform::error::Result;
use crate::platform::signing::{ServerKeys, ServerSignature};
use chrono::{DateTime, NaiveDate, Utc};
use entity::disposal_item::DisposalOutcome;
use entity::{DisposalId, StaffId};
use serde::Serialize;
use std::ffi::CStr;

pub const DOMAIN: &CStr = c"redress/disposal-certificate/v1";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    pub disposal: DisposalId,
    pub legal_basis: String,
    pub reason: String,
    pub proposed_by: Signatory,
    pub proposed_at: DateTime<Utc>,
    pub approved_by: Signatory,
    pub approved_at: DateTime<Utc>,
    pub completed_at: DateTime<Utc>,
    pub files: Vec<CertifiedFile>,
}

#[derive(Debug, Serialize)]
pub struct Signatory {
    pub id: StaffId,
    pub name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertifiedFile {
    pub number: String,
    pub case_number: String,
    pub severity: String,
    /// Of the frozen case, as it was filed.
    pub snapshot_sha256: String,
    /// Of the evidence files.
    pub evidence_sha256: Vec<String>,
    pub completed_on: Option<NaiveDate>,
    pub outcome: DisposalOutcome,
    pub at: Option<DateTime<Utc>>,
}

/// A certificate as it is kept.
pub struct Signed {
    pub content: String,
    pub sha256: String,
    pub signature: ServerSignature,
}

impl Certificate {
    pub fn sign(&self, keys: &ServerKeys) -> Result<Signed> {
        let content = canonical_json(self)?;
        let signature = keys.sign(DOMAIN, content.as_bytes());
        Ok(Signed { sha256: sha256_hex(content.as_bytes()), signature, content })
    }
}
