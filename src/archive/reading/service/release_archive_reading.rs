//! An archivist gives the files out: only after everybody of the chain agreed (SG-14.6).

use super::{carry_out, lock_for};
use crate::archive::reading::policy::ReadingDeed;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::ArchiveReadingId;
use entity::archive_reading::{self, ArchiveReadingState};
use entity::archive_reading_step::ArchiveReadingAct;
use entity::audit_event::AuditAction;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Give archive files out to be read.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReleaseArchiveReadingInput")]
pub struct ReleaseArchiveReading {
    pub reading_id: Global<ArchiveReadingId>,
    /// The `version` of the reading that you saw.
    pub expected_version: i32,
    /// Where paper is read; it does not leave that place.
    pub place: Option<String>,
}

impl Command for ReleaseArchiveReading {
    type Output = ArchiveReadingId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let place = text::optional("place", self.place.as_deref(), text::LINE)?;
        let before = lock_for(tx, ReadingDeed::Release, self.reading_id.0, self.expected_version).await?;
        let changes = archive_reading::ActiveModel {
            state: Set(ArchiveReadingState::Released),
            place: Set(place.clone()),
            ..Default::default()
        };
        let after = carry_out(tx, &before, ArchiveReadingAct::Released, (None, None), changes).await?;
        let record = AuditRecord::new(AuditAction::ArchiveReadingReleased, before.id)
            .change("state", before.state, after.state)
            .fact("place", place);
        Ok(Done { output: before.id, record })
    }
}
