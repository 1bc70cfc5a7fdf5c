//! Following a work list.

use super::counts::{TaskCounts, counts};
use super::task::{Task, tasks};
use crate::audit;
use crate::platform::access::{access, inherits};
use crate::platform::live::{News, Round, WORK};
use crate::platform::page::{Connection, PageArgs};
use crate::platform::scope::Scope;
use crate::tasks::TaskKind;
use crate::tasks::store::Tasks;
use async_graphql::futures_util::stream::{self, Stream};
use async_graphql::{Context, Description, Object, Result, Subscription};
use std::time::Duration;

/// A work list that changed.
#[derive(Description)]
pub struct TasksChanged {
    mark: String,
}

#[Object(use_type_description)]
impl TasksChanged {
    /// What waits for you now, as `viewer.tasks` lists it.
    #[graphql(directive = inherits::apply())]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        kinds: Option<Vec<TaskKind>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Task>> {
        tasks(ctx, kinds, PageArgs { first, after, last, before }).await
    }

    /// How much waits for you now.
    #[graphql(directive = inherits::apply())]
    async fn task_counts(&self, ctx: &Context<'_>) -> Result<TaskCounts> {
        counts(ctx).await
    }

    /// Where changes stand: `since` of the next subscription, when this one is interrupted.
    #[graphql(directive = inherits::apply())]
    async fn mark(&self) -> &str {
        &self.mark
    }
}

#[derive(Default)]
pub struct TaskSubscriptions;

/// Whatever happens anywhere may change a work list, so it is looked at once in a while.
const REST: Duration = Duration::from_secs(1);

#[Subscription]
impl TaskSubscriptions {
    /// Your work list, each time that something came, went or moved on it: at most once a second. With `since` (a `mark`, or
    /// `changeMark`) it is told at once.
    #[graphql(directive = access::apply(vec![]))]
    async fn tasks_changed(
        &self,
        ctx: &Context<'_>,
        since: Option<String>,
    ) -> Result<impl Stream<Item = TasksChanged>> {
        let round = Round::of(ctx);
        round.listen(WORK);
        round.rest_for(REST);
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let now = scope.clock.now();
        let is_other = round.is_new(Tasks::of(db, &scope.actor, now).await?.fingerprint(db, now).await?);
        let told = match round.news {
            News::Opening => audit::store::looks_back_to(db, round, since.as_deref()).await?.is_some(),
            News::Changes(_) | News::Since(_) => is_other,
        };
        Ok(stream::iter(told.then(|| TasksChanged { mark: round.mark.to_string() })))
    }
}
