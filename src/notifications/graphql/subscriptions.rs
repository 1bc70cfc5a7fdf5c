//! Being told.

use super::Notification;
use super::notification::count_unread;
use crate::audit;
use crate::notifications::store::{self, NotificationRead};
use crate::platform::access::{access, inherits};
use crate::platform::error::Failure;
use crate::platform::live::{News, Round};
use crate::platform::scope::Scope;
use async_graphql::futures_util::stream::{self, Stream};
use async_graphql::{ComplexObject, Context, Result, SimpleObject, Subscription};

/// Something that you were told of.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct NotificationAdded {
    #[graphql(directive = inherits::apply())]
    notification: Notification,
    /// Where changes stand: `since` of the next subscription, when this one is interrupted.
    #[graphql(directive = inherits::apply())]
    mark: String,
}

#[ComplexObject]
impl NotificationAdded {
    /// How many you have not read now, this one included.
    #[graphql(directive = inherits::apply())]
    async fn unread(&self, ctx: &Context<'_>) -> Result<i64> {
        count_unread(ctx).await
    }
}

/// Who was away for longer reads the list.
const MOST_MISSED: u64 = 1_000;

#[derive(Default)]
pub struct NotificationSubscriptions;

#[Subscription]
impl NotificationSubscriptions {
    /// Each notification as it is written for you. With `since` (a `mark`, or `changeMark`), first those that were written after that, the
    /// oldest first; the last of them may come twice, with the same id. More than 1 000 missed ones answer `BAD_USER_INPUT`: read
    /// `viewer.notifications` instead.
    #[graphql(directive = access::apply(vec![]))]
    async fn notification_added(
        &self,
        ctx: &Context<'_>,
        since: Option<String>,
    ) -> Result<impl Stream<Item = NotificationAdded>> {
        let round = Round::of(ctx);
        let scope = Scope::of(ctx);
        if let Some(me) = scope.actor.staff_id() {
            round.listen(me);
        }
        let read = written(scope, round, since.as_deref()).await?;
        let mark = round.mark.to_string();
        Ok(stream::iter(
            read.into_iter().map(move |read| NotificationAdded { notification: read.into(), mark: mark.clone() }),
        ))
    }
}

async fn written(scope: &Scope, round: &Round, since: Option<&str>) -> Result<Vec<NotificationRead>, Failure> {
    let db = scope.db.read(&scope.actor);
    let mine = store::visible_to(&scope.actor);
    let query = match audit::store::looks_back_to(db, round, since).await? {
        Some(mark) => store::since(mine, mark),
        None => match &round.news {
            News::Changes(changes) => {
                let events: Vec<_> = changes.iter().map(|change| change.event).collect();
                store::of_events(mine, db, &events)
            }
            News::Opening | News::Since(_) => return Ok(Vec::new()),
        },
    };
    let read = store::in_order(db, query, MOST_MISSED + 1).await?;
    if read.len() as u64 > MOST_MISSED {
        return Err(Failure::bad_input(
            "since",
            "More than 1 000 notifications were missed: read viewer.notifications.",
        ));
    }
    Ok(read)
}
