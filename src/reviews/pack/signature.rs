//! A signature under the minutes (合议记录签名, HK-7.5.6): the server states that a person, who has proved who they are,
//! signed this text in this capacity at this time, and signs that statement.

use super::minutes::Capacity;
use crate::platform::digest::canonical_json;
use crate::platform::error::Result;
use crate::platform::signing::{NotSigned, PublicKeys, ServerKeys, ServerSignature};
use chrono::{DateTime, Utc};
use entity::StaffId;
use serde::{Deserialize, Serialize};
use std::ffi::CStr;
use uuid::Uuid;

const DOMAIN: &CStr = c"redress/joint-review-signature/v1";

/// What is signed, as canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignatureStatement {
    pub joint_review: Uuid,
    pub minutes_version: u32,
    /// Of the canonical minutes of that version.
    pub minutes_sha256: String,
    pub person: StaffId,
    pub capacity: Capacity,
    /// Why this person does not agree, though the record is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dissent: Option<String>,
    pub signed_at: DateTime<Utc>,
}

/// A statement and the server's signature under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Signed {
    pub statement: SignatureStatement,
    pub signature: ServerSignature,
}

impl SignatureStatement {
    pub fn sign(self, keys: &ServerKeys) -> Result<Signed> {
        let signature = keys.sign(DOMAIN, canonical_json(&self)?.as_bytes());
        Ok(Signed { statement: self, signature })
    }
}

impl Signed {
    pub fn verify(&self, keys: &PublicKeys) -> Result<(), NotSigned> {
        let statement = canonical_json(&self.statement).map_err(|_| NotSigned::DoesNotFit)?;
        keys.verify(DOMAIN, statement.as_bytes(), &self.signature)
    }
}
