//! Closing a case: by its handler, when nothing stands open on it (结案, HK-5.5.1).

use crate::cases::deadlines;
use crate::cases::entry::{ClosureDetail, Detail, NewEntry};
use crate::cases::open_work::OpenWorks;
use crate::cases::policy::{self, CaseAct};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseOutcome, CaseState, ClosureReason, ComplainantOpinion};
use entity::case_entry::CaseEntryKind;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Close a case that was replied to.
#[derive(InputObject, Serialize)]
#[graphql(name = "CloseCaseInput")]
pub struct CloseCaseInput {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    pub outcome: CaseOutcome,
    /// What the complainant says of the result.
    pub complainant_opinion: ComplainantOpinion,
    /// The result in words.
    pub result: String,
}

pub struct CloseCase {
    pub input: CloseCaseInput,
    pub open_works: OpenWorks,
}

impl Command for CloseCase {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let Self { input, open_works } = self;
        let result = text::required("result", &input.result, text::PROSE)?;
        let case = store::lock_version(tx, input.case_id.0, input.expected_version).await?;
        let open = open_works.of(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
        policy::may_conclude(CaseAct::Close, tx.actor(), &case, &open)?;

        let CloseCaseInput { outcome, complainant_opinion, .. } = *input;
        let changes = case::ActiveModel {
            state: Set(CaseState::Closed),
            closed_at: Set(Some(tx.now())),
            outcome: Set(Some(outcome)),
            complainant_opinion: Set(Some(complainant_opinion)),
            closure_reason: Set(Some(ClosureReason::Handled)),
            ..Default::default()
        };
        store::update(tx, &case, changes).await?;
        deadlines::conclude(tx, case.id).await?;
        let detail = Detail::Closure(ClosureDetail { outcome, complainant_opinion, result });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Closed, detail), tx.now()).await?;

        let record = AuditRecord::new(AuditAction::CaseClosed, case.id)
            .of_case(case.id)
            .change("state", case.state, CaseState::Closed)
            .fact("outcome", outcome)
            .fact("complainantOpinion", complainant_opinion);
        Ok(Done { output: case.id, record })
    }
}
