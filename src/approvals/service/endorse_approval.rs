//! The supervisor's review of an item above the lowest tier, before its decider (HK-4.11).

use super::{is_as_seen, notices, opinion, tell, worked_out};
use crate::approvals::authority::Act;
use crate::approvals::policy;
use crate::approvals::store::{self, NewStep};
use crate::platform::access::Permission;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::ApprovalId;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Endorse an item that a higher tier decides.
#[derive(InputObject, Serialize)]
#[graphql(name = "EndorseApprovalInput")]
pub struct EndorseApproval {
    /// Any text of yours, new for each endorsement. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
    /// The `contentSha256` of the item that you saw; what was amended since is a conflict, like another version.
    pub expected_content_sha256: Option<String>,
    /// Your opinion in words.
    pub opinion: String,
}

impl Command for EndorseApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "endorseApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        if !is_as_seen(&before, self.expected_content_sha256.as_deref()) {
            return Err(store::conflict(tx, &before, self.expected_version).await?);
        }
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        policy::has(tx.actor(), Permission::ApprovalEndorse)?;
        let (inputs, outcome) = worked_out(tx, Act::Endorse, &case, &before, &profile).await?;
        let opinion = opinion(&self.opinion)?;

        let acted_for = outcome.capacity.on_behalf.map(|on_behalf| on_behalf.of);
        let changes = approval::ActiveModel {
            state: Set(ApprovalState::Endorsed),
            endorsed_by: Set(tx.actor().staff_id()),
            endorsed_for: Set(acted_for),
            endorsed_at: Set(Some(tx.now())),
            ..Default::default()
        };
        let endorsed = store::update(tx, &before, changes).await?;
        let step = NewStep::with_authority(ApprovalAct::Endorsed, opinion.clone(), &inputs, &outcome)?;
        let step = store::insert_step(tx, &endorsed, step).await?;
        notices::tell_next(tx, &case, &profile, &endorsed, step, NotificationKind::ApprovalRequested).await?;
        tell(tx, &endorsed, CaseEntryKind::ApprovalEndorsed, None, &opinion).await?;

        let record = AuditRecord::new(AuditAction::ApprovalEndorsed, endorsed.id)
            .of_case(case.id)
            .change("state", before.state, endorsed.state)
            .fact("contentSha256", &endorsed.content_sha256)
            .fact("actedAs", outcome.capacity.role)
            .fact("actedFor", acted_for)
            .reason(opinion);
        Ok(Done { output: endorsed.id, record })
    }
}
