//! Drafting a handling plan (处理方案, HK-5.4.3). A draft may be incomplete and written before everything is found: what T2.2 row
//! 18 asks for (findings, statements, who is responsible) is asked for when the draft is submitted, where HK-2.1 and HK-5.4.1
//! want it refused by name. Nothing is reviewed, paid or replied on a draft.

use crate::cases::entry::{Detail, NewEntry, PlanDetail};
use crate::cases::policy::{self, CaseAct};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, PlanId, plan};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Draft a handling plan. Each draft is kept; the last one counts.
#[derive(InputObject, Serialize)]
#[graphql(name = "DraftPlanInput")]
pub struct DraftPlan {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// What the plan rests on: contract, law, regulation.
    pub basis: Option<String>,
    /// What is to be done for the complainant.
    pub proposal: Option<String>,
}

impl Command for DraftPlan {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let basis = text::optional("basis", self.basis.as_deref(), text::PROSE)?;
        let proposal = text::optional("proposal", self.proposal.as_deref(), text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        policy::may_handle(CaseAct::DraftPlan, tx.actor(), &case)?;
        let drafted_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people draft plans"))?;

        let number = store::latest_plan(tx.db(), case.id).await?.map_or(1, |latest| latest.number + 1);
        let id: PlanId = tx.id();
        plan::Entity::insert(plan::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            number: Set(number),
            basis: Set(basis),
            proposal: Set(proposal),
            drafted_by: Set(drafted_by),
            drafted_at: Set(tx.now()),
            ..Default::default()
        })
        .exec_without_returning(tx.db())
        .await?;
        let drafting = case::ActiveModel { state: Set(CaseState::PlanDraft), ..Default::default() };
        store::update(tx, &case, drafting).await?;
        let detail = Detail::Plan(PlanDetail { number, verdict: None, opinion: None });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::PlanDrafted, detail), tx.now()).await?;

        let record = AuditRecord::new(AuditAction::PlanDrafted, id)
            .of_case(case.id)
            .change("state", case.state, CaseState::PlanDraft)
            .fact("number", number);
        Ok(Done { output: case.id, record })
    }
}
