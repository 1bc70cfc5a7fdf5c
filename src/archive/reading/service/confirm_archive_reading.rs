//! An archivist takes the files back, after the reader signed off, and says whether they are intact (SG-14.8).

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

/// Take archive files back.
#[derive(InputObject, Serialize)]
#[graphql(name = "ConfirmArchiveReadingInput")]
pub struct ConfirmArchiveReading {
    pub reading_id: Global<ArchiveReadingId>,
    /// The `version` of the reading that you saw.
    pub expected_version: i32,
    /// Whether nothing was altered, marked, torn or taken out.
    pub intact: bool,
    /// What is wrong, if something is.
    pub note: Option<String>,
}

impl Command for ConfirmArchiveReading {
    type Output = ArchiveReadingId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let note = text::optional("note", self.note.as_deref(), text::PROSE)?;
        let before = lock_for(tx, ReadingDeed::Confirm, self.reading_id.0, self.expected_version).await?;
        let changes = archive_reading::ActiveModel {
            state: Set(ArchiveReadingState::Confirmed),
            intact: Set(Some(self.intact)),
            ..Default::default()
        };
        let after = carry_out(tx, &before, ArchiveReadingAct::Confirmed, (None, note), changes).await?;
        let record = AuditRecord::new(AuditAction::ArchiveReadingConfirmed, before.id)
            .change("state", before.state, after.state)
            .fact("intact", self.intact);
        Ok(Done { output: before.id, record })
    }
}
