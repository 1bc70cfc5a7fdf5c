//! Commission or deposit of an agent is frozen, or released again (冻结、解冻佣金或押金, HK-4.6, HK-F.8). Only what was frozen is
//! released.

use super::Asking;
use crate::approvals::{error, store};
use crate::platform::error::{Failure, Result};
use crate::platform::money::Money;
use crate::platform::text;
use async_graphql::InputObject;
use chrono::NaiveDate;
use entity::approval::{AgentAccount, FreezeAction};
use serde::{Deserialize, Serialize};

/// Money of an agent that is frozen, or released again.
#[derive(Clone, InputObject, Serialize)]
#[graphql(name = "CommissionOrDepositFreezeInput")]
pub struct FreezeInput {
    pub action: FreezeAction,
    pub account: AgentAccount,
    /// Code of the agent (工号).
    pub agent_code: String,
    /// How much; all of it, if no amount is given.
    pub amount: Option<Money>,
    /// First local day of the period; open at this end, if none is given.
    pub from: Option<NaiveDate>,
    /// Last local day of the period; until it is released, if none is given.
    pub until: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Freeze {
    /// Blind index of the agent and the account.
    pub subject: String,
    pub action: FreezeAction,
    pub account: AgentAccount,
    pub agent_code: String,
    /// In fen.
    pub amount: Option<i64>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// Indexed and never sealed: an agent's code with the account.
const ACCOUNT: &str = "approvals.agent_account";

impl FreezeInput {
    pub async fn check(&self, asking: &Asking<'_>) -> Result<Freeze> {
        let agent_code = text::required("agentCode", &self.agent_code, text::LINE)?;
        let comparable = text::comparable_contract_number(&agent_code);
        if comparable.is_empty() {
            return Err(Failure::bad_input("agentCode", "This is no agent's code."));
        }
        if self.amount.is_some_and(|amount| amount.fen <= 0) {
            return Err(error::amount_not_allowed("amount").into());
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| until < from) {
            return Err(Failure::bad_input("until", "The period ends before it begins."));
        }
        let subject = asking.tx.vault().index(ACCOUNT, &format!("{}:{comparable}", self.account));
        if self.action == FreezeAction::Release && !store::is_frozen(asking.tx, &subject).await? {
            return Err(error::not_frozen().into());
        }
        Ok(Freeze {
            subject,
            action: self.action,
            account: self.account,
            agent_code,
            amount: self.amount.map(|amount| amount.fen),
            from: self.from,
            until: self.until,
        })
    }
}
