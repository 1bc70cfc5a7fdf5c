//! Amending an item: the tier is worked out anew, and what was endorsed or decided is void (HK-4.1.8, HK-4.10).

use super::authority::work_out_authority;
use super::request_approval::named;
use super::{may_stand, notices, sealed, tell, waiting_again};
use crate::approvals::basis::{Basis, Named, bound_sha256};
use crate::approvals::error;
use crate::approvals::kinds::{Asking, Checked, ContentInput};
use crate::approvals::policy::Item;
use crate::approvals::store::{self, NewStep, Together};
use crate::cases::deadlines;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::approval;
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{ApprovalId, EvidenceId, JointReviewId};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Change what an item asks for. Whatever was endorsed or decided before is void then.
#[derive(InputObject, Serialize)]
#[graphql(name = "AmendApprovalInput")]
pub struct AmendApproval {
    /// Any text of yours, new for each amendment. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
    /// Of the kind that the item is.
    pub content: ContentInput,
    /// The evidence that it rests on, of that of the case; all of it as it now is, if none is named.
    pub evidence_ids: Option<Vec<Global<EvidenceId>>>,
    /// A joint review on the case that it cites, with its record filed. It takes the place of no approval (HK-7.7).
    pub joint_review_id: Option<Global<JointReviewId>>,
    /// Why it is changed.
    pub reason: String,
}

impl Command for AmendApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "amendApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        Item { approval: &before, case: &case }.may_amend(tx.actor())?;
        let Checked { content, contract_number } = self.content.check(&Asking { tx, case: &case }).await?;
        if content.kind() != before.kind {
            return Err(error::another_kind(before.kind).into());
        }
        may_stand(tx, &case, &content, before.id).await?;
        let measures = content.measures();
        let evidence = named(self.evidence_ids.as_deref())?;
        let joint_review = self.joint_review_id.as_ref().map(|review| review.0);
        let basis = Basis::now(tx, &case, Named { evidence: evidence.as_deref(), joint_review }).await?;

        let changes = approval::ActiveModel {
            content: Set(serde_json::to_value(&content)?),
            basis: Set(Some(serde_json::to_value(&basis)?)),
            content_sha256: Set(bound_sha256(&content, &basis)?),
            contract_number_sealed: Set(sealed(tx, before.case_id, before.id, contract_number.as_deref()).await?),
            subject_index: Set(content.subject().map(str::to_owned)),
            reason: Set(reason.clone()),
            // Who has taken the case over asks in person: the rank that decides is above theirs (HK-4.8).
            requested_by: tx.actor().staff_id().map_or_else(Default::default, Set),
            amount: Set(measures.amount),
            cumulative_amount: Set(measures.amount),
            ..waiting_again(&before)
        };
        store::update(tx, &before, changes).await?;
        deadlines::cease(tx, case.id, StartEvent::ApprovalDecided, before.id).await?;
        let together = Together { case: case.id, kind: before.kind, subject: content.subject() };
        let mut others = work_out_authority(tx, &case, together, &profile, before.id).await?;
        if together != Together::with(&before) {
            others = others.and(work_out_authority(tx, &case, Together::with(&before), &profile, before.id).await?);
        }
        let approval = store::by_id(tx, before.id).await?;
        let step = store::insert_step(tx, &approval, NewStep::plain(ApprovalAct::Amended, &reason)).await?;
        notices::tell_of_void(tx, &before, step).await?;
        notices::tell_next(tx, &case, &profile, &approval, step, NotificationKind::ApprovalRequested).await?;
        tell(tx, &approval, CaseEntryKind::ApprovalAmended, None, &reason).await?;

        let record = AuditRecord::new(AuditAction::ApprovalAmended, approval.id)
            .of_case(case.id)
            .change("state", before.state, approval.state)
            .change("revision", before.revision, approval.revision)
            .change("contentSha256", &before.content_sha256, &approval.content_sha256)
            .change("amount", before.amount, approval.amount)
            .change("tier", &before.tier, &approval.tier)
            .reason(reason);
        Ok(Done { output: approval.id, record: others.note(record) })
    }
}
