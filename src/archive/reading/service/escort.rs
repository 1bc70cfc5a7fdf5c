//! The escort sits down with an external reader, and leaves: only in between the reader reads (SG-14.4).

use super::{carry_out, lock_for};
use crate::archive::reading::policy::ReadingDeed;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::ArchiveReadingId;
use entity::archive_reading;
use entity::archive_reading_step::ArchiveReadingAct;
use entity::audit_event::AuditAction;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Sit down with the external reader.
#[derive(InputObject, Serialize)]
#[graphql(name = "OpenEscortSessionInput")]
pub struct OpenEscortSession {
    pub reading_id: Global<ArchiveReadingId>,
    /// The `version` of the reading that you saw.
    pub expected_version: i32,
}

impl Command for OpenEscortSession {
    type Output = ArchiveReadingId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let before = lock_for(tx, ReadingDeed::OpenEscort, self.reading_id.0, self.expected_version).await?;
        let changes = archive_reading::ActiveModel { escorted_since: Set(Some(tx.now())), ..Default::default() };
        carry_out(tx, &before, ArchiveReadingAct::EscortOpened, (None, None), changes).await?;
        let record = AuditRecord::new(AuditAction::EscortSessionOpened, before.id).fact("reader", before.reader_id);
        Ok(Done { output: before.id, record })
    }
}

/// Leave the external reader, who then reads nothing.
#[derive(InputObject, Serialize)]
#[graphql(name = "CloseEscortSessionInput")]
pub struct CloseEscortSession {
    pub reading_id: Global<ArchiveReadingId>,
    /// The `version` of the reading that you saw.
    pub expected_version: i32,
}

impl Command for CloseEscortSession {
    type Output = ArchiveReadingId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let before = lock_for(tx, ReadingDeed::CloseEscort, self.reading_id.0, self.expected_version).await?;
        let changes = archive_reading::ActiveModel { escorted_since: Set(None), ..Default::default() };
        carry_out(tx, &before, ArchiveReadingAct::EscortClosed, (None, None), changes).await?;
        let record = AuditRecord::new(AuditAction::EscortSessionClosed, before.id)
            .fact("reader", before.reader_id)
            .fact("since", before.escorted_since);
        Ok(Done { output: before.id, record })
    }
}
