//! What an approval item asks for, by kind.

use crate::approvals::content::Content;
use crate::approvals::service::CONTRACT_NUMBER;
use crate::platform::access::inherits;
use crate::platform::error::Result;
use crate::platform::money::Money;
use crate::platform::vault::Vault;
use async_graphql::{SimpleObject, Union};
use entity::approval::{self, SurrenderScope};

/// What an approval item asks for, by kind.
#[derive(Union)]
pub enum ApprovalContent {
    NegotiatedSurrender(NegotiatedSurrender),
}

/// A policy, or part of one, that ends for an agreed amount (协议解约).
#[derive(SimpleObject)]
pub struct NegotiatedSurrender {
    #[graphql(directive = inherits::apply())]
    scope: SurrenderScope,
    #[graphql(directive = inherits::apply())]
    contract_number: String,
    /// Cash value on the day of the request, of the surrendered part when it is a part.
    #[graphql(directive = inherits::apply())]
    cash_value: Money,
    /// What the customer gets in all.
    #[graphql(directive = inherits::apply())]
    agreed_total: Money,
    /// Premiums paid to date, of the surrendered part when it is a part.
    #[graphql(directive = inherits::apply())]
    total_premium: Money,
    /// Agreed total minus cash value (HK-4.1.5).
    #[graphql(directive = inherits::apply())]
    excess: Money,
    /// Excess of all live items of this contract in this case, this one included (HK-4.1.9). The tier follows from it.
    #[graphql(directive = inherits::apply())]
    cumulative_excess: Money,
    /// Agreed total as a percentage of the premiums, cut to two places. The tier follows from the exact figures.
    #[graphql(directive = inherits::apply())]
    ratio_percent: String,
}

impl ApprovalContent {
    /// The content of an item, with its contract number opened.
    pub fn of(item: &approval::Model, vault: &Vault) -> Result<Self> {
        let Content::NegotiatedSurrender(surrender) = serde_json::from_value(item.content.clone())?;
        Ok(Self::NegotiatedSurrender(NegotiatedSurrender {
            scope: surrender.scope,
            contract_number: vault.open(CONTRACT_NUMBER, item.id, &item.contract_number_sealed)?,
            cash_value: Money::fen(surrender.cash_value),
            agreed_total: Money::fen(surrender.agreed_total),
            total_premium: Money::fen(surrender.total_premium),
            excess: Money::fen(item.excess),
            cumulative_excess: Money::fen(item.cumulative_excess),
            ratio_percent: surrender.ratio_percent(),
        }))
    }
}
