//! Reviewing a plan: approved, back to the investigation or back to the draft (HK-5.4.4, HK-5.4.5).

use crate::cases::entry::{Detail, NewEntry, PlanDetail};
use crate::cases::policy::{self, CaseAct};
use crate::cases::{error, recusal, store};
use crate::identity;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::CaseEntryKind;
use entity::plan::{self, PlanVerdict};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Review the submitted plan.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReviewPlanInput")]
pub struct ReviewPlan {
    /// Any text of yours, new for each review. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    pub verdict: PlanVerdict,
    /// Your opinion in words.
    pub opinion: String,
}

impl Command for ReviewPlan {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey<'_>>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "reviewPlan", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let opinion = text::required("opinion", &self.opinion, text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let plan = store::latest_plan(tx.db(), case.id).await?;
        let plan = plan.ok_or_else(|| error::wrong_state(CaseAct::ReviewPlan, case.state))?;
        let submitter_roles = identity::store::roles_of(tx.db(), plan.submitted_by.unwrap_or(plan.drafted_by)).await?;
        policy::may_review_plan(self.verdict, tx.actor(), &case, &plan, &submitter_roles, &profile)?;
        recusal::actor_may_decide(tx, &case).await?;

        let state = match self.verdict {
            PlanVerdict::Approve => CaseState::PlanApproved,
            PlanVerdict::Reinvestigate => CaseState::Investigating,
            PlanVerdict::Redraft => CaseState::PlanDraft,
        };
        plan::Entity::update(plan::ActiveModel {
            id: Set(plan.id),
            verdict: Set(Some(self.verdict)),
            opinion: Set(Some(opinion.clone())),
            reviewed_by: Set(tx.actor().staff_id()),
            reviewed_at: Set(Some(tx.now())),
            ..Default::default()
        })
        .exec(tx.db())
        .await?;
        store::update(tx, &case, case::ActiveModel { state: Set(state), ..Default::default() }).await?;
        let detail = PlanDetail { number: plan.number, verdict: Some(self.verdict), opinion: Some(opinion.clone()) };
        let entry = NewEntry::new(CaseEntryKind::PlanReviewed, Detail::Plan(detail));
        store::insert_entry(tx, case.id, entry, tx.now()).await?;

        let record = AuditRecord::new(AuditAction::PlanReviewed, plan.id)
            .of_case(case.id)
            .change("state", case.state, state)
            .fact("number", plan.number)
            .fact("verdict", self.verdict)
            .reason(opinion);
        Ok(Done { output: case.id, record })
    }
}
