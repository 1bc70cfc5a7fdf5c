//! Deciding an item: within one's authority, never one's own, once (HK-4.1.1…HK-4.1.4, HK-4.8…HK-4.11).

use super::authority::work_out_authority;
use super::{is_as_seen, notices, opinion, tell, worked_out};
use crate::approvals::authority::{Act, is_undecided};
use crate::approvals::policy;
use crate::approvals::store::{self, NewStep, Together};
use crate::platform::access::Permission;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::{Enum, InputObject};
use entity::ApprovalId;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// What a decider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
pub enum ApprovalDecision {
    /// Yes (同意).
    Approve,
    /// No (不同意); the item can be amended and asked for again.
    Refuse,
}

/// Decide an item. A decision is final: it is never edited, and an item has one.
#[derive(InputObject, Serialize)]
#[graphql(name = "DecideApprovalInput")]
pub struct DecideApproval {
    /// Any text of yours, new for each decision. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
    /// The `contentSha256` of the item that you saw; what was amended since is a conflict, like another version.
    pub expected_content_sha256: Option<String>,
    pub decision: ApprovalDecision,
    /// Your opinion in words.
    pub opinion: String,
}

impl Command for DecideApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey<'_>>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "decideApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        if !is_undecided(before.state) || !is_as_seen(&before, self.expected_content_sha256.as_deref()) {
            return Err(Failure::Conflict { expected: self.expected_version, current: before.version });
        }
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        policy::has(tx.actor(), Permission::ApprovalDecide)?;
        let (inputs, outcome) = worked_out(tx, Act::Decide, &case, &before, &profile).await?;
        let opinion = opinion(&self.opinion)?;

        let approved = self.decision == ApprovalDecision::Approve;
        let (state, act) = match self.decision {
            ApprovalDecision::Approve => (ApprovalState::Approved, ApprovalAct::Approved),
            ApprovalDecision::Refuse => (ApprovalState::Refused, ApprovalAct::Refused),
        };
        let changes = approval::ActiveModel {
            state: Set(state),
            decided_by: Set(tx.actor().staff_id()),
            decided_at: Set(Some(tx.now())),
            ..Default::default()
        };
        let decided = store::update(tx, &before, changes).await?;
        let step = NewStep::with_authority(act, opinion.clone(), &inputs, &outcome)?;
        let step = store::insert_step(tx, &decided, step).await?;
        notices::tell_asker(tx, &case, &decided, step, NotificationKind::ApprovalDecided).await?;
        // A refused item no longer counts towards its subject.
        let others = work_out_authority(tx, &case, Together::with(&decided), &profile, decided.id).await?;
        tell(tx, &decided, CaseEntryKind::ApprovalDecided, Some(approved), &opinion).await?;

        let record = AuditRecord::new(AuditAction::ApprovalDecided, decided.id)
            .of_case(case.id)
            .change("state", before.state, decided.state)
            .fact("contentSha256", &decided.content_sha256)
            .fact("cumulativeAmount", decided.cumulative_amount)
            .fact("tier", &decided.tier)
            .fact("requiredRole", decided.required_role)
            .fact("actedAs", outcome.capacity.role)
            .fact("aboveTier", outcome.capacity.above_tier)
            .fact("profileVersion", case.profile_version_id)
            .reason(opinion);
        Ok(Done { output: decided.id, record: others.note(record) })
    }
}
