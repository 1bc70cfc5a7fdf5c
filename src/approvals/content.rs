//! What an approval item asks for. A decision is bound to the hash of exactly this.

use crate::platform::digest::{canonical_json, sha256_hex};
use crate::platform::error::Result;
use entity::approval::{ApprovalKind, SurrenderScope};
use serde::{Deserialize, Serialize};

/// What is asked for, by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Content {
    NegotiatedSurrender(Surrender),
}

/// A policy, or part of one, that ends for an agreed amount. Amounts in fen, as they were on the day of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Surrender {
    pub scope: SurrenderScope,
    /// Blind index of the contract number.
    pub contract: String,
    pub cash_value: i64,
    pub agreed_total: i64,
    /// Premiums paid to date, of the surrendered part when it is a part (HK-4.1.7).
    pub total_premium: i64,
}

impl Surrender {
    /// HK-4.1.5: never taken from the client.
    pub fn excess(&self) -> i64 {
        self.agreed_total - self.cash_value
    }

    /// The agreed total as a percentage of the premiums, cut to two places: for people, never for a decision.
    pub fn ratio_percent(&self) -> String {
        let hundredths = i128::from(self.agreed_total) * 10_000 / i128::from(self.total_premium.max(1));
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

impl Content {
    pub fn kind(&self) -> ApprovalKind {
        match self {
            Self::NegotiatedSurrender(_) => ApprovalKind::NegotiatedSurrender,
        }
    }

    pub fn sha256(&self) -> Result<String> {
        Ok(sha256_hex(canonical_json(self)?.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surrender() -> Surrender {
        Surrender {
            scope: SurrenderScope::Full,
            contract: "x".into(),
            cash_value: 1_000_000,
            agreed_total: 1_200_000,
            total_premium: 2_000_000,
        }
    }

    #[test]
    fn every_change_of_content_changes_its_hash() {
        let original = Content::NegotiatedSurrender(surrender()).sha256().unwrap();
        let changes: [fn(&mut Surrender); 5] = [
            |s| s.scope = SurrenderScope::Partial,
            |s| s.contract = "y".into(),
            |s| s.cash_value += 1,
            |s| s.agreed_total += 1,
            |s| s.total_premium += 1,
        ];
        for change in changes {
            let mut changed = surrender();
            change(&mut changed);
            assert_ne!(Content::NegotiatedSurrender(changed).sha256().unwrap(), original);
        }
    }

    #[test]
    fn a_ratio_is_shown_to_two_places() {
        assert_eq!(surrender().ratio_percent(), "60.00");
        assert_eq!(Surrender { agreed_total: 1_400_100, ..surrender() }.ratio_percent(), "70.00");
    }
}
