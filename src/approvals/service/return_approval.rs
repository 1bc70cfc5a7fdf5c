//! Sending an item back to the person who asked, to be amended: neither yes nor no (退回).

use super::authority::work_out_authority;
use super::{notices, opinion, tell, worked_out};
use crate::approvals::authority::Act;
use crate::approvals::policy;
use crate::approvals::store::{self, NewStep, Together};
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

/// Send an item back to the person who asked.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReturnApprovalInput")]
pub struct ReturnApproval {
    /// Any text of yours, new for each return. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
    /// What is to be changed or added.
    pub opinion: String,
}

impl Command for ReturnApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey<'_>>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "returnApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        policy::has(tx.actor(), Permission::ApprovalEndorse)?;
        let (inputs, outcome) = worked_out(tx, Act::Return, &case, &before, &profile).await?;
        let opinion = opinion(&self.opinion)?;

        let changes = approval::ActiveModel {
            state: Set(ApprovalState::Returned),
            endorsed_by: Set(None),
            endorsed_at: Set(None),
            ..Default::default()
        };
        let returned = store::update(tx, &before, changes).await?;
        let step = NewStep::with_authority(ApprovalAct::Returned, opinion.clone(), &inputs, &outcome)?;
        let step = store::insert_step(tx, &returned, step).await?;
        notices::tell_asker(tx, &case, &returned, step, NotificationKind::ApprovalReturned).await?;
        // It no longer counts towards its subject.
        let others = work_out_authority(tx, &case, Together::with(&returned), &profile, returned.id).await?;
        tell(tx, &returned, CaseEntryKind::ApprovalReturned, None, &opinion).await?;

        let record = AuditRecord::new(AuditAction::ApprovalReturned, returned.id)
            .of_case(case.id)
            .change("state", before.state, returned.state)
            .fact("contentSha256", &returned.content_sha256)
            .fact("actedAs", outcome.capacity.role)
            .reason(opinion);
        Ok(Done { output: returned.id, record: others.note(record) })
    }
}
