//! Taking a request back before anything was given out.

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

/// Take a request to read archive files back.
#[derive(InputObject, Serialize)]
#[graphql(name = "WithdrawArchiveReadingInput")]
pub struct WithdrawArchiveReading {
    pub reading_id: Global<ArchiveReadingId>,
    /// The `version` of the reading that you saw.
    pub expected_version: i32,
    /// Why.
    pub reason: String,
}

impl Command for WithdrawArchiveReading {
    type Output = ArchiveReadingId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let note = text::required("reason", &self.reason, text::PROSE)?;
        let before = lock_for(tx, ReadingDeed::Withdraw, self.reading_id.0, self.expected_version).await?;
        let changes = archive_reading::ActiveModel {
            state: Set(ArchiveReadingState::Withdrawn),
            waits_for: Set(None),
            ..Default::default()
        };
        let after = carry_out(tx, &before, ArchiveReadingAct::Withdrawn, (None, Some(note.clone())), changes).await?;
        let record = AuditRecord::new(AuditAction::ArchiveReadingWithdrawn, before.id)
            .change("state", before.state, after.state)
            .reason(note);
        Ok(Done { output: before.id, record })
    }
}
