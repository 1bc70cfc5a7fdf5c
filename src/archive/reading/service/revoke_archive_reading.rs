//! An archivist ends a reading: from that moment on nothing is read by it.

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

/// End a reading of archive files.
#[derive(InputObject, Serialize)]
#[graphql(name = "RevokeArchiveReadingInput")]
pub struct RevokeArchiveReading {
    pub reading_id: Global<ArchiveReadingId>,
    /// The `version` of the reading that you saw.
    pub expected_version: i32,
    /// Why.
    pub reason: String,
}

impl Command for RevokeArchiveReading {
    type Output = ArchiveReadingId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let note = text::required("reason", &self.reason, text::PROSE)?;
        let before = lock_for(tx, ReadingDeed::Revoke, self.reading_id.0, self.expected_version).await?;
        let changes = archive_reading::ActiveModel {
            state: Set(ArchiveReadingState::Revoked),
            escorted_since: Set(None),
            ..Default::default()
        };
        let after = carry_out(tx, &before, ArchiveReadingAct::Revoked, (None, Some(note.clone())), changes).await?;
        let record = AuditRecord::new(AuditAction::ArchiveReadingRevoked, before.id)
            .change("state", before.state, after.state)
            .reason(note);
        Ok(Done { output: before.id, record })
    }
}
