//! Deciding an item: within one's authority, never one's own, once (HK-4.1.1…HK-4.1.4, HK-4.8…HK-4.11).

use super::decision::{Word, decide};
use super::{is_as_seen, opinion};
use crate::approvals::authority::is_undecided;
use crate::approvals::{policy, store};
use crate::platform::access::Permission;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::{Enum, InputObject};
use entity::ApprovalId;
use serde::Serialize;

/// What a decider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
pub enum ApprovalDecision {
    /// Yes (同意).
    Approve,
    /// No (不同意); the item can be amended and asked for again.
    Refuse,
}

/// Decide an item. A decision is final: it is never edited, and an item has one.
#[derive(InputObject, Serialize)]
#[graphql(name = "DecideApprovalInput")]
pub struct DecideApproval {
    /// Any text of yours, new for each decision. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
    /// The `contentSha256` of the item that you saw; what was amended since is a conflict, like another version.
    pub expected_content_sha256: Option<String>,
    pub decision: ApprovalDecision,
    /// Your opinion in words.
    pub opinion: String,
}

impl Command for DecideApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "decideApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        if !is_undecided(before.state) || !is_as_seen(&before, self.expected_content_sha256.as_deref()) {
            return Err(store::conflict(tx, &before, self.expected_version).await?);
        }
        policy::has(tx.actor(), Permission::ApprovalDecide)?;
        let word = match self.decision {
            ApprovalDecision::Approve => Word::Approve,
            ApprovalDecision::Refuse => Word::Refuse,
        };
        let record = decide(tx, &case, &before, word, opinion(&self.opinion)?).await?;
        Ok(Done { output: before.id, record })
    }
}
