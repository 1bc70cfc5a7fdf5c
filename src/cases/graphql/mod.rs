//! Cases as a portal sees them.

mod abilities;
pub mod allocation;
pub mod calendars;
mod case;
pub mod closure;
pub mod deadline;
mod evidence;
pub mod form;
pub mod mutations;
pub mod people;
mod plan;
mod queries;
pub mod recusal;
pub mod similar;
mod subscriptions;
mod team;
mod timeline;

pub use allocation::AllocationMutations;
pub use calendars::{CalendarMutations, CalendarQueries};
pub use case::Case;
pub use closure::ClosureMutations;
pub use deadline::DeadlineMutations;
pub use evidence::{Evidence, EvidenceMutations};
pub use mutations::{CaseMutations, run};
pub use people::PeopleMutations;
pub use queries::{CaseFilter, CaseOrder, CaseQueries};
pub use recusal::{RecusalMutations, viewer_may_decide};
pub use similar::{LinkMutations, SimilarCaseQueries};
pub use subscriptions::CaseSubscriptions;
pub use team::TeamQueries;
pub use timeline::TimelineEntry;

use crate::cases::loaders::CaseLoader;
use crate::platform::loader::Batching;
use async_graphql::Context;

fn loader<'a>(ctx: &Context<'a>) -> &'a Batching<CaseLoader> {
    ctx.data_unchecked::<Batching<CaseLoader>>()
}
