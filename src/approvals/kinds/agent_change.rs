//! Another agent serves the policy (变更代理人, HK-4.2).

use super::{Asking, Contract};
use crate::platform::error::Result;
use crate::platform::text;
use async_graphql::InputObject;
use serde::{Deserialize, Serialize};

/// Another agent serves the policy.
#[derive(Clone, InputObject, Serialize)]
pub struct AgentChangeInput {
    /// The contract; that of the case, if none is given.
    pub contract_number: Option<String>,
    /// Code of the agent who serves it now (工号).
    pub from_agent_code: Option<String>,
    /// Code of the agent who is to serve it.
    pub to_agent_code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentChange {
    /// Blind index of the contract number.
    pub contract: String,
    pub from_agent_code: Option<String>,
    pub to_agent_code: String,
}

impl AgentChangeInput {
    pub fn check(&self, asking: &Asking<'_>) -> Result<(AgentChange, Contract)> {
        let contract = asking.contract(self.contract_number.as_deref())?;
        let change = AgentChange {
            contract: contract.index.clone(),
            from_agent_code: text::optional("fromAgentCode", self.from_agent_code.as_deref(), text::LINE)?,
            to_agent_code: text::required("toAgentCode", &self.to_agent_code, text::LINE)?,
        };
        Ok((change, contract))
    }
}
