//! Reading the file of an evidence item: nothing is given out before the register has its row (HK-5.6.3).

use crate::audit::register::Reading;
use crate::cases::evidence::{policy, store};
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use entity::access_register::{ReadingAct, ReadingPurpose};
use entity::audit_event::AuditAction;
use entity::{AccessRegisterId, EvidenceId};

/// Read the file of an evidence item, on record.
pub struct ReadEvidence {
    pub id: EvidenceId,
    /// What it is read for; handling, if the reader's role lets that go without saying.
    pub purpose: Option<ReadingPurpose>,
}

impl Command for ReadEvidence {
    type Output = AccessRegisterId;
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<AccessRegisterId>> {
        let found = store::readable(tx.db(), tx.actor(), self.id, tx.now()).await?;
        let (item, case) = found.ok_or(Failure::NotFound)?;
        let purpose = policy::purpose(tx.actor(), self.purpose)?;
        let row = Reading::by(tx, ReadingAct::ReadEvidence)?.of_evidence(&item).purpose(purpose).write(tx).await?;
        let record = AuditRecord::new(AuditAction::EvidenceRead, item.id).of_case(case.id).fact("purpose", purpose);
        Ok(Done { output: row.id, record })
    }
}
