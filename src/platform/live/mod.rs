//! What lives on after it was answered: who waits for changes, what they are told, and until when they may listen.
//!
//! A committed write is announced by its keys alone ([`Change`]), and nobody queues anything but keys. Whoever listens is woken,
//! and the subscription is executed anew in a [`Round`]: as the person who asks, with the rows and the row scope of that moment.
//! Several changes between two rounds make one, so a slow reader gets fewer answers and not older ones.

mod hub;
mod round;

pub use hub::{Change, Commits, Heard, Hub, Listener, RULES, WORK};
pub use round::{Mark, News, Round};
