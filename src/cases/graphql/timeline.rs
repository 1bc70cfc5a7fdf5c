//! The handling record as a connection.

use super::case::Case;
use super::loader;
use crate::approvals::graphql::Approval;
use crate::cases::entry::{AllocationDetail, ApprovalDetail, Detail};
use crate::cases::loaders::{EntriesOf, EntryCountOf, TimelineOf};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::ids::NodeKey;
use crate::platform::page::{Connection, Cursor, Direction, Listed, Page, PageArgs, asks_for_total};
use async_graphql::{ComplexObject, Context, Description, ID, InputType, Object, Result, SelectionField};
use chrono::{DateTime, Utc};
use entity::CaseId;
use entity::case_entry::{self, CaseEntryKind};

/// An entry of the handling record (投诉处理记录表).
#[derive(Description)]
pub struct TimelineEntry(case_entry::Model);

#[Object(use_type_description)]
impl TimelineEntry {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> CaseEntryKind {
        self.0.kind
    }

    /// When it happened.
    #[graphql(directive = inherits::apply())]
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// When it was written down.
    #[graphql(directive = inherits::apply())]
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }

    /// Who did it; null when the system acted.
    #[graphql(directive = inherits::apply())]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.recorded_by?).await)
    }

    /// What is particular to the kind.
    #[graphql(directive = inherits::apply())]
    async fn detail(&self) -> Result<Detail> {
        serde_json::from_value(self.0.detail.clone())
            .map_err(|error| crate::platform::error::Failure::from(error).into())
    }
}

#[Object(use_type_description)]
impl AllocationDetail {
    /// Who handles the case from here on.
    #[graphql(directive = inherits::apply())]
    async fn handler(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.handler_id).await
    }
}

#[ComplexObject]
impl ApprovalDetail {
    /// The item, as it is now.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn approval(&self, ctx: &Context<'_>) -> Option<Result<Approval>> {
        Approval::find(ctx, self.approval_id).await.transpose()
    }
}

/// The first page that a field asks for, if it asks for nothing else: it can be read with the case.
pub fn first_page(field: &SelectionField<'_>) -> Option<(Direction, u64)> {
    let mut args = PageArgs::default();
    let mut direction = Direction::default();
    for (name, value) in field.arguments().ok()? {
        match name.as_str() {
            "first" => args.first = InputType::parse(Some(value)).ok()?,
            "direction" => direction = InputType::parse(Some(value)).ok()?,
            _ => return None,
        }
    }
    Some((direction, args.check().ok()?.size))
}

/// A page of the handling record of a case.
pub async fn page(
    ctx: &Context<'_>,
    case: &Case,
    page: Page,
    direction: Direction,
) -> Result<Connection<TimelineEntry>> {
    let entries = match &case.0.timeline {
        Some(read) => read.clone(),
        None => {
            let key = TimelineOf { case: case.0.case.id, page, direction };
            loader(ctx).load_one(key).await?.unwrap_or_default()
        }
    };
    let total = match asks_for_total(ctx) {
        true => Some(loader(ctx).load_one(EntryCountOf(case.0.case.id)).await?.unwrap_or_default()),
        false => None,
    };
    let listed = Listed { rows: entries, total };
    Ok(page.connect(listed, |entry| Cursor::new(entry.occurred_at, entry.id), TimelineEntry))
}

/// The whole handling record of a case.
pub async fn all(ctx: &Context<'_>, case: CaseId) -> Result<Vec<case_entry::Model>> {
    Ok(loader(ctx).load_one(EntriesOf(case)).await?.unwrap_or_default())
}
