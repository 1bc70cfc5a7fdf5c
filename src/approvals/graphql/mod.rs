//! Approval items as a portal sees them.

mod abilities;
mod approval;
mod bulk;
mod content;
mod execution;
mod explanation;
mod matrix;
pub mod mutations;
mod queries;
mod simulation;
mod step;
mod subscriptions;

pub use abilities::{may_request_approval, may_review_plan};
pub use approval::{Approval, of_case};
pub use mutations::ApprovalMutations;
pub use queries::{ApprovalFilter, ApprovalQueries};
pub use subscriptions::ApprovalSubscriptions;

use crate::approvals::loaders::ApprovalLoader;
use crate::platform::loader::Batching;
use async_graphql::Context;

fn loader<'a>(ctx: &Context<'a>) -> &'a Batching<ApprovalLoader> {
    ctx.data_unchecked::<Batching<ApprovalLoader>>()
}
