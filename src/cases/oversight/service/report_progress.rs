//! Progress and results, reported to the supervisor (进展汇报, HK-3.3).

use super::{enter, others_with};
use crate::cases::entry::{Detail, ProgressDetail};
use crate::cases::policy::{self, CaseAct};
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

/// Report progress or a result of your case to the supervisors.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReportProgressInput")]
pub struct ReportProgress {
    /// Any text of yours, new for each entry. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    pub text: String,
}

impl Command for ReportProgress {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "reportProgress", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let text = text::required("text", &self.text, text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_handle(CaseAct::ReportProgress, tx.actor(), &case)?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;

        let detail = Detail::Progress(ProgressDetail { text });
        let (entry, record) =
            enter(tx, case.id, AuditAction::ProgressReported, CaseEntryKind::ProgressReported, detail).await?;
        let supervisors = others_with(tx, &[profile.plan_review.reviewer]).await?;
        notify(tx, NotificationKind::ProgressReported, case.id, entry, supervisors).await?;
        Ok(Done { output: case.id, record })
    }
}
