//! Somebody else does not agree to a disposal: its files stay.

use super::to_decide;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::DisposalId;
use entity::audit_event::AuditAction;
use entity::disposal::{self, DisposalState};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Do not agree to a disposal. Its files may be proposed again.
#[derive(InputObject, Serialize)]
#[graphql(name = "RejectDisposalInput")]
pub struct RejectDisposal {
    /// Any text of yours, new for each decision. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub disposal_id: Global<DisposalId>,
    /// The `version` of the disposal that you saw.
    pub expected_version: i32,
    /// Why, for those who read it later: name nobody. 10 000 characters at most.
    pub opinion: String,
}

impl Command for RejectDisposal {
    type Output = DisposalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "rejectDisposal", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<DisposalId>> {
        let opinion = text::required("opinion", &self.opinion, text::PROSE)?;
        let (found, by) = to_decide(tx, self.disposal_id.0, self.expected_version).await?;
        let changed = disposal::ActiveModel {
            id: Set(found.id),
            version: Set(found.version + 1),
            state: Set(DisposalState::Rejected),
            decided_by: Set(Some(by)),
            decided_at: Set(Some(tx.now())),
            opinion: Set(Some(opinion.clone())),
            ..Default::default()
        };
        changed.update(tx.db()).await?;
        let record = AuditRecord::new(AuditAction::DisposalRejected, found.id)
            .change("state", found.state, DisposalState::Rejected)
            .reason(opinion);
        Ok(Done { output: found.id, record })
    }
}
