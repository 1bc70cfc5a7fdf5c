//! Stopping the clock of a deadline, where the profile says that it may stand still (HK-8.8).

use crate::cases::deadlines::{self, policy};
use crate::cases::entry::{DeadlineDetail, Detail, NewEntry};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use chrono::SubsecRound;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseDeadlineId, CaseId, case, case_deadline, deadline_pause};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Stop the clock of a deadline.
#[derive(InputObject, Serialize)]
#[graphql(name = "PauseDeadlineInput")]
pub struct PauseDeadline {
    pub deadline_id: Global<CaseDeadlineId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// Why nothing can be done meanwhile.
    pub reason: String,
}

impl Command for PauseDeadline {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let (case, deadline) = deadlines::store::lock(tx, self.deadline_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let rule = profile.deadline(deadline.start_event, &deadline.code, &case.severity);
        policy::may_pause(tx.actor(), &case, &deadline, rule, tx.now())?;
        // To the second, as due times are.
        let began_at = tx.now().trunc_subsecs(0);
        let paused_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people stop a clock"))?;

        deadlines::store::insert_pause(
            tx,
            deadline_pause::ActiveModel {
                id: Set(tx.id()),
                deadline_id: Set(deadline.id),
                began_at: Set(began_at),
                ended_at: Set(None),
                reason: Set(reason.clone()),
                paused_by: Set(paused_by),
                resumed_by: Set(None),
            },
        )
        .await?;
        let standing =
            case_deadline::ActiveModel { id: Set(deadline.id), paused_at: Set(Some(began_at)), ..Default::default() };
        deadlines::store::update(tx, standing).await?;
        store::update(tx, &case, case::ActiveModel::default()).await?;
        let detail =
            DeadlineDetail { reason: Some(reason.clone()), ..DeadlineDetail::moved(&deadline, deadline.due_at) };
        let entry = NewEntry::new(CaseEntryKind::DeadlinePaused, Detail::Deadline(detail));
        store::insert_entry(tx, case.id, entry, tx.now()).await?;

        let record = AuditRecord::new(AuditAction::DeadlinePaused, deadline.id)
            .of_case(case.id)
            .fact("code", &deadline.code)
            .fact("dueAt", deadline.due_at)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}
