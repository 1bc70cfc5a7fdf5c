//! The type `EvidenceTransfer`.

use super::entries;
use crate::cases::entry::{Detail, EvidenceTransferDetail, TransferredItem};
use crate::cases::graphql::Evidence;
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use async_graphql::{ComplexObject, Context, Description, Object, Result};
use chrono::{DateTime, Utc};
use entity::CaseId;
use entity::case_entry::{self, CaseEntryKind};

/// Evidence against an agent that went to the department that manages the agents (移交, HK-5.4.8).
#[derive(Description)]
pub struct EvidenceTransfer {
    entry: case_entry::Model,
    detail: EvidenceTransferDetail,
}

/// What was handed over of a case, the first transfer first.
pub async fn evidence_transfers(ctx: &Context<'_>, case: CaseId) -> Result<Vec<EvidenceTransfer>> {
    let found = entries(ctx, case, &[CaseEntryKind::EvidenceTransferred]).await?;
    let shown = found.into_iter().filter_map(|(entry, detail)| match detail {
        Detail::EvidenceTransfer(detail) => Some(EvidenceTransfer { entry, detail }),
        _ => None,
    });
    Ok(shown.collect())
}

#[Object(use_type_description)]
impl EvidenceTransfer {
    /// The department that got it.
    #[graphql(directive = inherits::apply())]
    async fn department(&self) -> &str {
        &self.detail.department
    }

    /// Who took it there.
    #[graphql(directive = inherits::apply())]
    async fn receiver(&self) -> &str {
        &self.detail.receiver
    }

    #[graphql(directive = inherits::apply())]
    async fn evidence(&self) -> &[TransferredItem] {
        &self.detail.evidence
    }

    #[graphql(directive = inherits::apply())]
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.entry.occurred_at
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.entry.recorded_by?).await)
    }
}

#[ComplexObject]
impl TransferredItem {
    /// The item of the case, for who may read its evidence; null for a thing that is no file.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn item(&self, ctx: &Context<'_>) -> Option<Result<Evidence>> {
        Evidence::load(ctx, self.evidence_id?).await.transpose()
    }
}
