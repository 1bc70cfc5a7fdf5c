//! Important problems and good suggestions, and to whom they were reported (HK-5.7).

use crate::cases;
use crate::cases::error::time_not_allowed;
use crate::lessons::policy;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::suggestion::{self, SuggestionKind};
use entity::{CaseId, SuggestionId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Record an issue or a suggestion that a complaint brought up, and to whom it was reported.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordSuggestionInput")]
pub struct RecordSuggestion {
    /// Any text of yours, new for each record. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    pub kind: SuggestionKind,
    pub text: String,
    /// The post or department that was told.
    pub reported_to: String,
    /// When it was: now, if no time is given.
    pub reported_at: Option<DateTime<Utc>>,
}

impl Command for RecordSuggestion {
    type Output = SuggestionId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "recordSuggestion", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<SuggestionId>> {
        let text = text::required("text", &self.text, text::PROSE)?;
        let reported_to = text::required("reportedTo", &self.reported_to, text::LINE)?;
        let recorded_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people make suggestions"))?;
        let case = cases::store::lock(tx, self.case_id.0).await?;
        policy::may_suggest(tx.actor())?;
        let reported_at = instant::given("reportedAt", self.reported_at)?.unwrap_or(tx.now());
        if !(case.received_at..=tx.now()).contains(&reported_at) {
            return Err(time_not_allowed("HK-5.7", "reportedAt").into());
        }

        let id: SuggestionId = tx.id();
        suggestion::Entity::insert(suggestion::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            kind: Set(self.kind),
            text: Set(text),
            reported_to: Set(reported_to.clone()),
            reported_at: Set(reported_at),
            recorded_by: Set(recorded_by),
            recorded_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::SuggestionRecorded, id)
            .of_case(case.id)
            .fact("kind", self.kind)
            .fact("reportedTo", reported_to)
            .fact("reportedAt", reported_at);
        Ok(Done { output: id, record })
    }
}
