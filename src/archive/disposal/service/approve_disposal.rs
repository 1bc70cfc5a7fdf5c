//! Somebody else agrees to a disposal, after saying again who they are (SG-13.6).

use super::{holds, to_decide};
use crate::archive::disposal::{error, store};
use crate::archive::retention;
use crate::identity::tokens::{ConfirmedAction, Tokens};
use crate::platform::access::Who;
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
use std::sync::Arc;

/// Agree to a disposal. Its files are then disposed of one after the other; a legal hold that is placed before a file's turn
/// keeps it.
#[derive(InputObject, Serialize)]
#[graphql(name = "ApproveDisposalInput")]
pub struct ApproveDisposalInput {
    /// Any text of yours, new for each decision. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub disposal_id: Global<DisposalId>,
    /// The `version` of the disposal that you saw.
    pub expected_version: i32,
    /// The `token` of `confirmIdentity` for the action APPROVE_DISPOSAL.
    // A new proof for the same decision is the same decision.
    #[serde(skip)]
    pub proof: String,
    /// For those who read it later: name nobody. 10 000 characters at most.
    pub opinion: Option<String>,
}

pub struct ApproveDisposal {
    pub input: ApproveDisposalInput,
    pub tokens: Arc<Tokens>,
}

impl Command for ApproveDisposal {
    type Output = DisposalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.input.idempotency_key, "approveDisposal", &self.input))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<DisposalId>> {
        let opinion = text::optional("opinion", self.input.opinion.as_deref(), text::PROSE)?;
        let (found, by) = to_decide(tx, self.input.disposal_id.0, self.input.expected_version).await?;
        let files: Vec<_> =
            store::items(tx.db(), &[found.id]).await?.iter().map(|(item, _)| item.archive_file_id).collect();
        for keeping in retention::store::keeping(tx.db(), &files).await?.values() {
            holds(tx, keeping, |retention| retention.approver).await?;
        }
        if !self.confirmed(tx) {
            return Err(error::not_confirmed().into());
        }
        let changed = disposal::ActiveModel {
            id: Set(found.id),
            version: Set(found.version + 1),
            state: Set(DisposalState::Approved),
            decided_by: Set(Some(by)),
            decided_at: Set(Some(tx.now())),
            opinion: Set(opinion.clone()),
            ..Default::default()
        };
        changed.update(tx.db()).await?;
        let mut record = AuditRecord::new(AuditAction::DisposalApproved, found.id)
            .change("state", found.state, DisposalState::Approved)
            .fact("files", files.len());
        if let Some(opinion) = opinion {
            record = record.reason(opinion);
        }
        Ok(Done { output: found.id, record })
    }
}

impl ApproveDisposal {
    fn confirmed(&self, tx: &Tx) -> bool {
        let Who::Staff { id, session_id, .. } = tx.actor().who else { return false };
        self.tokens.is_proof(&self.input.proof, id, session_id, ConfirmedAction::ApproveDisposal)
    }
}
