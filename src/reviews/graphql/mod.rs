//! Joint reviews as a portal sees them.

mod abilities;
mod attendee;
mod minutes;
pub mod mutations;
mod queries;
mod review;
mod subscriptions;

pub use abilities::may_request_joint_review;
pub use mutations::JointReviewMutations;
pub use queries::JointReviewQueries;
pub use review::{JointReview, of_case};
pub use subscriptions::JointReviewSubscriptions;

use crate::platform::loader::Batching;
use crate::reviews::loaders::JointReviewLoader;
use async_graphql::Context;

fn loader<'a>(ctx: &Context<'a>) -> &'a Batching<JointReviewLoader> {
    ctx.data_unchecked::<Batching<JointReviewLoader>>()
}
