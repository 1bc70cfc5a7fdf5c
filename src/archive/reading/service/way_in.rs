//! Whether somebody reads a file for a purpose now, and what of it: the first thing that opening, copying and revealing do, in the
//! transaction that writes the register.

use crate::archive::reading::{policy, store};
use crate::archive::service::archive_case::SNAPSHOT;
use crate::archive::snapshot::{ArchivePartKind, Snapshot, only_assistances};
use crate::archive::store::{self as archive, Way};
use crate::audit::register::Reading;
use crate::calendar::local_day;
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use entity::access_register::{ReadingAct, ReadingDenial, ReadingPurpose};
use entity::audit_event::AuditAction;
use entity::{ArchiveFileId, ArchiveReadingId, archive_file};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What came of an attempt to read. A denied one is committed like any other, so that it stays on record.
#[derive(Serialize, Deserialize)]
pub enum Attempt<T> {
    Shown(T),
    Denied(ReadingDenial),
}

/// A file that somebody may read now.
pub struct Let {
    pub way: Way,
    /// The reading that somebody agreed to, if that is the way.
    pub reading: Option<ArchiveReadingId>,
}

/// The file of a key and whether the person who acts reads it now; not found when there is none.
pub async fn way_in(
    tx: &Tx,
    id: ArchiveFileId,
    purpose: ReadingPurpose,
) -> Result<(archive_file::Model, Result<Let, ReadingDenial>)> {
    let file = archive::any(tx.db(), id).await?.ok_or(Failure::NotFound)?;
    let reader = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people read archive files"))?;
    let way = archive::way_in(tx.db(), tx.actor(), tx.now(), id).await?;
    if let Some(way @ (Way::Office | Way::Part)) = way {
        return Ok((file, Ok(Let { way, reading: None })));
    }
    let readings = store::of_reader(tx.db(), reader, id).await?;
    let today = local_day(tx.now());
    let entered = match way {
        Some(Way::Leave) => policy::leave_for(&readings, purpose, today)
            .map(|reading| Let { way: Way::Leave, reading: Some(reading.id) })
            .ok_or(ReadingDenial::OtherPurpose),
        Some(way) => Ok(Let { way, reading: None }),
        None => Err(policy::denial(&readings, today)),
    };
    Ok((file, entered))
}

/// Writes down that somebody was not let in.
pub async fn write_down_denial(
    tx: &Tx,
    act: ReadingAct,
    file: &archive_file::Model,
    purpose: ReadingPurpose,
    denial: ReadingDenial,
) -> Result<AuditRecord> {
    Reading::by(tx, act)?.of_file(file).purpose(purpose).denied(denial).write(tx).await?;
    Ok(AuditRecord::new(AuditAction::AccessDenied, file.id).of_case(file.case_id).fact("denial", denial))
}

/// The frozen case, opened.
pub struct Opened {
    pub snapshot: Snapshot,
    /// Whether it still gives the hash that was stored.
    pub intact: bool,
}

/// Refused once the file was disposed of: nothing is left to show.
pub async fn open(tx: &Tx, file: &archive_file::Model) -> Result<Opened> {
    let canonical = tx.key_of(file.case_id).await?.open(SNAPSHOT, file.id, &file.snapshot_sealed)?;
    let intact = sha256_hex(canonical.as_bytes()) == file.snapshot_sha256;
    Ok(Opened { snapshot: serde_json::from_str(&canonical)?, intact })
}

/// A part of a file with its hash as it was filed.
pub type Part = (ArchivePartKind, String, Value);

/// What somebody reads of a file: everything, or for who helped what was delivered (HK-6.3).
pub async fn parts_for(tx: &Tx, file: &archive_file::Model, way: Way, snapshot: &Snapshot) -> Result<Vec<Part>> {
    let parts = snapshot.parts()?;
    if way != Way::Delivery {
        return Ok(parts);
    }
    let delivered = archive::delivered(tx.db(), tx.actor(), tx.now(), file.case_id).await?;
    let assistances = parts.into_iter().filter(|(kind, ..)| *kind == ArchivePartKind::Assistances);
    Ok(assistances.map(|(kind, sha256, part)| (kind, sha256, only_assistances(part, &delivered))).collect())
}
