//! Deciding how grave a case is (定级, HK-7.2.1…HK-7.2.6). The suggestion is computed, the decision is a person's, and both are
//! kept. The deadlines are counted anew from the acceptance (HK-8.4); what is major becomes urgent (HK-2.7).

use super::{enter, group_count, others};
use crate::cases::entry::{ClassificationDetail, Detail};
use crate::cases::oversight::classification::{ClassificationFactsInput, suggest};
use crate::cases::oversight::{policy, urgent};
use crate::cases::{deadlines, error, store};
use crate::notifications::notify;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{CaseId, case};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Decide how grave a case is.
#[derive(InputObject, Serialize)]
#[graphql(name = "ClassifyCaseInput")]
pub struct ClassifyCase {
    /// Any text of yours, new for each decision. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    pub facts: ClassificationFactsInput,
    /// Whether it is a difficult complaint (疑难, HK-A12).
    #[graphql(default)]
    pub difficult: bool,
    /// Code of a severity, if you decide otherwise than the facts suggest.
    pub severity: Option<String>,
    /// Why you decide so.
    pub reason: String,
}

impl Command for ClassifyCase {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "classifyCase", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let rules = policy::may_classify(tx.actor(), &case, &profile)?;
        let facts = self.facts.check(group_count(tx, case.id).await?)?;
        let suggested = suggest(&facts, self.difficult, rules, &profile);
        let severity = match &self.severity {
            Some(code) => profile.severity(code).ok_or_else(error::severity_unknown)?.code.clone(),
            None => suggested.severity.clone(),
        };

        let changes = case::ActiveModel {
            urgent: Set(profile.is_major(&severity)),
            severity: Set(severity.clone()),
            ..Default::default()
        };
        let classified = store::update(tx, &case, changes).await?;
        let detail = ClassificationDetail {
            facts,
            grounds: suggested.grounds.clone(),
            difficult: self.difficult,
            suggested_severity: suggested.severity.clone(),
            severity: Some(severity),
            reason: reason.clone(),
        };
        let (action, kind) = (AuditAction::CaseClassified, CaseEntryKind::Classified);
        let (entry, record) = enter(tx, case.id, action, kind, Detail::Classification(detail)).await?;
        deadlines::write(tx, &classified, &profile).await?;
        urgent::tell(tx, case.urgent, &classified, entry, &profile).await?;
        notify(tx, NotificationKind::CaseClassified, case.id, entry, others(tx, case.handler_id)).await?;

        let record = record
            .change("severity", &case.severity, &classified.severity)
            .change("urgent", case.urgent, classified.urgent)
            .fact("grounds", suggested.grounds)
            .fact("difficult", self.difficult)
            .fact("suggestedSeverity", suggested.severity)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}
