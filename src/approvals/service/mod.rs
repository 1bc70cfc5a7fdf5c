//! What is done with an approval item, one use case per file.

pub mod amend_approval;
mod authority;
pub mod decide_approval;
pub mod endorse_approval;
pub mod request_approval;
pub mod withdraw_approval;

use super::content::{Content, Surrender};
use super::{error, policy, store};
use crate::cases::entry::{ApprovalDetail, Detail, NewEntry};
use crate::cases::{self, policy::Verdict};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::platform::money::Money;
use crate::platform::text;
use async_graphql::{InputObject, OneofObject};
use entity::approval::SurrenderScope;
use entity::case_entry::CaseEntryKind;
use entity::{ApprovalId, approval, case};
use serde::Serialize;

/// What is asked for: exactly one kind.
#[derive(Clone, OneofObject, Serialize)]
#[graphql(name = "ApprovalContentInput")]
pub enum ContentInput {
    /// Ending a policy, or part of one, for an agreed amount (协议解约).
    NegotiatedSurrender(SurrenderInput),
}

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

/// What is asked for, checked, with its contract number in clear.
struct Checked {
    content: Content,
    surrender: Surrender,
    contract_number: String,
}

impl ContentInput {
    fn check(&self, tx: &Tx, case: &case::Model) -> Result<Checked> {
        let Self::NegotiatedSurrender(input) = self;
        let given = text::optional("contractNumber", input.contract_number.as_deref(), text::LINE)?;
        let contract_number = match (given, &case.contract_number_sealed) {
            (Some(number), _) => number,
            (None, Some(sealed)) => tx.vault().open(cases::sealed::CONTRACT_NUMBER, case.id, sealed)?,
            (None, None) => return Err(error::contract_required().into()),
        };
        let comparable = text::comparable_contract_number(&contract_number);
        if comparable.is_empty() {
            return Err(error::contract_required().into());
        }
        let surrender = Surrender {
            scope: input.scope,
            contract: tx.vault().index(cases::sealed::CONTRACT_NUMBER, &comparable),
            cash_value: input.cash_value.fen,
            agreed_total: input.agreed_total.fen,
            total_premium: input.total_premium.fen,
        };
        policy::is_valid(&surrender)?;
        Ok(Checked { content: Content::NegotiatedSurrender(surrender.clone()), surrender, contract_number })
    }
}

/// The name of the sealed field, which is part of what is sealed.
pub const CONTRACT_NUMBER: &str = "approvals.contract_number";

/// Refuses a second full surrender of the contract.
async fn may_stand(tx: &Tx, case: &case::Model, surrender: &Surrender, except: Option<ApprovalId>) -> Result<()> {
    let others = store::live_of_contract(tx, case.id, &surrender.contract).await?;
    let others: Vec<Surrender> = others
        .into_iter()
        .filter(|other| Some(other.id) != except)
        .map(|other| serde_json::from_value(other.content).map(|Content::NegotiatedSurrender(other)| other))
        .collect::<Result<_, _>>()?;
    let verdict: Verdict = policy::may_stand_beside(surrender.scope, &others);
    Ok(verdict?)
}

/// Writes the handling record of the case.
async fn tell(
    tx: &Tx,
    approval: &approval::Model,
    kind: CaseEntryKind,
    approved: Option<bool>,
    opinion: &str,
) -> Result<()> {
    let detail = Detail::Approval(ApprovalDetail {
        approval_id: approval.id,
        revision: approval.revision,
        approved,
        opinion: opinion.to_owned(),
    });
    cases::store::insert_entry(tx, approval.case_id, NewEntry::new(kind, detail), tx.now()).await?;
    Ok(())
}

/// The opinion that a decision needs (HK-4.10).
fn opinion(given: &str) -> Result<String> {
    text::optional("opinion", Some(given), text::PROSE)?.ok_or_else(|| Failure::from(error::opinion_required()))
}
