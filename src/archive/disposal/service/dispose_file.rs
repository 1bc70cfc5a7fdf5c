//! One file of a disposal: looked at once more, then its key is destroyed and whatever was written of its case is erased, in one
//! transaction. A legal hold that was placed in the meantime wins (SG-13.6).

use crate::archive::disposal::store;
use crate::archive::retention::policy::{may_dispose, rule_for};
use crate::archive::{retention, search};
use crate::calendar::local_day;
use crate::platform::db::erasure::{Erasure, erase};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::profiles;
use entity::audit_event::AuditAction;
use entity::disposal_item::DisposalOutcome;
use entity::{ArchiveFileId, DisposalId};

/// Dispose of a file whose disposal was agreed to.
pub struct DisposeFile {
    pub disposal: DisposalId,
    pub file: ArchiveFileId,
    pub erasures: &'static [&'static Erasure],
}

impl Command for DisposeFile {
    type Output = DisposalOutcome;

    async fn execute(&self, tx: &Tx) -> Result<Done<DisposalOutcome>> {
        let item = (self.disposal, self.file);
        let locked = store::lock_item(tx, item, DisposalOutcome::Pending).await?;
        let file = locked.ok_or(Failure::NotFound)?;
        let keeping = retention::store::keeping_of(tx, file.id).await?;
        let profile = profiles::store::profile(tx.db(), keeping.profile_version).await?;
        let rule = rule_for(profile.retention.as_ref(), &keeping.severity);
        if may_dispose(rule, &keeping.facts(), local_day(tx.now())).is_err() {
            store::set_item(tx, item, DisposalOutcome::Retained, Some(tx.now())).await?;
            let record = AuditRecord::new(AuditAction::ArchiveFileRetained, file.id)
                .of_case(file.case_id)
                .fact("number", file.number)
                .fact("disposal", self.disposal);
            return Ok(Done { output: DisposalOutcome::Retained, record });
        }
        store::mark_disposed(tx, file.case_id).await?;
        erase(tx, self.erasures, file.case_id).await?;
        search::store::forget(tx, file.id).await?;
        store::set_item(tx, item, DisposalOutcome::Erased, None).await?;
        let record = AuditRecord::new(AuditAction::ArchiveFileDisposed, file.id)
            .of_case(file.case_id)
            .fact("number", file.number)
            .fact("snapshotSha256", file.snapshot_sha256)
            .fact("disposal", self.disposal);
        Ok(Done { output: DisposalOutcome::Erased, record })
    }
}
