//! Following an approval item.

use super::Approval;
use crate::changes::has_news;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::Global;
use crate::platform::live::Round;
use async_graphql::futures_util::stream::{self, Stream};
use async_graphql::{Context, Result, SimpleObject, Subscription};
use entity::ApprovalId;

/// An approval item that changed.
#[derive(SimpleObject)]
pub struct ApprovalChanged {
    /// As it is now.
    #[graphql(directive = inherits::apply())]
    approval: Approval,
    /// Where changes stand: `since` of the next subscription, when this one is interrupted.
    #[graphql(directive = inherits::apply())]
    mark: String,
}

#[derive(Default)]
pub struct ApprovalSubscriptions;

#[Subscription]
impl ApprovalSubscriptions {
    /// The approval item, each time that something was done with it, or something done to its case changed it. With `since` (a `mark`, or
    /// `changeMark`) it is told at once if anything of its case changed after that. Ends with `NOT_FOUND` when it is not yours to
    /// see, or is no longer.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn approval_changed(
        &self,
        ctx: &Context<'_>,
        id: Global<ApprovalId>,
        since: Option<String>,
    ) -> Result<impl Stream<Item = ApprovalChanged>> {
        let round = Round::of(ctx);
        round.listen(id.0);
        let approval = Approval::find(ctx, id.0).await?.ok_or(Failure::NotFound)?;
        round.listen(approval.0.case_id);
        let concerned = round.concerns(id.0, approval.0.version.to_string());
        let told = has_news(ctx, round, approval.0.case_id, since.as_deref()).await? && concerned;
        Ok(stream::iter(told.then(|| ApprovalChanged { approval, mark: round.mark.to_string() })))
    }
}
