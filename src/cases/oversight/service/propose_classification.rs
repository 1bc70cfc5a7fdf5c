//! The handler says how grave a case seems; somebody above decides (HK-A12).

use super::{enter, group_count, others_with};
use crate::cases::entry::{ClassificationDetail, Detail};
use crate::cases::oversight::classification::{ClassificationFactsInput, suggest};
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

/// Propose how grave your case is.
#[derive(InputObject, Serialize)]
#[graphql(name = "ProposeClassificationInput")]
pub struct ProposeClassification {
    /// Any text of yours, new for each entry. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    pub facts: ClassificationFactsInput,
    /// Whether it is a difficult complaint (疑难); there are no criteria for it but your judgement.
    #[graphql(default)]
    pub difficult: bool,
    /// Why you think so.
    pub reason: String,
}

impl Command for ProposeClassification {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "proposeClassification", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let rules = policy::may_propose(tx.actor(), &case, &profile)?;
        let facts = self.facts.check(group_count(tx, case.id).await?)?;
        let suggested = suggest(&facts, self.difficult, rules, &profile);
        let detail = ClassificationDetail {
            facts,
            grounds: suggested.grounds.clone(),
            difficult: self.difficult,
            suggested_severity: suggested.severity.clone(),
            severity: None,
            reason: reason.clone(),
        };
        let (action, kind) = (AuditAction::ClassificationProposed, CaseEntryKind::ClassificationProposed);
        let (entry, record) = enter(tx, case.id, action, kind, Detail::Classification(detail)).await?;
        let deciders = others_with(tx, &rules.deciders).await?;
        notify(tx, NotificationKind::ClassificationProposed, case.id, entry, deciders).await?;
        let record = record
            .fact("grounds", suggested.grounds)
            .fact("difficult", self.difficult)
            .fact("suggestedSeverity", suggested.severity)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}
