//! How many tasks wait for the person who asks: numbers beside the menu of a portal.

use crate::platform::access::inherits;
use crate::platform::scope::Scope;
use crate::tasks::TaskKind;
use crate::tasks::store::{self, Tasks};
use async_graphql::{Context, Result, SimpleObject};

/// How many tasks there are.
#[derive(SimpleObject)]
pub struct TaskCounts {
    #[graphql(directive = inherits::apply())]
    open: i64,
    /// Of these, how many with a deadline that has passed.
    #[graphql(directive = inherits::apply())]
    overdue: i64,
    /// By what is to be done; kinds of which there is none are left out.
    #[graphql(directive = inherits::apply())]
    by_kind: Vec<TaskCount>,
}

/// How many tasks of a kind there are.
#[derive(SimpleObject)]
pub struct TaskCount {
    #[graphql(directive = inherits::apply())]
    kind: TaskKind,
    #[graphql(directive = inherits::apply())]
    open: i64,
    /// Of these, how many with a deadline that has passed.
    #[graphql(directive = inherits::apply())]
    overdue: i64,
}

impl From<store::TaskCount> for TaskCount {
    fn from(store::TaskCount { kind, tasks, overdue }: store::TaskCount) -> Self {
        Self { kind, open: tasks, overdue }
    }
}

/// The open tasks of the person who asks; none for who sees no case.
pub async fn counts(ctx: &Context<'_>) -> Result<TaskCounts> {
    let scope = Scope::of(ctx);
    let db = scope.db.read(&scope.actor);
    let now = scope.clock.now();
    let counts = Tasks::of(db, &scope.actor, now).await?.counts(db, None, now).await?;
    Ok(TaskCounts {
        open: counts.iter().map(|count| count.tasks).sum(),
        overdue: counts.iter().map(|count| count.overdue).sum(),
        by_kind: counts.into_iter().map(TaskCount::from).collect(),
    })
}
