//! Taking an approval back: a new decision that names the old one; neither is ever edited (撤销, HK-4.10).

use super::authority::work_out_authority;
use super::{is_as_seen, notices, opinion, tell, worked_out};
use crate::approvals::authority::Act;
use crate::approvals::policy;
use crate::approvals::store::{self, NewStep, Together};
use crate::cases::deadlines;
use crate::platform::access::Permission;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::ApprovalId;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Take an approval back on which nothing was paid.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReverseApprovalInput")]
pub struct ReverseApproval {
    /// Any text of yours, new for each reversal. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
    /// The `contentSha256` of the item that you saw; what was amended since is a conflict, like another version.
    pub expected_content_sha256: Option<String>,
    /// Why it is taken back.
    pub opinion: String,
}

impl Command for ReverseApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "reverseApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        if !is_as_seen(&before, self.expected_content_sha256.as_deref()) {
            return Err(store::conflict(tx, &before, self.expected_version).await?);
        }
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        policy::has(tx.actor(), Permission::ApprovalDecide)?;
        policy::may_be_reversed(&before)?;
        let (inputs, outcome) = worked_out(tx, Act::Reverse, &case, &before, &profile).await?;
        let opinion = opinion(&self.opinion)?;
        let steps = store::steps(tx.db(), &[before.id]).await?;
        let decision = steps.iter().rev().find(|step| step.act == ApprovalAct::Approved);
        let decision = decision.ok_or_else(|| Failure::internal("an approved item has no decision"))?.id;

        let changes = approval::ActiveModel { state: Set(ApprovalState::Reversed), ..Default::default() };
        let reversed = store::update(tx, &before, changes).await?;
        let step = NewStep {
            reverses: Some(decision),
            ..NewStep::with_authority(ApprovalAct::Reversed, opinion.clone(), &inputs, &outcome)?
        };
        let step = store::insert_step(tx, &reversed, step).await?;
        deadlines::cease(tx, case.id, StartEvent::ApprovalDecided, reversed.id).await?;
        notices::tell_asker(tx, &case, &reversed, step, NotificationKind::ApprovalReversed).await?;
        notices::tell_deciders(tx, &before, step, NotificationKind::ApprovalReversed).await?;
        let others = work_out_authority(tx, &case, Together::with(&reversed), &profile, reversed.id).await?;
        tell(tx, &reversed, CaseEntryKind::ApprovalReversed, None, &opinion).await?;

        let record = AuditRecord::new(AuditAction::ApprovalReversed, reversed.id)
            .of_case(case.id)
            .change("state", before.state, reversed.state)
            .fact("decision", decision)
            .fact("contentSha256", &reversed.content_sha256)
            .fact("actedAs", outcome.capacity.role)
            .fact("actedFor", outcome.capacity.on_behalf.map(|on_behalf| on_behalf.of))
            .reason(opinion);
        Ok(Done { output: reversed.id, record: others.note(record) })
    }
}
