//! One execution of a subscription.

use super::hub::{Change, Listener};
use crate::platform::error::Failure;
use async_graphql::Context;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How far the changes of this organisation were announced: so many events of the audit log, in the order of sealing. Whoever
/// comes back with it is told of what happened after; what was not sealed yet may be told twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(pub i64);

impl Mark {
    /// Reads the argument `since`.
    pub fn given(since: &str) -> Result<Self, Failure> {
        let digits = (1..=18).contains(&since.len()) && since.bytes().all(|byte| byte.is_ascii_digit());
        let mark = digits.then(|| since.parse().ok()).flatten();
        mark.map(Self).ok_or_else(Self::unknown)
    }

    /// Not a mark that this organisation ever gave.
    pub fn unknown() -> Failure {
        Failure::bad_input(
            "since",
            "This is no mark of this server: load what is shown anew, and take the mark from there.",
        )
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a subscription is executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It has just been asked for.
    Opening,
    /// This was announced about its topics.
    Changes(Vec<Change>),
    /// More happened than was kept: whatever happened since then.
    Since(Mark),
}

/// What a resolver of a subscription knows of the round that it runs in.
pub struct Round {
    pub news: News,
    pub mark: Mark,
    pub listener: Listener,
    pub memory: Memory,
    rest: Mutex<Duration>,
}

/// What a subscription remembers from one round to the next: what it was last told, in a form of its own.
pub type Memory = Arc<Mutex<Option<String>>>;

impl Round {
    pub fn new(news: News, mark: Mark, listener: Listener, memory: Memory) -> Self {
        Self { news, mark, listener, memory, rest: Mutex::default() }
    }

    /// The round that is being resolved.
    pub fn of<'a>(ctx: &Context<'a>) -> &'a Self {
        ctx.data_unchecked::<Arc<Self>>()
    }

    /// The subscription is executed again when something is announced about this.
    pub fn listen(&self, topic: impl Into<Uuid>) {
        self.listener.listen(topic.into());
    }

    /// Whether this differs from what was remembered in the round before; from now on, it is remembered.
    pub fn is_new(&self, state: String) -> bool {
        let before = self.memory.lock().unwrap_or_else(PoisonError::into_inner).replace(state.clone());
        before.is_none_or(|before| before != state)
    }

    /// Whether something was announced that was written to this very thing.
    pub fn names(&self, subject: impl Into<Uuid>) -> bool {
        let subject = subject.into();
        matches!(&self.news, News::Changes(changes) if changes.iter().any(|change| change.subject == subject))
    }

    /// The next round comes no sooner.
    pub fn rest_for(&self, rest: Duration) {
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = rest;
    }

    pub fn rest(&self) -> Duration {
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when it must be looked for changes in the database: what `since` says at the opening, or what was not kept.
    pub fn looks_back_to(&self, since: Option<&str>) -> Result<Option<Mark>, Failure> {
        match &self.news {
            News::Opening => since.map(Mark::given).transpose(),
            News::Since(mark) => Ok(Some(*mark)),
            News::Changes(_) => Ok(None),
        }
    }
}
