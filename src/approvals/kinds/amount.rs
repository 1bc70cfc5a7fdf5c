//! An amount on a contract: late fee that is waived (HK-4.3), premium that is called back (HK-4.4), premium that the company
//! advances because somebody misappropriated it (HK-4.5).

use super::{Asking, Contract};
use crate::approvals::error;
use crate::cases::policy::Verdict;
use crate::platform::error::Result;
use crate::platform::money::Money;
use async_graphql::InputObject;
use entity::case;
use serde::{Deserialize, Serialize};

/// An amount on a contract.
#[derive(Clone, InputObject, Serialize)]
pub struct ContractAmountInput {
    /// The contract; that of the case, if none is given.
    pub contract_number: Option<String>,
    /// More than zero.
    pub amount: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContractAmount {
    /// Blind index of the contract number.
    pub contract: String,
    /// In fen.
    pub amount: i64,
}

impl ContractAmountInput {
    pub fn check(&self, asking: &Asking<'_>) -> Result<(ContractAmount, Contract)> {
        if self.amount.fen <= 0 {
            return Err(error::amount_not_allowed("amount").into());
        }
        let contract = asking.contract(self.contract_number.as_deref())?;
        Ok((ContractAmount { contract: contract.index.clone(), amount: self.amount.fen }, contract))
    }
}

/// HK-4.5: the company advances only what was misappropriated.
pub fn misappropriated(case: &case::Model) -> Verdict {
    if case.premium_misappropriated { Ok(()) } else { Err(vec![error::not_misappropriated()]) }
}
