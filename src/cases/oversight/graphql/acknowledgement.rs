//! The type `Acknowledgement`.

use super::entries;
use crate::cases::entry::{AcknowledgementDetail, Detail};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::inherits;
use async_graphql::{Context, Description, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use entity::CaseId;
use entity::case_entry::{self, CaseEntryKind, ContactMeans};

/// What the complainant was told when the complaint was taken up (HK-5.1.2).
#[derive(Description)]
pub struct Acknowledgement {
    entry: case_entry::Model,
    detail: AcknowledgementDetail,
}

/// How the complaint of a case was acknowledged.
pub async fn acknowledgement(ctx: &Context<'_>, case: CaseId) -> Result<Option<Acknowledgement>> {
    let found = entries(ctx, case, &[CaseEntryKind::Acknowledged]).await?.pop();
    Ok(match found {
        Some((entry, Detail::Acknowledgement(detail))) => Some(Acknowledgement { entry, detail }),
        _ => None,
    })
}

#[Object(use_type_description)]
impl Acknowledgement {
    /// When the complainant was told.
    #[graphql(directive = inherits::apply())]
    async fn at(&self) -> DateTime<Utc> {
        self.entry.occurred_at
    }

    #[graphql(directive = inherits::apply())]
    async fn means(&self) -> ContactMeans {
        self.detail.means
    }

    /// The day by which the complainant was promised to hear more; null where the policy promises none.
    #[graphql(directive = inherits::apply())]
    async fn promised_by(&self) -> Option<NaiveDate> {
        self.detail.promised_by
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.entry.recorded_by?).await)
    }
}
