//! What somebody above settled with other departments (协调, HK-3.10).

use super::{enter, others};
use crate::cases::entry::{CoordinationDetail, Detail};
use crate::cases::policy::{self, CaseAct};
use crate::cases::store;
use crate::notifications::notify;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use serde::Serialize;

/// Note what was talked over with other departments to settle an obstacle.
#[derive(InputObject, Serialize)]
#[graphql(name = "AddCoordinationNoteInput")]
pub struct AddCoordinationNote {
    /// Any text of yours, new for each entry. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// Which department you talked with.
    pub department: Option<String>,
    pub text: String,
}

impl Command for AddCoordinationNote {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "addCoordinationNote", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let department = text::optional("department", self.department.as_deref(), text::LINE)?;
        let text = text::required("text", &self.text, text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may(CaseAct::AddCoordinationNote, tx.actor(), &case)?;

        let detail = Detail::Coordination(CoordinationDetail { department, text });
        let (entry, record) =
            enter(tx, case.id, AuditAction::CoordinationNoteAdded, CaseEntryKind::CoordinationNoted, detail).await?;
        notify(tx, NotificationKind::CoordinationNoteAdded, case.id, entry, others(tx, case.handler_id)).await?;
        Ok(Done { output: case.id, record })
    }
}
