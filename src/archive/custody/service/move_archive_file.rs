//! Moving a paper file, or giving the key of its cabinet to somebody else (SG-13.1, SG-16.2).

use super::{Placement, place};
use crate::archive::{error, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::ArchiveFileId;
use entity::archive_file::ArchiveMedium;
use entity::audit_event::AuditAction;
use serde::Serialize;

/// Move a paper file.
#[derive(InputObject, Serialize)]
#[graphql(name = "MoveArchiveFileInput")]
pub struct MoveArchiveFile {
    pub archive_file_id: Global<ArchiveFileId>,
    /// Where it is from now on.
    pub placement: Placement,
}

impl Command for MoveArchiveFile {
    type Output = ArchiveFileId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveFileId>> {
        let file =
            store::by_id(tx.db(), tx.actor(), tx.now(), self.archive_file_id.0).await?.ok_or(Failure::NotFound)?;
        if file.medium != ArchiveMedium::Paper {
            return Err(error::placement_not_allowed().into());
        }
        place(tx, file.id, &self.placement).await?;
        let record = AuditRecord::new(AuditAction::ArchiveFileMoved, file.id)
            .of_case(file.case_id)
            .fact("cabinet", &self.placement.cabinet)
            .fact("keyHolderId", self.placement.key_holder_id.0);
        Ok(Done { output: file.id, record })
    }
}
