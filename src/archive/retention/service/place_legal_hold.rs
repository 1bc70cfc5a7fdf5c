//! A legal hold keeps a file from disposal, whatever the date (保全).

use super::locked;
use crate::archive::retention::sealed;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{ArchiveFileId, LegalHoldId, legal_hold};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Keep an archive file from disposal. A file may have several holds; each ends by itself.
#[derive(InputObject, Serialize)]
#[graphql(name = "PlaceLegalHoldInput")]
pub struct PlaceLegalHold {
    pub archive_file_id: Global<ArchiveFileId>,
    /// Why: 10 000 characters at most. It is sealed, and goes with the file.
    pub reason: String,
}

impl Command for PlaceLegalHold {
    type Output = ArchiveFileId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveFileId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let (file, placed_by) = locked(tx, self.archive_file_id.0).await?;
        let id: LegalHoldId = tx.id();
        let reason_sealed = tx.key_of(file.case_id).await?.seal(sealed::HOLD_REASON, id, &reason)?;
        legal_hold::Entity::insert(legal_hold::ActiveModel {
            id: Set(id),
            archive_file_id: Set(file.id),
            reason_sealed: Set(reason_sealed),
            placed_by: Set(placed_by),
            placed_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::LegalHoldPlaced, id)
            .of_case(file.case_id)
            .fact("number", &file.number)
            .reason(reason);
        Ok(Done { output: file.id, record })
    }
}
