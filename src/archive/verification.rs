//! Whether a file is still what was filed: everything hashed again and compared with what was recorded (SG-13.3).

use super::service::archive_case::SNAPSHOT;
use super::snapshot::Snapshot;
use super::supplements::{self, CONTENT, Supplement};
use crate::cases::evidence;
use crate::cases::evidence::desk::stored_file;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::digest::sha256_hex;
use crate::platform::error::Result;
use crate::platform::files::{Condition, Files};
use crate::platform::vault::{self, DataKey};
use entity::archive_damage::DamageKind;
use entity::{EvidenceId, archive_file, archive_supplement};
use serde_json::Value;
use std::collections::HashMap;

/// Something that is not as it was filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: DamageKind,
    /// `SNAPSHOT`, the kind of a part, `SUPPLEMENT n`, or `EVIDENCE` with the key of the item.
    pub part: String,
}

/// Looks at all of a file that was found.
pub async fn verify(db: &Database, actor: &Actor, files: &Files, file: &archive_file::Model) -> Result<Vec<Fault>> {
    // Of what was disposed of there is nothing left to look at.
    let Some(key) = vault::store::to_open_with(db.read(actor), db.vault(), file.case_id).await? else {
        return Ok(Vec::new());
    };
    let rows = evidence::store::of_cases(db.read(actor), &[file.case_id]).await?;
    let rows: HashMap<EvidenceId, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let added = supplements::store::of_files(db.read(actor), &[file.id]).await?;
    let mut verifier = Verifier { key: &key, faults: Vec::new(), evidence: Vec::new() };
    verifier.snapshot(file);
    verifier.supplements(file, &added);
    let Verifier { mut faults, evidence, .. } = verifier;
    for (id, sha256) in evidence {
        let kind = match rows.get(&id) {
            None => Some(DamageKind::Missing),
            Some(row) if row.sha256 != sha256 => Some(DamageKind::HashMismatch),
            Some(row) => match stored_file(&key, row) {
                Err(_) => Some(DamageKind::Unreadable),
                Ok(stored) => match files.condition(stored).await? {
                    Condition::Whole => None,
                    Condition::Missing => Some(DamageKind::Missing),
                    Condition::Damaged => Some(DamageKind::HashMismatch),
                },
            },
        };
        faults.extend(kind.map(|kind| Fault { kind, part: format!("EVIDENCE {}", id.0) }));
    }
    Ok(faults)
}

struct Verifier<'a> {
    key: &'a DataKey,
    faults: Vec<Fault>,
    /// What the file says of its evidence.
    evidence: Vec<(EvidenceId, String)>,
}

impl Verifier<'_> {
    fn fault(&mut self, kind: DamageKind, part: impl Into<String>) {
        self.faults.push(Fault { kind, part: part.into() });
    }

    fn snapshot(&mut self, file: &archive_file::Model) {
        let Ok(canonical) = self.key.open(SNAPSHOT, file.id, &file.snapshot_sealed) else {
            return self.fault(DamageKind::Unreadable, "SNAPSHOT");
        };
        if sha256_hex(canonical.as_bytes()) != file.snapshot_sha256 {
            self.fault(DamageKind::HashMismatch, "SNAPSHOT");
        }
        let snapshot = serde_json::from_str::<Snapshot>(&canonical).ok();
        let Some((hashes, snapshot)) = snapshot.and_then(|snapshot| Some((snapshot.part_hashes().ok()?, snapshot)))
        else {
            return self.fault(DamageKind::Unreadable, "SNAPSHOT");
        };
        // Of what was filed before they were kept, there are none to compare with.
        for (kind, recorded) in file.part_hashes.iter().filter_map(Value::as_object).flatten() {
            if hashes.get(kind) != Some(recorded) {
                self.fault(DamageKind::HashMismatch, kind);
            }
        }
        self.evidence.extend(snapshot.evidence());
    }

    /// Each must stand on the one before it.
    fn supplements(&mut self, file: &archive_file::Model, added: &[archive_supplement::Model]) {
        let mut previous = &file.snapshot_sha256;
        for (position, row) in (1..).zip(added) {
            let part = format!("SUPPLEMENT {}", row.position);
            let content = self.key.open(CONTENT, row.id, &row.content_sealed);
            let Some((content, supplement)) = content.ok().and_then(|content| {
                let supplement: Supplement = serde_json::from_str(&content).ok()?;
                Some((content, supplement))
            }) else {
                self.fault(DamageKind::Unreadable, part);
                previous = &row.content_sha256;
                continue;
            };
            let chained = row.position == position && row.previous_sha256 == *previous;
            let same = supplement.previous_sha256 == row.previous_sha256 && supplement.position == row.position;
            if !chained || !same || sha256_hex(content.as_bytes()) != row.content_sha256 {
                self.fault(DamageKind::HashMismatch, part);
            }
            self.evidence.extend(supplement.evidence.into_iter().map(|item| (item.id, item.sha256)));
            previous = &row.content_sha256;
        }
    }
}
