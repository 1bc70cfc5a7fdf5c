//! Submitting a plan: an item asks for the decision on it (HK-2.1, HK-5.4.4). What rests on an older plan is not what was
//! decided any more: it waits again, bound to the new one.

use super::request_approval::{Asked, ask};
use super::{notices, rebind};
use crate::approvals::basis::{Basis, Named, PlanVersion};
use crate::approvals::kinds::handling_plan::HandlingPlan;
use crate::approvals::kinds::{Checked, Content};
use crate::approvals::policy::{carries_out_a_plan, is_live};
use crate::approvals::store;
use crate::cases::{self, plans};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::notification::NotificationKind;
use entity::{ApprovalId, CaseId, approval};
use serde::Serialize;

/// Submit the last draft of the plan for review. The refusals name everything that is missing.
#[derive(InputObject, Serialize)]
#[graphql(name = "SubmitPlanInput")]
pub struct SubmitPlan {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
}

impl Command for SubmitPlan {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let case = cases::store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let plan = plans::submit(tx, &case).await?;
        let asked = HandlingPlan::of(&plan)?;
        let rebound = rest_on(tx, &case, &asked.version).await?;
        let checked = Checked { content: Content::HandlingPlan(asked), contract_number: None };
        let reason = plan.proposal.clone().unwrap_or_default();
        let Asked { approval, .. } = ask(tx, &case, checked, Named::default(), reason).await?;

        let record = AuditRecord::new(AuditAction::PlanSubmitted, plan.id)
            .of_case(case.id)
            .change("state", case.state, CaseState::PlanReview)
            .fact("number", plan.number)
            .fact("approval", approval.id)
            .fact("contentSha256", approval.content_sha256);
        let record = if rebound.is_empty() { record } else { record.fact("rebound", rebound) };
        Ok(Done { output: case.id, record })
    }
}

/// Every live item that rests on an older plan rests on this one now, and is decided anew; what was paid on stays.
async fn rest_on(tx: &Tx, case: &case::Model, plan: &PlanVersion) -> Result<Vec<ApprovalId>> {
    let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
    let mut rebound = Vec::new();
    for item in store::all_of_case(tx.db(), case.id).await? {
        let Some(basis) = rests_on_another(&item, plan)? else { continue };
        let basis = Basis { plan: Some(plan.clone()), ..basis };
        let (now, step) = rebind(tx, &item, &basis).await?;
        notices::tell_of_void(tx, &item, step).await?;
        notices::tell_next(tx, case, &profile, &now, step, NotificationKind::ApprovalRequested).await?;
        rebound.push(item.id);
    }
    Ok(rebound)
}

/// What an item rests on, if it is live, unpaid and bound to another plan.
fn rests_on_another(item: &approval::Model, plan: &PlanVersion) -> Result<Option<Basis>> {
    if !is_live(item.state) || item.executed_amount > 0 || !carries_out_a_plan(item.kind) {
        return Ok(None);
    }
    let Some(basis) = item.basis.clone() else { return Ok(None) };
    let basis: Basis = serde_json::from_value(basis)?;
    Ok(Some(basis).filter(|basis| basis.plan.as_ref().is_some_and(|bound| bound != plan)))
}
