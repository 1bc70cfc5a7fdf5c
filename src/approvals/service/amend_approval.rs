//! Amending an item: the tier is worked out anew, and what was endorsed or decided is void (HK-4.1.8, HK-4.10).

use super::authority::work_out_authority;
use super::{CONTRACT_NUMBER, Checked, ContentInput, may_stand, tell};
use crate::approvals::policy::Item;
use crate::approvals::store;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::ApprovalId;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
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
    pub content: ContentInput,
    /// Why it is changed.
    pub reason: String,
}

impl Command for AmendApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey<'_>>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "amendApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        Item { approval: &before, case: &case, requester_roles: &[], profile: &profile }.may_amend(tx.actor())?;
        let Checked { content, surrender, contract_number } = self.content.check(tx, &case)?;
        may_stand(tx, &case, &surrender, Some(before.id)).await?;

        let changes = approval::ActiveModel {
            state: Set(ApprovalState::Pending),
            revision: Set(before.revision + 1),
            content: Set(serde_json::to_value(&content)?),
            content_sha256: Set(content.sha256()?),
            contract_number_sealed: Set(tx.vault().seal(CONTRACT_NUMBER, before.id, &contract_number)?),
            contract_number_index: Set(surrender.contract.clone()),
            reason: Set(reason.clone()),
            // Who has taken the case over asks in person: the rank that decides is above theirs (HK-4.8).
            requested_by: tx.actor().staff_id().map_or_else(Default::default, Set),
            excess: Set(surrender.excess()),
            endorsed_by: Set(None),
            endorsed_at: Set(None),
            decided_by: Set(None),
            decided_at: Set(None),
            ..Default::default()
        };
        store::update(tx, &before, changes).await?;
        let mut others = work_out_authority(tx, case.id, &surrender.contract, &profile, before.id).await?;
        if before.contract_number_index != surrender.contract {
            let left = work_out_authority(tx, case.id, &before.contract_number_index, &profile, before.id).await?;
            others = others.and(left);
        }
        let approval = store::by_id(tx, before.id).await?;
        let step =
            store::NewStep { act: ApprovalAct::Amended, acted_as: None, above_tier: false, opinion: reason.clone() };
        store::insert_step(tx, &approval, step).await?;
        tell(tx, &approval, CaseEntryKind::ApprovalAmended, None, &reason).await?;

        let record = AuditRecord::new(AuditAction::ApprovalAmended, approval.id)
            .of_case(case.id)
            .change("state", before.state, approval.state)
            .change("revision", before.revision, approval.revision)
            .change("contentSha256", &before.content_sha256, &approval.content_sha256)
            .change("excess", before.excess, approval.excess)
            .change("tier", &before.tier, &approval.tier)
            .reason(reason);
        Ok(Done { output: approval.id, record: others.note(record) })
    }
}
