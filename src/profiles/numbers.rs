//! Number schemes such as `TS{year}-{serial:6}`.

use serde::{Deserialize, Deserializer};

/// How a number is made from a year and a serial within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberScheme {
    before_year: String,
    between: String,
    width: usize,
    after_serial: String,
}

#[derive(Debug, thiserror::Error)]
#[error(
    "a number scheme holds {{year}} and then {{serial:WIDTH}} with a width of 1 to 12, such as TS{{year}}-{{serial:6}}"
)]
pub struct NotAScheme;

impl NumberScheme {
    pub fn parse(text: &str) -> Result<Self, NotAScheme> {
        let (before_year, rest) = text.split_once("{year}").ok_or(NotAScheme)?;
        let (between, rest) = rest.split_once("{serial:").ok_or(NotAScheme)?;
        let (width, after_serial) = rest.split_once('}').ok_or(NotAScheme)?;
        let width = width.parse().ok().filter(|width| (1..=12).contains(width)).ok_or(NotAScheme)?;
        let literals = [before_year, between, after_serial];
        if literals.iter().any(|literal| literal.contains(['{', '}'])) {
            return Err(NotAScheme);
        }
        let [before_year, between, after_serial] = literals.map(str::to_owned);
        Ok(Self { before_year, between, width, after_serial })
    }

    /// `XB{year}-{serial:6}`
    pub fn of_assistances() -> Self {
        let [before_year, between, after_serial] = ["XB", "-", ""].map(str::to_owned);
        Self { before_year, between, width: 6, after_serial }
    }

    /// The number; a serial that outgrows the width simply gets longer.
    pub fn number(&self, year: i32, serial: i64) -> String {
        let Self { before_year, between, width, after_serial } = self;
        format!("{before_year}{year}{between}{serial:0width$}{after_serial}")
    }
}

impl<'de> Deserialize<'de> for NumberScheme {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_padded_and_may_outgrow_their_width() {
        let scheme = NumberScheme::parse("TS{year}-{serial:3}").unwrap();
        assert_eq!(scheme.number(2026, 7), "TS2026-007");
        assert_eq!(scheme.number(2026, 12345), "TS2026-12345");
    }

    #[test]
    fn what_is_no_scheme_is_refused() {
        for text in [
            "",
            "{year}",
            "{serial:3}",
            "{serial:3}{year}",
            "{year}{serial}",
            "{year}{serial:0}",
            "{year}{serial:99}",
            "{year}{serial:3}{x}",
        ] {
            assert!(NumberScheme::parse(text).is_err(), "{text}");
        }
    }
}
