//! Following a joint review.

use super::JointReview;
use crate::changes::has_news;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::Global;
use crate::platform::live::Round;
use async_graphql::futures_util::stream::{self, Stream};
use async_graphql::{Context, Result, SimpleObject, Subscription};
use entity::JointReviewId;

/// A joint review that changed.
#[derive(SimpleObject)]
pub struct MeetingChanged {
    /// As it is now.
    #[graphql(directive = inherits::apply())]
    joint_review: JointReview,
    /// Where changes stand: `since` of the next subscription, when this one is interrupted.
    #[graphql(directive = inherits::apply())]
    mark: String,
}

#[derive(Default)]
pub struct JointReviewSubscriptions;

#[Subscription]
impl JointReviewSubscriptions {
    /// The joint review (合议), each time that it was convened, answered, held, minuted or signed. With `since` (a `mark`, or `changeMark`) it is
    /// told at once if anything of its case changed after that. Ends with `NOT_FOUND` when it is not yours to see, or is no longer.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn meeting_changed(
        &self,
        ctx: &Context<'_>,
        id: Global<JointReviewId>,
        since: Option<String>,
    ) -> Result<impl Stream<Item = MeetingChanged>> {
        let round = Round::of(ctx);
        round.listen(id.0);
        let joint_review = JointReview::find(ctx, id.0).await?.ok_or(Failure::NotFound)?;
        let case = joint_review.case_id();
        // Until it is convened, its state is that of the approval item that asks for it.
        round.listen(case);
        let concerned = round.concerns(id.0, joint_review.fingerprint());
        let told = has_news(ctx, round, case, since.as_deref()).await? && concerned;
        Ok(stream::iter(told.then(|| MeetingChanged { joint_review, mark: round.mark.to_string() })))
    }
}
