//! How much waits for the person who asks.

use crate::notifications::graphql as notifications;
use crate::platform::access::inherits;
use crate::tasks::graphql::{self as tasks, TaskCounts};
use async_graphql::{Context, Description, Object, Result};

/// How much waits for the person who asks. Each figure is counted only when it is asked for.
#[derive(Description)]
pub struct ViewerCounts;

#[Object(use_type_description)]
impl ViewerCounts {
    /// Notifications that you have not read yet.
    #[graphql(directive = inherits::apply())]
    async fn unread_notifications(&self, ctx: &Context<'_>) -> Result<i64> {
        notifications::count_unread(ctx).await
    }

    /// Open tasks; none for who sees no case.
    #[graphql(directive = inherits::apply())]
    async fn tasks(&self, ctx: &Context<'_>) -> Result<TaskCounts> {
        tasks::counts(ctx).await
    }
}
