//! Reporting a special, major or difficult case up for guidance (汇报请示, HK-3.9, HK-5.4.7).

use super::{enter, others_with};
use crate::cases::entry::{Detail, EscalationDetail};
use crate::cases::oversight::policy;
use crate::cases::store;
use crate::notifications::notify;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use serde::Serialize;

/// Report a case up for guidance.
#[derive(InputObject, Serialize)]
#[graphql(name = "EscalateCaseInput")]
pub struct EscalateCase {
    /// Any text of yours, new for each report. Sent again with the same input, nothing is reported twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// What those above should know, and what you ask them.
    pub report: String,
}

impl Command for EscalateCase {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "escalateCase", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let report = text::required("report", &self.report, text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let to = policy::may_escalate(tx.actor(), &case, &profile)?;

        let detail = Detail::Escalation(EscalationDetail { report: report.clone() });
        let (entry, record) = enter(tx, case.id, AuditAction::CaseEscalated, CaseEntryKind::Escalated, detail).await?;
        notify(tx, NotificationKind::CaseEscalated, case.id, entry, others_with(tx, &[to]).await?).await?;
        Ok(Done { output: case.id, record: record.fact("to", to).reason(report) })
    }
}
