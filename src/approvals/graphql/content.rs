//! What an approval item asks for, by kind.

use crate::approvals::basis::{Basis, EvidenceItem};
use crate::approvals::kinds::Content;
use crate::approvals::kinds::{agent_change, amount, assistance, freeze, handling_plan, joint_review, surrender};
use crate::approvals::service::CONTRACT_NUMBER;
use crate::identity::graphql::{Department, department};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Result;
use crate::platform::ids::NodeKey;
use crate::platform::money::Money;
use crate::platform::vault::DataKey;
use crate::reviews::graphql::JointReview;
use async_graphql::{ComplexObject, Context, ID, SimpleObject, Union};
use chrono::NaiveDate;
use entity::approval::{self, AgentAccount, AssistanceGround, FreezeAction, LegalGround, SurrenderScope};

/// What an approval item asks for, by kind.
#[derive(Union)]
pub enum ApprovalContent {
    NegotiatedSurrender(NegotiatedSurrender),
    AgentChange(AgentChange),
    ContractAmount(ContractAmount),
    CommissionOrDepositFreeze(CommissionOrDepositFreeze),
    Assistance(AssistanceRequest),
    JointReview(JointReviewRequest),
    HandlingPlan(HandlingPlanReview),
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

/// Another agent serves the policy (变更代理人).
#[derive(SimpleObject)]
pub struct AgentChange {
    #[graphql(directive = inherits::apply())]
    contract_number: String,
    /// Code of the agent who served it (工号).
    #[graphql(directive = inherits::apply())]
    from_agent_code: Option<String>,
    /// Code of the agent who is to serve it.
    #[graphql(directive = inherits::apply())]
    to_agent_code: String,
}

/// An amount on a contract: late fee that is waived, premium that is called back, premium that the company advances; the
/// `kind` of the item says which.
#[derive(SimpleObject)]
pub struct ContractAmount {
    #[graphql(directive = inherits::apply())]
    contract_number: String,
    #[graphql(directive = inherits::apply())]
    amount: Money,
    /// Amounts of all live items of this kind and contract in this case, this one included.
    #[graphql(directive = inherits::apply())]
    cumulative_amount: Money,
}

/// Money of an agent that is frozen, or released again (冻结、解冻佣金或押金).
#[derive(SimpleObject)]
pub struct CommissionOrDepositFreeze {
    #[graphql(directive = inherits::apply())]
    action: FreezeAction,
    #[graphql(directive = inherits::apply())]
    account: AgentAccount,
    /// Code of the agent (工号).
    #[graphql(directive = inherits::apply())]
    agent_code: String,
    /// Null for all of it.
    #[graphql(directive = inherits::apply())]
    amount: Option<Money>,
    /// First local day of the period.
    #[graphql(directive = inherits::apply())]
    from: Option<NaiveDate>,
    /// Last local day of the period.
    #[graphql(directive = inherits::apply())]
    until: Option<NaiveDate>,
}

/// Another department helps with the case (案件协办).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct AssistanceRequest {
    #[graphql(skip)]
    asked: entity::DepartmentId,
    #[graphql(directive = inherits::apply())]
    ground: AssistanceGround,
    /// Of the legal department only.
    #[graphql(directive = inherits::apply())]
    legal_ground: Option<LegalGround>,
    /// What the department is asked.
    #[graphql(directive = inherits::apply())]
    question: String,
}

#[ComplexObject]
impl AssistanceRequest {
    /// The department that is asked.
    #[graphql(directive = inherits::apply())]
    async fn department(&self, ctx: &Context<'_>) -> async_graphql::Result<Department> {
        department(ctx, self.asked).await
    }
}

/// A joint review meeting is held on the case (合议).
#[derive(SimpleObject)]
pub struct JointReviewRequest {
    /// What the meeting should decide.
    #[graphql(directive = inherits::apply())]
    question: String,
}

/// A handling plan that is to be reviewed (处理方案, HK-5.4.4): `Case.plans` has its text.
#[derive(SimpleObject)]
pub struct HandlingPlanReview {
    /// The id of the plan.
    #[graphql(directive = inherits::apply())]
    plan_id: ID,
    /// Which draft of the case it is.
    #[graphql(directive = inherits::apply())]
    plan_number: i32,
    /// SHA-256 of the canonical form of its texts.
    #[graphql(directive = inherits::apply())]
    plan_sha256: String,
}

/// What a request rests on, besides what it asks for; a decision is bound to it.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ApprovalBasis {
    /// The plan that was submitted last then; null before one was. Another plan voids what was decided.
    #[graphql(directive = inherits::apply())]
    plan_number: Option<i32>,
    /// SHA-256 of the canonical form of the texts of that plan.
    #[graphql(directive = inherits::apply())]
    plan_sha256: Option<String>,
    /// The evidence, in the order in which it was added to the case.
    #[graphql(directive = inherits::apply())]
    evidence: Vec<ApprovalEvidence>,
    #[graphql(skip)]
    cited: Option<entity::JointReviewId>,
}

#[ComplexObject]
impl ApprovalBasis {
    /// The joint review that it cites; null when it cites none, or that is not yours to see.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn joint_review(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<JointReview>> {
        match self.cited {
            Some(review) => JointReview::find(ctx, review).await,
            None => Ok(None),
        }
    }
}

/// A piece of evidence that a request rests on.
#[derive(SimpleObject)]
pub struct ApprovalEvidence {
    /// Its id, for `node`.
    #[graphql(directive = inherits::apply())]
    evidence_id: ID,
    /// SHA-256 of the file.
    #[graphql(directive = inherits::apply())]
    sha256: String,
}

impl From<Basis> for ApprovalBasis {
    fn from(basis: Basis) -> Self {
        let (plan_number, plan_sha256) = basis.plan.map(|plan| (plan.number, plan.sha256)).unzip();
        let shown = |item: EvidenceItem| ApprovalEvidence { evidence_id: item.id.global(), sha256: item.sha256 };
        let evidence = basis.evidence.into_iter().map(shown).collect();
        Self { plan_number, plan_sha256, evidence, cited: basis.joint_review }
    }
}

impl ApprovalContent {
    /// The content of an item, with its contract number opened.
    pub fn of(item: &approval::Model, key: &DataKey) -> Result<Self> {
        let contract_number = item.contract_number_sealed.as_deref();
        let contract_number = contract_number.map(|sealed| key.open(CONTRACT_NUMBER, item.id, sealed)).transpose()?;
        let contract_number = contract_number.unwrap_or_default();
        Ok(match serde_json::from_value(item.content.clone())? {
            Content::NegotiatedSurrender(surrender) => {
                Self::NegotiatedSurrender(NegotiatedSurrender::of(&surrender, contract_number, item))
            }
            Content::AgentChange(agent_change::AgentChange { contract: _, from_agent_code, to_agent_code }) => {
                Self::AgentChange(AgentChange { contract_number, from_agent_code, to_agent_code })
            }
            Content::LateFeeWaiver(amount) | Content::PremiumCallback(amount) | Content::CompanyAdvance(amount) => {
                let amount::ContractAmount { contract: _, amount } = amount;
                let (amount, cumulative_amount) = (Money::fen(amount), Money::fen(item.cumulative_amount));
                Self::ContractAmount(ContractAmount { contract_number, amount, cumulative_amount })
            }
            Content::CommissionOrDepositFreeze(freeze) => {
                let freeze::Freeze { subject: _, action, account, agent_code, amount, from, until } = freeze;
                let amount = amount.map(Money::fen);
                Self::CommissionOrDepositFreeze(CommissionOrDepositFreeze {
                    action,
                    account,
                    agent_code,
                    amount,
                    from,
                    until,
                })
            }
            Content::Assistance(assistance::Assistance { department, ground, legal_ground, question }) => {
                Self::Assistance(AssistanceRequest { asked: department, ground, legal_ground, question })
            }
            Content::JointReviewRequest(joint_review::JointReviewRequest { question }) => {
                Self::JointReview(JointReviewRequest { question })
            }
            Content::HandlingPlan(handling_plan::HandlingPlan { plan, version }) => {
                let (plan_number, plan_sha256) = (version.number, version.sha256);
                Self::HandlingPlan(HandlingPlanReview { plan_id: plan.global(), plan_number, plan_sha256 })
            }
        })
    }
}

impl NegotiatedSurrender {
    fn of(surrender: &surrender::Surrender, contract_number: String, item: &approval::Model) -> Self {
        Self {
            scope: surrender.scope,
            contract_number,
            cash_value: Money::fen(surrender.cash_value),
            agreed_total: Money::fen(surrender.agreed_total),
            total_premium: Money::fen(surrender.total_premium),
            excess: Money::fen(item.amount),
            cumulative_excess: Money::fen(item.cumulative_amount),
            ratio_percent: surrender.ratio_percent(),
        }
    }
}
