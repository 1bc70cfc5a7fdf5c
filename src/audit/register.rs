//! Writing the reading register: in the transaction in which the contents are read, so that nothing is shown without its row.

use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use entity::access_register::{self, ReadingAct, ReadingDenial, ReadingOutcome, ReadingPurpose};
use entity::{AccessRegisterId, ArchiveReadingId, CaseId, archive_file, evidence};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde::Serialize;

/// The name of the sealed reason, which is part of what is sealed.
pub const REASON: &str = "access_register.reason";

/// A row in the making.
pub struct Reading(access_register::Model);

impl Reading {
    /// What the person who acts turns to.
    pub fn by(tx: &Tx, act: ReadingAct) -> Result<Self> {
        let reader_id = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people read"))?;
        let id: AccessRegisterId = tx.id();
        Ok(Self(access_register::Model {
            id,
            occurred_at: tx.now(),
            reader_id,
            reader_roles: tx.actor().role_names(),
            act,
            outcome: ReadingOutcome::Read,
            denial: None,
            case_id: None,
            archive_file_id: None,
            evidence_id: None,
            reading_id: None,
            sections: None,
            field: None,
            reason_sealed: None,
            purpose: None,
            request_id: tx.actor().request_id.to_string(),
        }))
    }

    pub fn of_file(mut self, file: &archive_file::Model) -> Self {
        (self.0.archive_file_id, self.0.case_id) = (Some(file.id), Some(file.case_id));
        self
    }

    pub fn of_evidence(mut self, item: &evidence::Model) -> Self {
        (self.0.evidence_id, self.0.case_id) = (Some(item.id), Some(item.case_id));
        self
    }

    pub fn of_case(mut self, case: CaseId) -> Self {
        self.0.case_id = Some(case);
        self
    }

    pub fn purpose(mut self, purpose: ReadingPurpose) -> Self {
        self.0.purpose = Some(purpose);
        self
    }

    /// The reading that somebody agreed to and that let the reader in, if it was one.
    pub fn by_leave(mut self, reading: Option<ArchiveReadingId>) -> Self {
        self.0.reading_id = reading;
        self
    }

    /// The parts of the file that are shown.
    pub fn sections<T: Serialize>(mut self, sections: &[T]) -> Result<Self> {
        self.0.sections = Some(serde_json::to_value(sections)?);
        Ok(self)
    }

    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Why, in the reader's words; it goes with the case that it is about.
    pub async fn reason(mut self, tx: &Tx, reason: &str) -> Result<Self> {
        self.0.reason_sealed = Some(tx.reason_key(self.0.case_id).await?.seal(REASON, self.0.id, reason)?);
        Ok(self)
    }

    pub fn denied(mut self, denial: ReadingDenial) -> Self {
        (self.0.outcome, self.0.denial, self.0.sections) = (ReadingOutcome::Denied, Some(denial), None);
        self
    }

    /// Writes the row.
    pub async fn write(self, tx: &Tx) -> Result<access_register::Model> {
        let row = self.0.clone().into_active_model();
        access_register::Entity::insert(row).exec_without_returning(tx.db()).await?;
        Ok(self.0)
    }
}
