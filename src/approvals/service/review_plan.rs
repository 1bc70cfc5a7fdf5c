//! Reviewing a plan: approved, back to the investigation or back to the draft (HK-5.4.4, HK-5.4.5). It is the decision on the
//! item that the submission asked for.

use super::decision::{Word, decide};
use crate::approvals::{policy, store};
use crate::cases;
use crate::cases::policy::has_nothing_to_review;
use crate::platform::access::Permission;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::CaseId;
use entity::plan::PlanVerdict;
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

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "reviewPlan", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let opinion = text::required("opinion", &self.opinion, text::PROSE)?;
        let case = cases::store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        has_nothing_to_review(tx.actor(), &case)?;
        policy::has(tx.actor(), Permission::PlanReview)?;
        let item = store::lock_plan_item(tx, case.id).await?;
        let record = decide(tx, &case, &item, Word::from_plan(self.verdict), opinion).await?;
        Ok(Done { output: case.id, record })
    }
}
