//! The only place that asks the machine what time it is.

use chrono::{DateTime, SubsecRound, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Tells the time. Cloning gives another handle on the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds since 1970 of a clock that somebody sets; none for the machine's own.
    set_to: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until somebody moves it: for tests and for demonstration data.
    pub fn standing_at(instant: DateTime<Utc>) -> Self {
        Self { set_to: Some(Arc::new(AtomicI64::new(instant.timestamp_micros()))) }
    }

    /// Moves a standing clock; the machine's own is left alone.
    pub fn set(&self, instant: DateTime<Utc>) {
        if let Some(micros) = &self.set_to {
            micros.store(instant.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Now, to the microsecond: what both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.set_to {
            Some(micros) => DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default(),
            None => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock")]
                let now = Utc::now();
                now.trunc_subsecs(6)
            }
        }
    }
}
