//! Money: integer fen inside, a decimal string in yuan outside (G-6).

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An amount of money, kept in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money {
    /// Hundredths of a yuan.
    pub fen: i64,
}

/// Keeps sums of many amounts far away from overflow.
const LARGEST_FEN: i64 = 99_999_999_999_999;

impl Money {
    pub const fn fen(fen: i64) -> Self {
        Self { fen }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.fen < 0 { "-" } else { "" };
        let fen = self.fen.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("an amount is a decimal string in yuan with at most two places, such as \"2000.00\"")]
pub struct NotMoney;

impl FromStr for Money {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, NotMoney> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (yuan, cents) = digits.split_once('.').unwrap_or((digits, "00"));
        let only_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !only_digits(yuan) || !only_digits(cents) || yuan.len() > 12 || cents.len() > 2 {
            return Err(NotMoney);
        }
        let yuan: i64 = yuan.parse().map_err(|_| NotMoney)?;
        let cents: i64 = format!("{cents:0<2}").parse().map_err(|_| NotMoney)?;
        let fen = yuan * 100 + cents;
        if fen > LARGEST_FEN {
            return Err(NotMoney);
        }
        Ok(Self { fen: if negative { -fen } else { fen } })
    }
}

/// An amount of money in yuan: a decimal string with two places, for example `"2000.00"`. Up to two decimal places are
/// accepted, never a JSON number: a float cannot hold every fen. At most 999 999 999 999.99 either way.
#[Scalar]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => text.parse().map_err(|error: NotMoney| InputValueError::custom(error)),
            _ => Err(InputValueError::custom(NotMoney)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-6
    #[test]
    fn amounts_round_trip_to_the_fen() {
        for (text, fen) in [
            ("0", 0),
            ("0.01", 1),
            ("0.1", 10),
            ("2000.00", 200_000),
            ("2000.01", 200_001),
            ("-3.50", -350),
            ("999999999999.99", LARGEST_FEN),
        ] {
            let money: Money = text.parse().unwrap();
            assert_eq!(money.fen, fen, "{text}");
            assert_eq!(money.to_string().parse::<Money>().unwrap(), money);
        }
        assert_eq!(Money::fen(-5).to_string(), "-0.05");
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in
            ["", ".", "1.", ".5", "1.234", "1e3", "１.００", "+1", "--1", "1 000", "1,000", "NaN", "1000000000000"]
        {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }
}
