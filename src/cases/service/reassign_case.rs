//! Giving a case to another handler, with what is under way on it (改派, HK-3.6).

use super::handler;
use crate::cases::entry::{Detail, NewEntry, ReassignmentDetail};
use crate::cases::{allocation, store};
use crate::notifications::notify;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{CaseId, StaffId};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Give a case to another handler. It stays where it is on its road, with its deadlines, plan and approval items.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReassignCaseInput")]
pub struct ReassignCase {
    /// Any text of yours, new for each reassignment. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// A person with the role HANDLER, or a SUPERVISOR who handles a difficult complaint in person (HK-3.9).
    pub handler_id: Global<StaffId>,
    /// Why somebody else handles it from here on.
    pub reason: String,
}

impl Command for ReassignCase {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "reassignCase", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        allocation::may_reassign(tx.actor(), &case, &profile)?;
        let handler = handler(tx, &case, self.handler_id.0).await?;
        let from = case.handler_id.ok_or_else(|| Failure::internal("an allocated case has no handler"))?;

        store::update(tx, &case, case::ActiveModel { handler_id: Set(Some(handler)), ..Default::default() }).await?;
        let detail = ReassignmentDetail { from_id: from, handler_id: handler, reason: reason.clone() };
        let entry = NewEntry::new(CaseEntryKind::Reassigned, Detail::Reassignment(detail));
        let entry = store::insert_entry(tx, case.id, entry, tx.now()).await?;
        notify(tx, NotificationKind::CaseAllocated, case.id, entry, [handler]).await?;
        notify(tx, NotificationKind::CaseTakenOver, case.id, entry, [from]).await?;

        let record = AuditRecord::new(AuditAction::CaseReassigned, case.id)
            .of_case(case.id)
            .change("handler", from, handler)
            .fact("state", case.state)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}
