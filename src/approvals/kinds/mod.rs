//! What an approval item asks for, one kind per file. A decision is bound to the hash of exactly this.

pub mod agent_change;
pub mod amount;
pub mod assistance;
pub mod freeze;
pub mod handling_plan;
pub mod joint_review;
pub mod surrender;

use super::error;
use crate::cases::{self, personal};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::refusal::disposed_of;
use crate::platform::text;
use agent_change::{AgentChange, AgentChangeInput};
use amount::{ContractAmount, ContractAmountInput};
use assistance::Assistance;
use async_graphql::OneofObject;
use entity::approval::ApprovalKind;
use entity::case;
use freeze::{Freeze, FreezeInput};
use handling_plan::HandlingPlan;
use joint_review::JointReviewRequest;
use serde::{Deserialize, Serialize};
use surrender::{Surrender, SurrenderInput};

/// What is asked for, by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Content {
    NegotiatedSurrender(Surrender),
    AgentChange(AgentChange),
    LateFeeWaiver(ContractAmount),
    PremiumCallback(ContractAmount),
    CompanyAdvance(ContractAmount),
    CommissionOrDepositFreeze(Freeze),
    Assistance(Assistance),
    JointReviewRequest(JointReviewRequest),
    HandlingPlan(HandlingPlan),
}

/// What is asked for: exactly one kind. Assistance, joint reviews and plans are asked for with mutations of their own.
#[derive(Clone, OneofObject, Serialize)]
#[graphql(name = "ApprovalContentInput")]
pub enum ContentInput {
    /// Ending a policy, or part of one, for an agreed amount (协议解约, HK-4.1).
    NegotiatedSurrender(SurrenderInput),
    /// Another agent serves the policy (变更代理人, HK-4.2).
    AgentChange(AgentChangeInput),
    /// Interest on late premiums is waived (免滞纳金, HK-4.3).
    LateFeeWaiver(ContractAmountInput),
    /// Premium that was written off is called back (回调保费, HK-4.4).
    PremiumCallback(ContractAmountInput),
    /// The company advances premium that somebody misappropriated (公司垫付, HK-4.5); the case must say so first
    /// (`recordMisappropriation`).
    CompanyAdvance(ContractAmountInput),
    /// Commission or deposit of an agent is frozen, or released again (冻结、解冻佣金或押金, HK-4.6).
    CommissionOrDepositFreeze(FreezeInput),
}

/// What of an item bears on who decides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// In fen; what counts together with other items about the same subject. 0 where the kind has no amount.
    pub amount: i64,
    pub ratio: Option<Ratio>,
}

/// A part of a whole, never rounded (G-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    pub part: i64,
    /// More than zero.
    pub whole: i64,
}

/// What is asked for, checked.
pub struct Checked {
    pub content: Content,
    /// In clear, of what is about a contract.
    pub contract_number: Option<String>,
}

/// Where something is asked for.
pub struct Asking<'a> {
    pub tx: &'a Tx,
    pub case: &'a case::Model,
}

/// A contract: its number, and the blind index that the content names it by.
pub struct Contract {
    pub number: String,
    pub index: String,
}

impl Asking<'_> {
    /// The contract that is named, else that of the case.
    pub fn contract(&self, given: Option<&str>) -> Result<Contract> {
        let given = text::optional("contractNumber", given, text::LINE)?;
        let number = match (given, &self.case.contract_number_sealed) {
            (Some(number), _) => number,
            (None, Some(sealed)) => {
                let key = personal::key_of(self.tx.vault(), self.case)?.ok_or_else(disposed_of)?;
                key.open(cases::sealed::CONTRACT_NUMBER, self.case.id, sealed)?
            }
            (None, None) => return Err(error::contract_required().into()),
        };
        let comparable = text::comparable_contract_number(&number);
        if comparable.is_empty() {
            return Err(error::contract_required().into());
        }
        Ok(Contract { index: self.tx.vault().index(cases::sealed::CONTRACT_NUMBER, &comparable), number })
    }
}

impl ContentInput {
    pub async fn check(&self, asking: &Asking<'_>) -> Result<Checked> {
        let about =
            |(content, contract): (Content, Contract)| Checked { content, contract_number: Some(contract.number) };
        let amount = |input: &ContractAmountInput, kind: fn(ContractAmount) -> Content| {
            input.check(asking).map(|(amount, contract)| about((kind(amount), contract)))
        };
        Ok(match self {
            Self::NegotiatedSurrender(input) => {
                let (surrender, contract) = input.check(asking)?;
                about((Content::NegotiatedSurrender(surrender), contract))
            }
            Self::AgentChange(input) => {
                let (change, contract) = input.check(asking)?;
                about((Content::AgentChange(change), contract))
            }
            Self::LateFeeWaiver(input) => amount(input, Content::LateFeeWaiver)?,
            Self::PremiumCallback(input) => amount(input, Content::PremiumCallback)?,
            Self::CompanyAdvance(input) => {
                amount::misappropriated(asking.case)?;
                amount(input, Content::CompanyAdvance)?
            }
            Self::CommissionOrDepositFreeze(input) => {
                let content = Content::CommissionOrDepositFreeze(input.check(asking).await?);
                Checked { content, contract_number: None }
            }
        })
    }
}

impl Content {
    pub const fn kind(&self) -> ApprovalKind {
        match self {
            Self::NegotiatedSurrender(_) => ApprovalKind::NegotiatedSurrender,
            Self::AgentChange(_) => ApprovalKind::AgentChange,
            Self::LateFeeWaiver(_) => ApprovalKind::LateFeeWaiver,
            Self::PremiumCallback(_) => ApprovalKind::PremiumCallback,
            Self::CompanyAdvance(_) => ApprovalKind::CompanyAdvance,
            Self::CommissionOrDepositFreeze(_) => ApprovalKind::CommissionOrDepositFreeze,
            Self::Assistance(_) => ApprovalKind::Assistance,
            Self::JointReviewRequest(_) => ApprovalKind::JointReviewRequest,
            Self::HandlingPlan(_) => ApprovalKind::HandlingPlan,
        }
    }

    /// What of it bears on who decides.
    pub fn measures(&self) -> Measures {
        match self {
            Self::NegotiatedSurrender(surrender) => surrender.measures(),
            Self::LateFeeWaiver(amount) | Self::PremiumCallback(amount) | Self::CompanyAdvance(amount) => {
                Measures { amount: amount.amount, ratio: None }
            }
            Self::CommissionOrDepositFreeze(freeze) => Measures { amount: freeze.amount.unwrap_or(0), ratio: None },
            Self::AgentChange(_) | Self::Assistance(_) | Self::JointReviewRequest(_) | Self::HandlingPlan(_) => {
                Measures::default()
            }
        }
    }

    /// Blind index of what it is about; none for what is about the case as a whole.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::NegotiatedSurrender(surrender) => Some(&surrender.contract),
            Self::AgentChange(change) => Some(&change.contract),
            Self::LateFeeWaiver(amount) | Self::PremiumCallback(amount) | Self::CompanyAdvance(amount) => {
                Some(&amount.contract)
            }
            Self::CommissionOrDepositFreeze(freeze) => Some(&freeze.subject),
            Self::Assistance(_) | Self::JointReviewRequest(_) | Self::HandlingPlan(_) => None,
        }
    }
}
