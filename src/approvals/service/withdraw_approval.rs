//! Taking an item back before it is decided.

use super::authority::work_out_authority;
use super::tell;
use crate::approvals::policy::Item;
use crate::approvals::store::{self, NewStep, Together};
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

/// Take an item back that nobody has decided.
#[derive(InputObject, Serialize)]
#[graphql(name = "WithdrawApprovalInput")]
pub struct WithdrawApproval {
    /// Any text of yours, new for each withdrawal. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
    /// Why it is taken back.
    pub reason: String,
}

impl Command for WithdrawApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "withdrawApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        Item { approval: &before, case: &case }.may_withdraw(tx.actor())?;

        let changes = approval::ActiveModel { state: Set(ApprovalState::Withdrawn), ..Default::default() };
        let withdrawn = store::update(tx, &before, changes).await?;
        store::insert_step(tx, &withdrawn, NewStep::plain(ApprovalAct::Withdrawn, &reason)).await?;
        let others = work_out_authority(tx, &case, Together::with(&withdrawn), &profile, withdrawn.id).await?;
        tell(tx, &withdrawn, CaseEntryKind::ApprovalWithdrawn, None, &reason).await?;

        let record = AuditRecord::new(AuditAction::ApprovalWithdrawn, withdrawn.id)
            .of_case(case.id)
            .change("state", before.state, withdrawn.state)
            .reason(reason);
        Ok(Done { output: withdrawn.id, record: others.note(record) })
    }
}
