//! Assistances as a portal sees them: that of the handler, and that of the department that helps.

mod abilities;
mod assistance;
pub mod mutations;
mod queries;

pub use assistance::{Assistance, of_case};
pub use mutations::AssistanceMutations;
pub use queries::{AssistanceFilter, AssistanceQueries};

use crate::assistance::loaders::AssistanceLoader;
use crate::platform::loader::Batching;
use async_graphql::Context;

fn loader<'a>(ctx: &Context<'a>) -> &'a Batching<AssistanceLoader> {
    ctx.data_unchecked::<Batching<AssistanceLoader>>()
}
