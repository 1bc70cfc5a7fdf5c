//! Recording a leak, a loss or abuse: what happened, who answers for it, what was done (SG-16.7).

use crate::incidents::{error, sealed};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::IncidentId;
use entity::audit_event::AuditAction;
use entity::incident::{self, IncidentKind};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Record a leak, a loss or abuse of confidential material.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordIncidentInput")]
pub struct RecordIncident {
    /// Any text of yours, new for each incident. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub kind: IncidentKind,
    /// When it happened; not in the future.
    pub occurred_at: DateTime<Utc>,
    /// What happened.
    pub account: String,
    /// Who is directly responsible, and which head answers for them.
    pub persons: String,
    /// What was done about it, if anything was by now; `followUpIncident` says what came later.
    pub measure: Option<String>,
}

impl Command for RecordIncident {
    type Output = IncidentId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "recordIncident", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<IncidentId>> {
        let account = text::required("account", &self.account, text::PROSE)?;
        let persons = text::required("persons", &self.persons, text::PROSE)?;
        let measure = text::optional("measure", self.measure.as_deref(), text::PROSE)?;
        let occurred_at = instant::given("occurredAt", Some(self.occurred_at))?.unwrap_or(tx.now());
        if occurred_at > tx.now() {
            return Err(error::in_the_future().into());
        }
        let recorded_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people record incidents"))?;
        let id: IncidentId = tx.id();
        let key = tx.vault().system()?;
        let seal = |field, text: &str| key.seal(field, id, text);
        incident::Entity::insert(incident::ActiveModel {
            id: Set(id),
            kind: Set(self.kind),
            occurred_at: Set(occurred_at),
            account_sealed: Set(seal(sealed::ACCOUNT, &account)?),
            persons_sealed: Set(seal(sealed::PERSONS, &persons)?),
            measure_sealed: Set(measure.map(|measure| seal(sealed::MEASURE, &measure)).transpose()?),
            recorded_by: Set(recorded_by),
            recorded_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::IncidentRecorded, id).fact("kind", self.kind);
        Ok(Done { output: id, record: record.fact("occurredAt", occurred_at) })
    }
}
