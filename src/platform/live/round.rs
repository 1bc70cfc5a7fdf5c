//! One execution of a subscription.

use super::hub::{Change, Listener};
use crate::platform::error::Failure;
use async_graphql::Context;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    listener: Listener,
    /// In what state the last round that was told left the subscription, in a form of its own.
    before: Option<String>,
    now: Mutex<Option<String>>,
    rest: Mutex<Duration>,
}

impl Round {
    pub fn new(news: News, mark: Mark, listener: Listener, before: Option<String>) -> Self {
        Self { news, mark, listener, before, now: Mutex::default(), rest: Mutex::default() }
    }

    /// The round that is being resolved.
    pub fn of<'a>(ctx: &Context<'a>) -> &'a Self {
        ctx.data_unchecked::<Arc<Self>>()
    }

    /// The subscription is executed again when something is announced about this.
    pub fn listen(&self, topic: impl Into<Uuid>) {
        self.listener.listen(topic.into());
    }

    /// Whether this differs from the state that the last round left.
    pub fn is_new(&self, state: String) -> bool {
        let is_new = self.before.as_ref() != Some(&state);
        *locked(&self.now) = Some(state);
        is_new
    }

    /// What the next round compares with, once this one was told: of a round that came to nothing, nothing is remembered.
    pub fn state(&self) -> Option<String> {
        locked(&self.now).clone().or_else(|| self.before.clone())
    }

    /// Whether what was announced concerns this very thing: it was written to, or is in another state than before. Of what was not
    /// kept it is told rather once too often.
    pub fn concerns(&self, subject: impl Into<Uuid>, state: String) -> bool {
        let (subject, is_new) = (subject.into(), self.is_new(state));
        match &self.news {
            News::Changes(changes) => is_new || changes.iter().any(|change| change.subject == subject),
            News::Opening | News::Since(_) => true,
        }
    }

    /// The next round comes no sooner.
    pub fn rest_for(&self, rest: Duration) {
        *locked(&self.rest) = rest;
    }

    pub fn rest(&self) -> Duration {
        *locked(&self.rest)
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

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::live::Hub;

    /// What a round saw and could not tell is new to the next one, too.
    #[test]
    fn only_what_was_told_is_remembered() {
        let hub = Arc::new(Hub::default());
        let round = |before| Round::new(News::Since(Mark(0)), Mark(1), hub.listener(), before);
        let failed = round(None);
        assert!(failed.is_new("a".into()));
        let told = round(None);
        assert!(told.is_new("a".into()));
        let next = round(told.state());
        assert!(!next.is_new("a".into()));
        let another = round(next.state());
        assert!(another.is_new("b".into()));
        assert_eq!(round(Some("c".into())).state().as_deref(), Some("c"), "it did not say");
    }

    #[test]
    fn a_thing_is_concerned_by_what_names_it_and_by_what_changes_it() {
        let hub = Arc::new(Hub::default());
        let (this, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let round = |subject| {
            let news = News::Changes(vec![Change { event: Uuid::from_u128(9), subject }]);
            Round::new(news, Mark(1), hub.listener(), Some("1".into()))
        };
        assert!(round(this).concerns(this, "1".into()));
        assert!(!round(other).concerns(this, "1".into()));
        assert!(round(other).concerns(this, "2".into()));
    }

    #[test]
    fn a_mark_is_digits_and_nothing_else() {
        for given in ["0", "600", "999999999999999999"] {
            assert_eq!(Mark::given(given).unwrap().to_string(), given);
        }
        for given in ["", "-1", "+1", "1.5", " 1", "0x1", "１２", "1000000000000000000"] {
            assert!(Mark::given(given).is_err(), "{given}");
        }
    }
}
