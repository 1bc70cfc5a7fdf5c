//! Asking for an approval: the server works out excess, ratio and tier (HK-4.0, HK-4.1.5…HK-4.1.9).

use super::authority::work_out_authority;
use super::{CONTRACT_NUMBER, Checked, ContentInput, may_stand, tell};
use crate::approvals::{error, policy, store};
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
use entity::case_entry::CaseEntryKind;
use entity::{ApprovalId, CaseId};
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
    /// Why it is asked for.
    pub reason: String,
}

impl Command for RequestApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey<'_>>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "requestApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = cases::store::lock(tx, self.case_id.0).await?;
        policy::may_request(tx.actor(), &case)?;
        let requested_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people ask for approvals"))?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let Checked { content, surrender, contract_number } = self.content.check(tx, &case)?;
        let rules = profile.approvals.get(&content.kind()).ok_or_else(|| error::kind_not_allowed(content.kind()))?;
        may_stand(tx, &case, &surrender, None).await?;
        let tier = policy::tier(rules, surrender.excess(), &surrender);
        let tier = tier.ok_or_else(|| Failure::internal("an item has no tier"))?;
        let required_role = policy::required_role(&profile.authority, tier, &tx.actor().roles)?;

        let id: ApprovalId = tx.id();
        let row = approval::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            kind: Set(content.kind()),
            state: Set(ApprovalState::Pending),
            version: Set(1),
            revision: Set(1),
            content: Set(serde_json::to_value(&content)?),
            content_sha256: Set(content.sha256()?),
            contract_number_sealed: Set(tx.vault().seal(CONTRACT_NUMBER, id, &contract_number)?),
            contract_number_index: Set(surrender.contract.clone()),
            reason: Set(reason.clone()),
            excess: Set(surrender.excess()),
            cumulative_excess: Set(surrender.excess()),
            tier: Set(tier.name.clone()),
            required_role: Set(required_role),
            rule: Set(policy::rule_of(tier, required_role)),
            requested_by: Set(requested_by),
            requested_at: Set(tx.now()),
            updated_at: Set(tx.now()),
            ..Default::default()
        };
        approval::Entity::insert(row).exec_without_returning(tx.db()).await?;
        let others = work_out_authority(tx, case.id, &surrender.contract, &profile, id).await?;
        let approval = store::by_id(tx, id).await?;
        let step =
            store::NewStep { act: ApprovalAct::Requested, acted_as: None, above_tier: false, opinion: reason.clone() };
        store::insert_step(tx, &approval, step).await?;
        tell(tx, &approval, CaseEntryKind::ApprovalRequested, None, &reason).await?;

        let record = AuditRecord::new(AuditAction::ApprovalRequested, id)
            .of_case(case.id)
            .fact("state", approval.state)
            .fact("contentSha256", &approval.content_sha256)
            .fact("excess", approval.excess)
            .fact("cumulativeExcess", approval.cumulative_excess)
            .fact("tier", &approval.tier)
            .fact("requiredRole", approval.required_role)
            .reason(reason);
        Ok(Done { output: id, record: others.note(record) })
    }
}
