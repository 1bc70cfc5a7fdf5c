//! The mark that subscriptions begin at.

use crate::platform::access::access;
use crate::platform::live::Hub;
use async_graphql::{Context, Object};
use std::sync::Arc;

#[derive(Default)]
pub struct ChangeQueries;

#[Object]
impl ChangeQueries {
    /// Where changes stand now, as `since` of a subscription. Ask for it in the request that loads what is shown, and subscribe with it: whatever
    /// changes after that request is then told, also what changes before the subscription begins.
    #[graphql(directive = access::apply(vec![]))]
    async fn change_mark(&self, ctx: &Context<'_>) -> String {
        ctx.data_unchecked::<Arc<Hub>>().mark().to_string()
    }
}
