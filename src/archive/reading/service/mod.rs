//! What is done with readings and by reading, one use case per file.

pub mod confirm_archive_reading;
pub mod decide_archive_reading;
pub mod escort;
pub mod export_archive_file;
pub mod open_archive_file;
pub mod release_archive_reading;
pub mod request_archive_reading;
pub mod request_external_reading;
pub mod return_archive_reading;
pub mod reveal_field;
pub mod revoke_archive_reading;
pub mod way_in;
pub mod withdraw_archive_reading;

use super::policy::{self, ReadingDeed};
use super::store;
use crate::calendar::local_day;
use crate::identity;
use crate::notifications::tell;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::profiles::{self, Profile};
use entity::archive_reading_step::ArchiveReadingAct;
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use entity::{ArchiveReadingId, ArchiveReadingStepId, DepartmentId, StaffId, archive_reading};
use std::sync::Arc;

/// The profile in force on the day of the act: a reading may be of files of several cases.
async fn profile_of_today(tx: &Tx) -> Result<Option<Arc<Profile>>> {
    let published = profiles::store::effective_on(tx.db(), local_day(tx.now())).await?;
    Ok(published.map(|published| published.profile))
}

/// A reading on which the person who acts may do this now, locked.
async fn lock_for(
    tx: &Tx,
    deed: ReadingDeed,
    id: ArchiveReadingId,
    expected_version: i32,
) -> Result<archive_reading::Model> {
    let reading = store::lock_version(tx, id, expected_version).await?;
    let steps = store::steps(tx.db(), &[id]).await?;
    policy::may(deed, tx.actor(), &reading, &steps, local_day(tx.now()))?;
    Ok(reading)
}

/// Who holds the role whose turn it is, other than the reader: of heads those of the department.
async fn approvers(tx: &Tx, role: Role, department: DepartmentId, reader: StaffId) -> Result<Vec<StaffId>> {
    let mut people = match role {
        Role::DepartmentHead => identity::store::holders_in(tx.db(), role, department).await?,
        role => identity::store::holders(tx.db(), role).await?,
    };
    people.retain(|person| *person != reader && !tx.actor().is(*person));
    Ok(people)
}

/// Writes what was done and how the reading now is, and tells whom it concerns.
async fn carry_out(
    tx: &Tx,
    before: &archive_reading::Model,
    act: ArchiveReadingAct,
    (acted_as, note): (Option<Role>, Option<String>),
    changes: archive_reading::ActiveModel,
) -> Result<archive_reading::Model> {
    let step = store::step(tx, before.id, act, acted_as, note).await?;
    let after = store::update(tx, before, changes).await?;
    tell_of(tx, &after, act, step).await?;
    Ok(after)
}

async fn tell_of(
    tx: &Tx,
    reading: &archive_reading::Model,
    act: ArchiveReadingAct,
    step: ArchiveReadingStepId,
) -> Result<()> {
    use ArchiveReadingAct::{
        Approved, Confirmed, EscortClosed, EscortOpened, Refused, Released, Requested, Returned, Revoked, Withdrawn,
    };
    let (kind, mut people) = match act {
        Requested | Approved => match reading.waits_for {
            Some(role) => (
                NotificationKind::ArchiveReadingRequested,
                approvers(tx, role, reading.department_id, reading.reader_id).await?,
            ),
            None => {
                (NotificationKind::ArchiveReadingToHandle, identity::store::holders(tx.db(), Role::Archivist).await?)
            }
        },
        Returned => {
            (NotificationKind::ArchiveReadingToHandle, identity::store::holders(tx.db(), Role::Archivist).await?)
        }
        Released | Refused | Revoked => {
            let people = [Some(reading.reader_id), Some(reading.requested_by), reading.escort_id];
            (NotificationKind::ArchiveReadingDecided, people.into_iter().flatten().collect())
        }
        Confirmed | Withdrawn | EscortOpened | EscortClosed => return Ok(()),
    };
    people.sort();
    people.dedup();
    people.retain(|person| !tx.actor().is(*person));
    tell(tx, kind, step, people).await
}
