//! The type `ApprovalExecution`.

use crate::identity::graphql::{Staff, person};
use crate::platform::access::inherits;
use crate::platform::money::Money;
use async_graphql::{Context, Description, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use entity::approval_execution;

/// A payment on an approval item (执行). Nothing of it is ever changed.
#[derive(Description)]
pub struct ApprovalExecution(pub approval_execution::Model);

#[Object(use_type_description)]
impl ApprovalExecution {
    #[graphql(directive = inherits::apply())]
    async fn voucher_number(&self) -> &str {
        &self.0.voucher_number
    }

    #[graphql(directive = inherits::apply())]
    async fn amount(&self) -> Money {
        Money::fen(self.0.amount)
    }

    /// Local day of the payment.
    #[graphql(directive = inherits::apply())]
    async fn executed_on(&self) -> NaiveDate {
        self.0.executed_on
    }

    /// SHA-256 of the content that was approved, and paid on.
    #[graphql(directive = inherits::apply())]
    async fn content_sha256(&self) -> &str {
        &self.0.content_sha256
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.recorded_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}
