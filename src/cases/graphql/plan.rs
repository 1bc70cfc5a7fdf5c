//! The type `Plan`.

use crate::identity::graphql::{Staff, person};
use crate::platform::access::inherits;
use crate::platform::ids::NodeKey;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::plan::{self, PlanVerdict};

/// A draft of the handling plan (处理方案). A reviewed draft is not touched again.
#[derive(Description)]
pub struct Plan(pub plan::Model);

#[Object(use_type_description)]
impl Plan {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Which draft of the case it is, counted from 1.
    #[graphql(directive = inherits::apply())]
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// What it rests on: contract, law, regulation.
    #[graphql(directive = inherits::apply())]
    async fn basis(&self) -> Option<&str> {
        self.0.basis.as_deref()
    }

    /// What is to be done for the complainant.
    #[graphql(directive = inherits::apply())]
    async fn proposal(&self) -> Option<&str> {
        self.0.proposal.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn drafted_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.drafted_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn drafted_at(&self) -> DateTime<Utc> {
        self.0.drafted_at
    }

    #[graphql(directive = inherits::apply())]
    async fn submitted_at(&self) -> Option<DateTime<Utc>> {
        self.0.submitted_at
    }

    /// What the reviewer said; null until then.
    #[graphql(directive = inherits::apply())]
    async fn verdict(&self) -> Option<PlanVerdict> {
        self.0.verdict
    }

    /// The reviewer's opinion in words.
    #[graphql(directive = inherits::apply())]
    async fn opinion(&self) -> Option<&str> {
        self.0.opinion.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn reviewed_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.reviewed_by?).await)
    }

    #[graphql(directive = inherits::apply())]
    async fn reviewed_at(&self) -> Option<DateTime<Utc>> {
        self.0.reviewed_at
    }
}
