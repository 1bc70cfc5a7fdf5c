//! Who listens to what, in this process.

use super::Mark;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

/// A committed write, by its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub event: Uuid,
    /// What was written.
    pub subject: Uuid,
}

/// A topic of everything that may put work on a list or take it off.
pub const WORK: Uuid = Uuid::max();
/// A topic of the rules: who may do what may have changed for everybody.
pub const RULES: Uuid = Uuid::nil();

/// A listener that fell so far behind is told so instead of what happened.
const MOST_WAITING: usize = 1_000;

/// Says that something was committed in this process, without saying what: writers wait for nothing.
#[derive(Clone, Debug, Default)]
pub struct Commits(Arc<Notify>);

impl Commits {
    pub fn tell(&self) {
        self.0.notify_one();
    }

    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

/// Whose time ends when: the instant, and the number of the slot.
type Ends = BTreeMap<(DateTime<Utc>, u64), Weak<Slot>>;

#[derive(Debug)]
pub struct Hub {
    pub commits: Commits,
    topics: Mutex<HashMap<Uuid, Vec<Weak<Slot>>>>,
    ends: Mutex<Ends>,
    /// How many leaves of the audit log were announced.
    sealed: AtomicI64,
    slots: AtomicU64,
    closing: watch::Sender<bool>,
}

/// What one listener has not heard yet.
#[derive(Debug)]
struct Slot {
    number: u64,
    waiting: Mutex<Waiting>,
    woken: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    changes: Vec<Change>,
    too_many: bool,
}

/// What a listener has missed since it looked last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Changes(Vec<Change>),
    /// Too much to be kept.
    TooMuch,
}

/// Listens to topics while it, or a copy of it, lives.
#[derive(Clone, Debug)]
pub struct Listener(Arc<Registration>);

#[derive(Debug)]
struct Registration {
    hub: Arc<Hub>,
    slot: Arc<Slot>,
    topics: Mutex<Vec<Uuid>>,
    end: Mutex<Option<DateTime<Utc>>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            commits: Commits::default(),
            topics: Mutex::default(),
            ends: Mutex::default(),
            sealed: AtomicI64::new(0),
            slots: AtomicU64::new(0),
            closing: watch::Sender::new(false),
        }
    }
}

impl Hub {
    pub fn listener(self: &Arc<Self>) -> Listener {
        let number = self.slots.fetch_add(1, Ordering::Relaxed);
        let slot = Arc::new(Slot { number, waiting: Mutex::default(), woken: Notify::new() });
        let (topics, end) = (Mutex::default(), Mutex::default());
        Listener(Arc::new(Registration { hub: Arc::clone(self), slot, topics, end }))
    }

    /// Tells everybody who listens to one of these topics, once.
    pub fn announce(&self, change: Change, topics: impl IntoIterator<Item = Uuid>) {
        let listeners = locked(&self.topics);
        let slots = topics.into_iter().filter_map(|topic| listeners.get(&topic)).flatten();
        let mut slots: Vec<Arc<Slot>> = slots.filter_map(Weak::upgrade).collect();
        drop(listeners);
        // Whoever listens to several of the topics may hear, and be done, between two of them.
        slots.sort_unstable_by_key(|slot| slot.number);
        slots.dedup_by_key(|slot| slot.number);
        for slot in slots {
            slot.hear(change);
        }
    }

    /// Everything up to here was announced.
    pub fn announced_up_to(&self, mark: Mark) {
        self.sealed.store(mark.0, Ordering::Release);
    }

    /// What was announced for certain; read it before what was heard.
    pub fn mark(&self) -> Mark {
        Mark(self.sealed.load(Ordering::Acquire))
    }

    /// Wakes whoever may listen until now.
    pub fn wake_ended(&self, now: DateTime<Utc>) {
        let mut ends = locked(&self.ends);
        while let Some(first) = ends.first_entry().filter(|first| first.key().0 <= now) {
            if let Some(slot) = first.remove().upgrade() {
                slot.woken.notify_one();
            }
        }
    }

    /// Ends everything that listens: the server stops.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Returns when the server stops.
    pub async fn closing(&self) {
        let mut closing = self.closing.subscribe();
        // The sender is ours: it is there as long as we are.
        let _ = closing.wait_for(|closing| *closing).await;
    }
}

impl Slot {
    fn hear(&self, change: Change) {
        let mut waiting = locked(&self.waiting);
        if waiting.changes.len() >= MOST_WAITING {
            *waiting = Waiting { changes: Vec::new(), too_many: true };
        } else if !waiting.too_many {
            waiting.changes.push(change);
        }
        drop(waiting);
        self.woken.notify_one();
    }
}

impl Listener {
    /// From here on, it hears of what is announced about this. Said again, it changes nothing.
    pub fn listen(&self, topic: Uuid) {
        let mut own = locked(&self.0.topics);
        if !own.contains(&topic) {
            own.push(topic);
            locked(&self.0.hub.topics).entry(topic).or_default().push(Arc::downgrade(&self.0.slot));
        }
    }

    /// It is woken at this instant.
    pub fn listen_until(&self, end: DateTime<Utc>) {
        let number = self.0.slot.number;
        let mut ends = locked(&self.0.hub.ends);
        if let Some(before) = locked(&self.0.end).replace(end) {
            ends.remove(&(before, number));
        }
        ends.insert((end, number), Arc::downgrade(&self.0.slot));
    }

    /// Returns when there is something to hear, or its time has come.
    pub async fn woken(&self) {
        self.0.slot.woken.notified().await;
    }

    /// What happened since the last time.
    pub fn hear(&self) -> Heard {
        let waiting = std::mem::take(&mut *locked(&self.0.slot.waiting));
        if waiting.too_many { Heard::TooMuch } else { Heard::Changes(waiting.changes) }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut topics = locked(&self.hub.topics);
        for topic in locked(&self.topics).drain(..) {
            if let Some(slots) = topics.get_mut(&topic) {
                slots.retain(|slot| slot.as_ptr() != Arc::as_ptr(&self.slot));
                if slots.is_empty() {
                    topics.remove(&topic);
                }
            }
        }
        drop(topics);
        if let Some(end) = *locked(&self.end) {
            locked(&self.hub.ends).remove(&(end, self.slot.number));
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn change(event: u128) -> Change {
        Change { event: Uuid::from_u128(event), subject: Uuid::from_u128(7) }
    }

    #[test]
    fn who_listens_hears_each_event_once_and_leaves_nothing_behind() {
        let hub = Arc::new(Hub::default());
        let (one, two) = (hub.listener(), hub.listener());
        let (case, person) = (Uuid::from_u128(1), Uuid::from_u128(2));
        one.listen(case);
        one.listen(case);
        one.listen(person);
        two.listen(person);
        hub.announce(change(1), [case, person]);
        hub.announce(change(2), [case]);
        assert_eq!(one.hear(), Heard::Changes(vec![change(1), change(2)]));
        assert_eq!(one.hear(), Heard::Changes(vec![]));
        assert_eq!(two.hear(), Heard::Changes(vec![change(1)]));
        one.listen_until(DateTime::UNIX_EPOCH);
        drop((one, two));
        assert!(locked(&hub.topics).is_empty() && locked(&hub.ends).is_empty());
    }

    #[test]
    fn who_does_not_listen_for_long_is_told_so_and_takes_no_more_memory() {
        let hub = Arc::new(Hub::default());
        let slow = hub.listener();
        slow.listen(WORK);
        for event in 0..=u128::try_from(MOST_WAITING).unwrap() + 5 {
            hub.announce(change(event), [WORK]);
        }
        assert_eq!(locked(&slow.0.slot.waiting).changes.len(), 0);
        assert_eq!(slow.hear(), Heard::TooMuch);
        hub.announce(change(0), [WORK]);
        assert_eq!(slow.hear(), Heard::Changes(vec![change(0)]));
    }

    #[tokio::test]
    async fn whose_time_has_come_is_woken() {
        let hub = Arc::new(Hub::default());
        let (early, late) = (hub.listener(), hub.listener());
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        early.listen_until(at(10));
        late.listen_until(at(11));
        hub.wake_ended(at(10));
        early.woken().await;
        assert!(late.woken().now_or_never().is_none());
    }
}
