//! The reader signs off: nothing is read by this leave any more. For an external reader, who writes nothing, the escort does (SG-14.8).

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

/// Sign off what you read, or what the external reader whom you escort read.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReturnArchiveReadingInput")]
pub struct ReturnArchiveReading {
    pub reading_id: Global<ArchiveReadingId>,
    /// The `version` of the reading that you saw.
    pub expected_version: i32,
    /// Anything that somebody should know of the files.
    pub note: Option<String>,
}

impl Command for ReturnArchiveReading {
    type Output = ArchiveReadingId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let note = text::optional("note", self.note.as_deref(), text::PROSE)?;
        let before = lock_for(tx, ReadingDeed::Return, self.reading_id.0, self.expected_version).await?;
        let changes = archive_reading::ActiveModel {
            state: Set(ArchiveReadingState::Returned),
            escorted_since: Set(None),
            ..Default::default()
        };
        let after = carry_out(tx, &before, ArchiveReadingAct::Returned, (None, note), changes).await?;
        let record =
            AuditRecord::new(AuditAction::ArchiveReadingReturned, before.id).change("state", before.state, after.state);
        Ok(Done { output: before.id, record })
    }
}
