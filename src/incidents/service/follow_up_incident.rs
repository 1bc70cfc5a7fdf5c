//! What was found and done later about an incident (SG-16.7); what was recorded stays as it is.

use crate::incidents::{sealed, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{IncidentFollowUpId, IncidentId, incident_follow_up};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Say what was found or done later about an incident.
#[derive(InputObject, Serialize)]
#[graphql(name = "FollowUpIncidentInput")]
pub struct FollowUpIncident {
    /// Any text of yours, new for each follow-up. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub incident_id: Global<IncidentId>,
    /// What was found or done.
    pub text: String,
}

impl Command for FollowUpIncident {
    type Output = IncidentId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "followUpIncident", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<IncidentId>> {
        let text = text::required("text", &self.text, text::PROSE)?;
        let recorded_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people record incidents"))?;
        let incident = store::by_id(tx.db(), tx.actor(), self.incident_id.0).await?.ok_or(Failure::NotFound)?;
        let id: IncidentFollowUpId = tx.id();
        incident_follow_up::Entity::insert(incident_follow_up::ActiveModel {
            id: Set(id),
            incident_id: Set(incident.id),
            text_sealed: Set(tx.vault().system()?.seal(sealed::FOLLOW_UP, id, &text)?),
            recorded_by: Set(recorded_by),
            recorded_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        Ok(Done { output: incident.id, record: AuditRecord::new(AuditAction::IncidentFollowedUp, incident.id) })
    }
}
