//! Letting the clock of a deadline run again: its end moves by what it stood still.

use crate::cases::deadlines::{self, policy};
use crate::cases::entry::{DeadlineDetail, Detail, NewEntry};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseDeadlineId, CaseId, case, case_deadline};
use serde::Serialize;

/// Let the clock of a deadline run again.
#[derive(InputObject, Serialize)]
#[graphql(name = "ResumeDeadlineInput")]
pub struct ResumeDeadline {
    pub deadline_id: Global<CaseDeadlineId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// What has changed.
    pub reason: Option<String>,
}

impl Command for ResumeDeadline {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::optional("reason", self.reason.as_deref(), text::PROSE)?;
        let (case, deadline) = deadlines::store::lock(tx, self.deadline_id.0, self.expected_version).await?;
        policy::may_resume(tx.actor(), &case, &deadline, tx.now())?;
        let pause = deadlines::store::going_on(tx, deadline.id).await?;
        let pause = pause.ok_or_else(|| Failure::internal("a clock stands still without a pause"))?;

        deadlines::store::end_pause(tx, pause.id).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let running = case_deadline::Model { paused_at: None, ..deadline.clone() };
        let resumed = deadlines::count_anew(tx, running, &case, &profile).await?;
        store::update(tx, &case, case::ActiveModel::default()).await?;
        let detail = DeadlineDetail { reason: reason.clone(), ..DeadlineDetail::moved(&deadline, resumed.due_at) };
        let entry = NewEntry::new(CaseEntryKind::DeadlineResumed, Detail::Deadline(detail));
        store::insert_entry(tx, case.id, entry, tx.now()).await?;

        let record = AuditRecord::new(AuditAction::DeadlineResumed, deadline.id)
            .of_case(case.id)
            .fact("code", &deadline.code)
            .fact("pausedAt", pause.began_at)
            .change("dueAt", deadline.due_at, resumed.due_at);
        Ok(Done {
            output: case.id,
            record: match reason {
                Some(reason) => record.reason(reason),
                None => record,
            },
        })
    }
}
