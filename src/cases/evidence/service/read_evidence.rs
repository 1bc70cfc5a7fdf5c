//! Reading the file of an evidence item: nothing is given out before the register has its row (HK-5.6.3).

use crate::cases::evidence::{policy, store};
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use entity::access_register::{self, ReadingPurpose};
use entity::audit_event::AuditAction;
use entity::{AccessRegisterId, EvidenceId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

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
        let reader_id = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people read evidence"))?;
        let found = store::readable(tx.db(), tx.actor(), self.id, tx.now()).await?;
        let (item, case) = found.ok_or(Failure::NotFound)?;
        let purpose = policy::purpose(tx.actor(), self.purpose)?;
        let id: AccessRegisterId = tx.id();
        access_register::Entity::insert(access_register::ActiveModel {
            id: Set(id),
            occurred_at: Set(tx.now()),
            reader_id: Set(reader_id),
            reader_roles: Set(tx.actor().role_names()),
            archive_file_id: Set(None),
            evidence_id: Set(Some(item.id)),
            purpose: Set(purpose),
            request_id: Set(tx.actor().request_id.to_string()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::EvidenceRead, item.id).of_case(case.id).fact("purpose", purpose);
        Ok(Done { output: id, record })
    }
}
