//! Cases as a portal sees them.

mod abilities;
mod case;
mod deadline;
pub mod mutations;
mod plan;
mod queries;
mod timeline;

pub use case::Case;
pub use mutations::{CaseMutations, run};
pub use queries::{CaseFilter, CaseOrder, CaseQueries};
pub use timeline::TimelineEntry;

use crate::cases::loaders::CaseLoader;
use crate::platform::loader::Batching;
use async_graphql::Context;

fn loader<'a>(ctx: &Context<'a>) -> &'a Batching<CaseLoader> {
    ctx.data_unchecked::<Batching<CaseLoader>>()
}
