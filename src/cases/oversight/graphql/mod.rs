//! Oversight as a portal sees it.

pub mod abilities;
mod acknowledgement;
mod classification;
mod escalation;
mod evidence_transfer;
pub mod mutations;

pub use acknowledgement::{Acknowledgement, acknowledgement};
pub use classification::{Classification, ClassificationSuggestion, classifications, suggestion};
pub use escalation::{Escalation, escalations};
pub use evidence_transfer::{EvidenceTransfer, evidence_transfers};
pub use mutations::OversightMutations;

use super::loaders::OversightOf;
use crate::cases::entry::Detail;
use crate::cases::loaders::CaseLoader;
use crate::platform::error::Failure;
use crate::platform::loader::Batching;
use async_graphql::{Context, Result};
use entity::CaseId;
use entity::case_entry::{self, CaseEntryKind};

/// The entries of a case that oversight shows, of these kinds, in order.
async fn entries(ctx: &Context<'_>, case: CaseId, kinds: &[CaseEntryKind]) -> Result<Vec<(case_entry::Model, Detail)>> {
    let loader = ctx.data_unchecked::<Batching<CaseLoader>>();
    let entries = loader.load_one(OversightOf(case)).await?.unwrap_or_default();
    let wanted = entries.into_iter().filter(|entry| kinds.contains(&entry.kind));
    wanted
        .map(|entry| {
            let detail = serde_json::from_value(entry.detail.clone()).map_err(Failure::from)?;
            Ok((entry, detail))
        })
        .collect()
}
