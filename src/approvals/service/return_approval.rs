//! Sending an item back to the person who asked, to be amended: neither yes nor no (退回).

use super::decision::{Word, decide};
use super::opinion;
use crate::approvals::{policy, store};
use crate::platform::access::Permission;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::ApprovalId;
use serde::Serialize;

/// Send an item back to the person who asked.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReturnApprovalInput")]
pub struct ReturnApproval {
    /// Any text of yours, new for each return. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
    /// What is to be changed or added.
    pub opinion: String,
}

impl Command for ReturnApproval {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "returnApproval", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let (case, before) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        policy::has(tx.actor(), Permission::ApprovalEndorse)?;
        let record = decide(tx, &case, &before, Word::Return, opinion(&self.opinion)?).await?;
        Ok(Done { output: before.id, record })
    }
}
