//! Signed tree heads: what the server stated of its audit trail at a time, and what is handed to places outside.

use super::tree::{Hash, hash_of};
use crate::platform::digest::{canonical_json, hex};
use crate::platform::error::{Failure, Result};
use crate::platform::signing::{NotSigned, PublicKeys, ServerKeys, ServerSignature};
use chrono::{DateTime, Utc};
use entity::audit_tree_head;
use serde::{Deserialize, Serialize};
use std::ffi::CStr;

/// What heads are signed in; nothing else is.
pub const DOMAIN: &CStr = c"redress/audit-tree-head/v1";

/// A head as it stands in exports and at anchors (docs/audit-log.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TreeHead {
    /// Lower-case hexadecimal.
    pub root: String,
    pub signature: ServerSignature,
    pub size: u64,
    pub timestamp: DateTime<Utc>,
}

/// What is signed of it.
#[derive(Serialize)]
struct Statement<'a> {
    root: &'a str,
    size: u64,
    timestamp: DateTime<Utc>,
}

impl TreeHead {
    pub fn sign(keys: &ServerKeys, size: u64, root: Hash, timestamp: DateTime<Utc>) -> Result<Self> {
        let root = hex(&root.0);
        let statement = canonical_json(&Statement { root: &root, size, timestamp })?;
        Ok(Self { signature: keys.sign(DOMAIN, statement.as_bytes()), root, size, timestamp })
    }

    /// Whether one of these keys signed it.
    pub fn verify(&self, keys: &PublicKeys) -> Result<(), NotSigned> {
        let Self { root, size, timestamp, signature } = self;
        let statement = canonical_json(&Statement { root, size: *size, timestamp: *timestamp });
        keys.verify(DOMAIN, statement.map_err(|_| NotSigned::DoesNotFit)?.as_bytes(), signature)
    }

    /// One line of canonical JSON: what an anchor keeps.
    pub fn line(&self) -> Result<String> {
        Ok(canonical_json(self)?)
    }

    pub fn of(row: &audit_tree_head::Model) -> Result<Self> {
        let audit_tree_head::Model { size, root, signed_at, key_id, signature } = row;
        let unusable = || Failure::internal("a tree head is not one");
        Ok(Self {
            root: hex(&hash_of(root).ok_or_else(unusable)?.0),
            signature: ServerSignature { key_id: key_id.clone(), value: signature.clone() },
            size: u64::try_from(*size).map_err(|_| unusable())?,
            timestamp: *signed_at,
        })
    }
}
