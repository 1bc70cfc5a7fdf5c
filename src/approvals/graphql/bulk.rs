//! What became of the items of one `decideApprovals`.

use super::approval::Approval;
use crate::approvals::service::decide_approvals::Decided;
use crate::platform::access::inherits;
use crate::platform::ids::NodeKey;
use crate::platform::refusal::Refusal;
use async_graphql::{Context, Description, ID, Object, Result};

/// What the mutation did.
#[derive(Description)]
pub struct DecideApprovalsPayload(pub Vec<Decided>);

#[Object(use_type_description)]
impl DecideApprovalsPayload {
    /// One for each item of the input, in its order.
    #[graphql(directive = inherits::apply())]
    async fn results(&self) -> Vec<DecideApprovalResult<'_>> {
        self.0.iter().map(DecideApprovalResult).collect()
    }

    /// Always empty: each result has its own.
    #[graphql(directive = inherits::apply())]
    async fn refusals(&self) -> Vec<Refusal> {
        Vec::new()
    }
}

/// What became of one item.
#[derive(Description)]
pub struct DecideApprovalResult<'a>(&'a Decided);

#[Object(use_type_description)]
impl DecideApprovalResult<'_> {
    #[graphql(directive = inherits::apply())]
    async fn approval_id(&self) -> ID {
        self.0.approval.global()
    }

    /// The item as it now is; null when nothing was done.
    #[graphql(directive = inherits::apply())]
    async fn approval(&self, ctx: &Context<'_>) -> Option<Result<Approval>> {
        if !self.0.refusals.is_empty() {
            return None;
        }
        Approval::find(ctx, self.0.approval).await.transpose()
    }

    /// Why it was not decided; empty when it was. OBJECT_NOT_FOUND, OBJECT_CHANGED and INPUT_NOT_ALLOWED stand for the errors
    /// NOT_FOUND, CONFLICT and BAD_USER_INPUT of `decideApproval`.
    #[graphql(directive = inherits::apply())]
    async fn refusals(&self) -> &[Refusal] {
        &self.0.refusals
    }
}
