//! The evidence files of a case that was disposed of are removed: from here on nothing of it is left.

use crate::archive::disposal::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;
use entity::disposal_item::DisposalOutcome;
use entity::{ArchiveFileId, DisposalId};

/// Write down that the contents are gone.
pub struct ForgetContents {
    pub disposal: DisposalId,
    pub file: ArchiveFileId,
}

impl Command for ForgetContents {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let item = (self.disposal, self.file);
        let file = store::lock_item(tx, item, DisposalOutcome::Erased).await?.ok_or(Failure::NotFound)?;
        store::set_item(tx, item, DisposalOutcome::Disposed, Some(tx.now())).await?;
        let record = AuditRecord::new(AuditAction::DisposedFilesRemoved, file.id)
            .of_case(file.case_id)
            .fact("number", file.number)
            .fact("disposal", self.disposal);
        Ok(Done { output: (), record })
    }
}
