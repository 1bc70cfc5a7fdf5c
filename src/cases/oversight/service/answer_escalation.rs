//! Answering a report: the guidance that the plan of a grave case needs (批示, HK-5.4.7).

use super::{enter, others};
use crate::cases::entry::{Detail, EscalationAnswerDetail};
use crate::cases::oversight::{policy, store};
use crate::cases::store::update;
use crate::notifications::notify;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::{self, CaseEntryKind};
use entity::notification::NotificationKind;
use entity::{CaseEntryId, CaseId, case};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Answer a report. A report is answered once, so that no version needs to be given.
#[derive(InputObject, Serialize)]
#[graphql(name = "AnswerEscalationInput")]
pub struct AnswerEscalation {
    /// Any text of yours, new for each answer. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    /// The `id` of one of `Case.escalations`.
    pub escalation_id: Global<CaseEntryId>,
    /// What is to be done.
    pub answer: String,
}

impl Command for AnswerEscalation {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "answerEscalation", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let answer = text::required("answer", &self.answer, text::PROSE)?;
        let (case, report) = store::lock_escalation(tx, self.escalation_id.0).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let is_answered = answered(&store::answers(tx.db(), case.id).await?)?.contains(&report.id);
        policy::may_answer(tx.actor(), &case, report.recorded_by, is_answered, &profile)?;

        if case.guided_at.is_none() {
            let guided = case::ActiveModel { guided_at: Set(Some(tx.now())), ..Default::default() };
            update(tx, &case, guided).await?;
        }
        let detail = EscalationAnswerDetail { escalation_id: report.id, answer: answer.clone() };
        let (action, kind) = (AuditAction::EscalationAnswered, CaseEntryKind::EscalationAnswered);
        let (entry, record) = enter(tx, case.id, action, kind, Detail::EscalationAnswer(detail)).await?;
        let waiting = others(tx, [report.recorded_by, case.handler_id].into_iter().flatten());
        notify(tx, NotificationKind::EscalationAnswered, case.id, entry, waiting).await?;
        Ok(Done { output: case.id, record: record.fact("escalation", report.id).reason(answer) })
    }
}

/// The reports that these entries answer.
pub fn answered(entries: &[case_entry::Model]) -> Result<Vec<CaseEntryId>> {
    let mut reports = Vec::new();
    for entry in entries {
        if let Detail::EscalationAnswer(answer) = serde_json::from_value(entry.detail.clone())? {
            reports.push(answer.escalation_id);
        }
    }
    Ok(reports)
}
