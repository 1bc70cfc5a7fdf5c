//! Following a case.

use super::Case;
use crate::changes::has_news;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::Global;
use crate::platform::live::Round;
use async_graphql::futures_util::stream::{self, Stream};
use async_graphql::{Context, Result, SimpleObject, Subscription};
use entity::CaseId;

/// A case that changed.
#[derive(SimpleObject)]
pub struct CaseChanged {
    /// As it is now, with everything that hangs on it.
    #[graphql(directive = inherits::apply())]
    case: Case,
    /// Where changes stand: `since` of the next subscription, when this one is interrupted.
    #[graphql(directive = inherits::apply())]
    mark: String,
}

#[derive(Default)]
pub struct CaseSubscriptions;

#[Subscription]
impl CaseSubscriptions {
    /// The case, each time that it or anything of it has changed; changes that come close together are told once. With `since` (a `mark`, or
    /// `changeMark`) it is told at once if it changed after that. Ends with `NOT_FOUND` when it is not yours to see, or is no longer.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn case_changed(
        &self,
        ctx: &Context<'_>,
        id: Global<CaseId>,
        since: Option<String>,
    ) -> Result<impl Stream<Item = CaseChanged>> {
        let round = Round::of(ctx);
        round.listen(id.0);
        let case = Case::load(ctx, id.0).await?.ok_or(Failure::NotFound)?;
        let told = has_news(ctx, round, id.0, since.as_deref()).await?;
        Ok(stream::iter(told.then(|| CaseChanged { case, mark: round.mark.to_string() })))
    }
}
