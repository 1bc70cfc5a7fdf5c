//! Lengths of time and hours of a day, as profiles and calendars write them.

use chrono::NaiveTime;
use entity::case_deadline::PeriodUnit;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A length of time in one of the units that policies use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub length: u32,
    pub unit: PeriodUnit,
}

impl Period {
    /// The longest that a profile or a caller may ask for, in any unit.
    pub const MOST: u32 = 10_000;
}

/// From one time of a day until another: `09:00-12:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    pub from: NaiveTime,
    pub until: NaiveTime,
}

const FORMAT: &str = "%H:%M";

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = |time: &str| NaiveTime::parse_from_str(time.trim(), FORMAT).ok();
        let hours =
            text.split_once('-').and_then(|(from, until)| Some(Self { from: parse(from)?, until: parse(until)? }));
        hours
            .filter(|hours| hours.from < hours.until)
            .ok_or_else(|| format!("`{text}` is no time from and until: write 09:00-12:00"))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.format(FORMAT), self.until.format(FORMAT))
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Hours {
    /// Whether each begins when the one before it has ended.
    pub fn follow_each_other(hours: &[Self]) -> bool {
        hours.windows(2).all(|pair| matches!(pair, [earlier, later] if earlier.until <= later.from))
    }
}
