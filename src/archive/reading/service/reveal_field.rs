//! Showing one personal value whole: for a purpose and a reason, and with a row of the register for each (SG-16.3).

use super::profile_of_today;
use super::way_in::{Attempt, open, way_in};
use crate::archive::reading::error;
use crate::archive::reading::personal::{PersonalField, may_reveal_in_case, may_reveal_in_file};
use crate::archive::store::Way;
use crate::audit::register::Reading;
use crate::cases::store as cases;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::access_register::{self, ReadingAct, ReadingDenial, ReadingPurpose};
use entity::audit_event::AuditAction;
use entity::{ArchiveFileId, CaseId};
use serde::{Deserialize, Serialize};

/// See one personal value whole, on record.
#[derive(InputObject, Serialize)]
#[graphql(name = "RevealFieldInput")]
pub struct RevealField {
    /// Of this case, or else give `archiveFileId`.
    pub case_id: Option<Global<CaseId>>,
    /// Of this archive file, or else give `caseId`.
    pub archive_file_id: Option<Global<ArchiveFileId>>,
    pub field: PersonalField,
    /// Which one of several, from 1.
    #[graphql(default = 1)]
    pub position: i32,
    pub purpose: ReadingPurpose,
    /// Why.
    pub reason: String,
}

/// The value, read in the transaction that wrote the row.
#[derive(Clone, Serialize, Deserialize)]
pub struct Revealed {
    pub value: String,
    pub entry: access_register::Model,
}

impl RevealField {
    /// The name that the register keeps.
    fn name(&self) -> String {
        if self.position == 1 { self.field.to_string() } else { format!("{}[{}]", self.field, self.position) }
    }

    fn index(&self) -> Result<usize> {
        let index = usize::try_from(self.position).ok().and_then(|position| position.checked_sub(1));
        index.ok_or_else(|| Failure::bad_input("position", "Positions count from 1."))
    }

    async fn settle(
        &self,
        tx: &Tx,
        row: Reading,
        value: Result<String, ReadingDenial>,
        record: AuditRecord,
    ) -> Result<Done<Attempt<Revealed>>> {
        let record = record.fact("field", self.name()).fact("purpose", self.purpose);
        let output = match value {
            Ok(value) => Attempt::Shown(Revealed { value, entry: row.write(tx).await? }),
            Err(denial) => {
                row.denied(denial).write(tx).await?;
                Attempt::Denied(denial)
            }
        };
        Ok(Done { output, record })
    }

    async fn in_case(&self, tx: &Tx, id: CaseId, reason: &str) -> Result<Done<Attempt<Revealed>>> {
        let case = cases::any(tx.db(), id).await?.ok_or(Failure::NotFound)?;
        let row = Reading::by(tx, ReadingAct::RevealField)?.of_case(id).field(self.name()).purpose(self.purpose);
        let row = row.reason(tx, reason).await?;
        let denied = AuditRecord::new(AuditAction::AccessDenied, id).of_case(id);
        if cases::shown_by_ids(tx.db(), tx.actor(), &[id], Default::default()).await?.is_empty() {
            return self.settle(tx, row, Err(ReadingDenial::NoWayIn), denied).await;
        }
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        if !may_reveal_in_case(tx.actor(), &profile.privacy.reveal, &case) {
            return self.settle(tx, row, Err(ReadingDenial::NoRevealRight), denied).await;
        }
        let value = self.field.in_case(tx, &case, self.index()?).await?.ok_or_else(error::no_such_value)?;
        let record = AuditRecord::new(AuditAction::FieldRevealed, id).of_case(id);
        self.settle(tx, row, Ok(value), record).await
    }

    async fn in_file(&self, tx: &Tx, id: ArchiveFileId, reason: &str) -> Result<Done<Attempt<Revealed>>> {
        let (file, entered) = way_in(tx, id, self.purpose).await?;
        let row = Reading::by(tx, ReadingAct::RevealField)?.of_file(&file).field(self.name()).purpose(self.purpose);
        let row = row.reason(tx, reason).await?;
        let denied = AuditRecord::new(AuditAction::AccessDenied, id).of_case(file.case_id);
        let entered = match entered {
            Ok(entered) => entered,
            Err(denial) => return self.settle(tx, row, Err(denial), denied).await,
        };
        let profile = profile_of_today(tx).await?;
        let named = profile.as_ref().map_or(&[][..], |profile| &profile.privacy.reveal);
        if entered.way == Way::Delivery || !may_reveal_in_file(tx.actor(), named) {
            return self.settle(tx, row, Err(ReadingDenial::NoRevealRight), denied).await;
        }
        let value =
            self.field.in_file(&open(tx, &file).await?.snapshot, self.index()?).ok_or_else(error::no_such_value)?;
        let record = AuditRecord::new(AuditAction::FieldRevealed, id).of_case(file.case_id);
        self.settle(tx, row.by_leave(entered.reading), Ok(value), record).await
    }
}

impl Command for RevealField {
    type Output = Attempt<Revealed>;
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<Attempt<Revealed>>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        match (self.case_id, self.archive_file_id) {
            (Some(case), None) => self.in_case(tx, case.0, &reason).await,
            (None, Some(file)) => self.in_file(tx, file.0, &reason).await,
            _ => Err(Failure::bad_input("caseId", "Give a case or an archive file.")),
        }
    }
}
