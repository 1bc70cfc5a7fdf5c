//! Submitting a plan for review: facts and liability are settled before the decision (HK-2.1, HK-5.4.4).

use crate::cases::entry::{Detail, NewEntry, PlanDetail};
use crate::cases::policy::{self, PlanGrounds};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::{self, CaseEntryKind, FindingKind, StatementParty};
use entity::{CaseId, plan};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
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
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        // A plan that was reviewed is history: what goes to review again is a new draft.
        let draft = store::latest_plan(tx.db(), case.id).await?.filter(|plan| plan.verdict.is_none());
        let grounds = grounds(&store::entries(tx.db(), &[case.id]).await?, draft.as_ref())?;
        policy::may_submit_plan(tx.actor(), &case, grounds)?;
        let draft = draft.ok_or_else(|| Failure::internal("a case with a drafted plan has no plan"))?;

        plan::Entity::update(plan::ActiveModel {
            id: Set(draft.id),
            submitted_by: Set(tx.actor().staff_id()),
            submitted_at: Set(Some(tx.now())),
            ..Default::default()
        })
        .exec(tx.db())
        .await?;
        let reviewing = case::ActiveModel { state: Set(CaseState::PlanReview), ..Default::default() };
        store::update(tx, &case, reviewing).await?;
        let detail = Detail::Plan(PlanDetail { number: draft.number, verdict: None, opinion: None });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::PlanSubmitted, detail), tx.now()).await?;

        let record = AuditRecord::new(AuditAction::PlanSubmitted, draft.id)
            .of_case(case.id)
            .change("state", case.state, CaseState::PlanReview)
            .fact("number", draft.number);
        Ok(Done { output: case.id, record })
    }
}

/// What the handling record and the draft give a plan to rest on.
pub fn grounds(entries: &[case_entry::Model], draft: Option<&plan::Model>) -> Result<PlanGrounds> {
    let mut grounds = PlanGrounds {
        basis_given: draft.is_some_and(|draft| draft.basis.is_some()),
        proposal_given: draft.is_some_and(|draft| draft.proposal.is_some()),
        ..PlanGrounds::default()
    };
    let telling = entries.iter().filter(|e| matches!(e.kind, CaseEntryKind::Statement | CaseEntryKind::Finding));
    for entry in telling {
        match serde_json::from_value(entry.detail.clone())? {
            Detail::Statement(statement) => grounds.complainant_heard |= statement.party == StatementParty::Complainant,
            Detail::Finding(finding) => match finding.finding {
                FindingKind::Fact => grounds.facts_found = true,
                FindingKind::Responsibility => grounds.responsibility_found = true,
            },
            _ => {}
        }
    }
    Ok(grounds)
}
