//! Negotiated surrender: a policy, or part of one, ends for an agreed amount (协议解约, HK-4.1.1…HK-4.1.9).

use super::{Asking, Contract, Measures, Ratio};
use crate::approvals::error;
use crate::cases::policy::Verdict;
use crate::platform::error::Result;
use crate::platform::money::Money;
use async_graphql::InputObject;
use entity::approval::SurrenderScope;
use serde::{Deserialize, Serialize};

/// A policy, or part of one, that ends for an agreed amount. The server works out the excess, the ratio and the tier
/// (HK-4.1.5).
#[derive(Clone, InputObject, Serialize)]
#[graphql(name = "NegotiatedSurrenderInput")]
pub struct SurrenderInput {
    /// How much of the policy ends.
    pub scope: SurrenderScope,
    /// The contract; that of the case, if none is given.
    pub contract_number: Option<String>,
    /// Cash value today, of the surrendered part when it is a part (HK-4.1.7).
    pub cash_value: Money,
    /// What the customer is to get in all; not less than the cash value (HK-4.1.6).
    pub agreed_total: Money,
    /// Premiums paid to date, of the surrendered part when it is a part; more than zero.
    pub total_premium: Money,
}

/// Amounts in fen, as they were on the day of the request.
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

impl SurrenderInput {
    pub fn check(&self, asking: &Asking<'_>) -> Result<(Surrender, Contract)> {
        let contract = asking.contract(self.contract_number.as_deref())?;
        let surrender = Surrender {
            scope: self.scope,
            contract: contract.index.clone(),
            cash_value: self.cash_value.fen,
            agreed_total: self.agreed_total.fen,
            total_premium: self.total_premium.fen,
        };
        is_valid(&surrender)?;
        Ok((surrender, contract))
    }
}

/// HK-4.1.5, HK-4.1.6
fn is_valid(surrender: &Surrender) -> Verdict {
    let amounts = [
        ("cashValue", surrender.cash_value >= 0),
        ("agreedTotal", surrender.agreed_total >= 0),
        ("totalPremium", surrender.total_premium > 0),
    ];
    let wrong = amounts.into_iter().filter(|(_, right)| !right);
    let mut refusals: Vec<_> = wrong.map(|(field, _)| error::surrender_amount_not_allowed(field)).collect();
    if refusals.is_empty() && surrender.excess() < 0 {
        refusals.push(error::below_cash_value());
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

impl Surrender {
    /// HK-4.1.5: never taken from the client.
    pub fn excess(&self) -> i64 {
        self.agreed_total - self.cash_value
    }

    /// The excess counts together with that of other items; the ratio is the item's own (HK-4.1.9).
    pub fn measures(&self) -> Measures {
        Measures { amount: self.excess(), ratio: Some(Ratio { part: self.agreed_total, whole: self.total_premium }) }
    }

    /// The agreed total as a percentage of the premiums, cut to two places: for people, never for a decision.
    pub fn ratio_percent(&self) -> String {
        let hundredths = i128::from(self.agreed_total) * 10_000 / i128::from(self.total_premium.max(1));
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// HK-4.1.9: one item for the full surrender of a contract at a time. `others` are the contract's other live items.
pub fn may_stand_beside<'a>(scope: SurrenderScope, others: impl IntoIterator<Item = &'a Surrender>) -> Verdict {
    let full = others.into_iter().any(|other| other.scope == SurrenderScope::Full);
    if scope == SurrenderScope::Full && full { Err(vec![error::full_surrender_exists()]) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approvals::basis::{Basis, bound_sha256};
    use crate::approvals::kinds::Content;

    fn sha256(surrender: Surrender) -> String {
        bound_sha256(&Content::NegotiatedSurrender(surrender), &Basis::default()).unwrap()
    }

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
        let original = sha256(surrender());
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
            assert_ne!(sha256(changed), original);
        }
    }

    #[test]
    fn a_ratio_is_shown_to_two_places() {
        assert_eq!(surrender().ratio_percent(), "60.00");
        assert_eq!(Surrender { agreed_total: 1_400_100, ..surrender() }.ratio_percent(), "70.00");
    }
}
