//! Asking for an approval: the server works out what counts, and the tier (HK-4.0, HK-4.1.5…HK-4.1.9).

use super::authority::work_out_authority;
use super::{may_stand, notices, sealed, tell};
use crate::approvals::authority::tier;
use crate::approvals::basis::{Basis, Named, bound_sha256};
use crate::approvals::kinds::{Asking, Checked, Content, ContentInput};
use crate::approvals::store::{self, NewStep, Together};
use crate::approvals::{error, policy};
use crate::cases;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::case;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{ApprovalId, CaseId, EvidenceId, JointReviewId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Ask for an approval.
#[derive(InputObject, Serialize)]
#[graphql(name = "RequestApprovalInput")]
pub struct RequestApproval {
    /// Any text of yours, new for each request. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub case_id: Global<CaseId>,
    pub content: ContentInput,
    /// The evidence that it rests on, of that of the case; all of it as it now is, if none is named. The decision is bound to it.
    pub evidence_ids: Option<Vec<Global<EvidenceId>>>,
    /// A joint review on the case that it cites, with its record filed. It takes the place of no approval (HK-7.7).
    pub joint_review_id: Option<Global<JointReviewId>>,
    /// Why it is asked for.
    pub reason: String,
}

impl Command for RequestApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "requestApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = cases::store::lock(tx, self.case_id.0).await?;
        policy::may_request(tx.actor(), &case)?;
        let checked = self.content.check(&Asking { tx, case: &case }).await?;
        let evidence = named(self.evidence_ids.as_deref())?;
        let joint_review = self.joint_review_id.as_ref().map(|review| review.0);
        let named = Named { evidence: evidence.as_deref(), joint_review };
        let Asked { approval, record } = ask(tx, &case, checked, named, reason).await?;
        Ok(Done { output: approval.id, record })
    }
}

/// An item that was asked for, and what the audit trail keeps of it.
pub struct Asked {
    pub approval: approval::Model,
    pub record: AuditRecord,
}

/// The evidence that is named, if any is.
pub fn named(ids: Option<&[Global<EvidenceId>]>) -> Result<Option<Vec<EvidenceId>>> {
    let ids = ids.map(|ids| ids.iter().map(|id| id.0).collect());
    text::any_wanted("evidenceIds", ids)
}

/// Asks for an item on a case that this transaction holds: the one way in, for every use case that needs a decision. It rests
/// on the evidence that is named, or on all that the case now has.
pub async fn ask(tx: &Tx, case: &case::Model, checked: Checked, named: Named<'_>, reason: String) -> Result<Asked> {
    policy::may_request(tx.actor(), case)?;
    let requested_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people ask for approvals"))?;
    let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
    let Checked { content, contract_number } = checked;
    let id: ApprovalId = tx.id();
    may_stand(tx, case, &content, id).await?;
    let basis = Basis::now(tx, case, named).await?;
    let kind = content.kind();
    let rules = profile.approvals.get(&kind).ok_or_else(|| error::kind_not_allowed(kind))?;
    let measures = content.measures();
    let tier = tier(rules, measures.amount, &measures).ok_or_else(|| error::kind_not_allowed(kind))?;
    // HK-4.8: who stands at the top asks for nothing, since nobody could decide it.
    let required_role = profile.authority.above_owner(tier.role, &tx.actor().roles);
    let required_role = required_role.ok_or_else(error::nobody_above)?;

    let row = approval::ActiveModel {
        id: Set(id),
        case_id: Set(case.id),
        kind: Set(kind),
        state: Set(ApprovalState::Pending),
        version: Set(1),
        revision: Set(1),
        content: Set(serde_json::to_value(&content)?),
        basis: Set(Some(serde_json::to_value(&basis)?)),
        content_sha256: Set(bound_sha256(&content, &basis)?),
        contract_number_sealed: Set(sealed(tx, case.id, id, contract_number.as_deref()).await?),
        subject_index: Set(content.subject().map(str::to_owned)),
        reason: Set(reason.clone()),
        amount: Set(measures.amount),
        cumulative_amount: Set(measures.amount),
        tier: Set(tier.name.clone()),
        required_role: Set(required_role),
        rule: Set(tier.rule.clone()),
        requested_by: Set(requested_by),
        requested_at: Set(tx.now()),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    approval::Entity::insert(row).exec_without_returning(tx.db()).await?;
    let together = Together { case: case.id, kind, subject: content.subject() };
    let others = work_out_authority(tx, case, together, &profile, id).await?;
    let approval = store::by_id(tx, id).await?;
    let step = store::insert_step(tx, &approval, NewStep::plain(ApprovalAct::Requested, &reason)).await?;
    notices::tell_next(tx, case, &profile, &approval, step, NotificationKind::ApprovalRequested).await?;
    // The record has the plan itself.
    if !matches!(content, Content::HandlingPlan(_)) {
        tell(tx, &approval, CaseEntryKind::ApprovalRequested, None, &reason).await?;
    }

    let record = AuditRecord::new(AuditAction::ApprovalRequested, id)
        .of_case(case.id)
        .fact("state", approval.state)
        .fact("contentSha256", &approval.content_sha256)
        .fact("kind", kind)
        .fact("amount", approval.amount)
        .fact("cumulativeAmount", approval.cumulative_amount)
        .fact("tier", &approval.tier)
        .fact("requiredRole", approval.required_role)
        .reason(reason);
    Ok(Asked { approval, record: others.note(record) })
}
