//! What is done with an approval item, one use case per file.

pub mod amend_approval;
mod authority;
pub mod decide_approval;
pub mod decide_approvals;
mod decision;
pub mod endorse_approval;
pub mod lapse_approvals;
mod notices;
pub mod record_execution;
pub mod remind_approval;
pub mod replay;
pub mod request_approval;
pub mod return_approval;
pub mod reverse_approval;
pub mod review_plan;
pub mod simulate_authority;
pub mod submit_plan;
pub mod withdraw_approval;

use super::authority::{Act, Inputs, Outcome, work_out};
use super::basis::{Basis, bound_sha256};
use super::facts;
use super::kinds::Content;
use super::kinds::surrender::{self, Surrender};
use super::store::{NewStep, Together};
use super::{error, store};
use crate::cases;
use crate::cases::deadlines;
use crate::cases::entry::{ApprovalDetail, Detail, NewEntry};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::platform::text;
use crate::profiles::Profile;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::{ApprovalId, ApprovalStepId, CaseId, case};
use sea_orm::ActiveValue::Set;

/// The name of the sealed field, which is part of what is sealed.
pub const CONTRACT_NUMBER: &str = "approvals.contract_number";

/// The contract number of an item, as it is kept.
async fn sealed(tx: &Tx, case: CaseId, item: ApprovalId, contract_number: Option<&str>) -> Result<Option<String>> {
    let Some(number) = contract_number else { return Ok(None) };
    Ok(Some(tx.key_of(case).await?.seal(CONTRACT_NUMBER, item, number)?))
}

/// Refuses a second full surrender of the contract.
async fn may_stand(tx: &Tx, case: &case::Model, content: &Content, item: ApprovalId) -> Result<()> {
    let Content::NegotiatedSurrender(asked) = content else { return Ok(()) };
    let together = Together { case: case.id, kind: content.kind(), subject: content.subject() };
    let others = store::live(tx, together, item).await?.into_iter().filter(|other| other.id != item);
    let surrender = |other: approval::Model| match serde_json::from_value(other.content) {
        Ok(Content::NegotiatedSurrender(other)) => Some(Ok(other)),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    };
    let others: Vec<Surrender> = others.filter_map(surrender).collect::<Result<_, _>>()?;
    Ok(surrender::may_stand_beside(asked.scope, &others)?)
}

/// Binds an item to what it rests on now: whatever was endorsed or decided is void, and it waits again.
async fn rebind(tx: &Tx, item: &approval::Model, basis: &Basis) -> Result<(approval::Model, ApprovalStepId)> {
    let content: Content = serde_json::from_value(item.content.clone())?;
    let changes = approval::ActiveModel {
        basis: Set(Some(serde_json::to_value(basis)?)),
        content_sha256: Set(bound_sha256(&content, basis)?),
        ..waiting_again(item)
    };
    let now = store::update(tx, item, changes).await?;
    deadlines::cease(tx, item.case_id, StartEvent::ApprovalDecided, item.id).await?;
    let step = store::insert_step(tx, &now, NewStep::plain(ApprovalAct::PlanChanged, "")).await?;
    Ok((now, step))
}

/// What an item loses that is about something else now (HK-4.1.8).
fn waiting_again(item: &approval::Model) -> approval::ActiveModel {
    approval::ActiveModel {
        state: Set(ApprovalState::Pending),
        revision: Set(item.revision + 1),
        endorsed_by: Set(None),
        endorsed_for: Set(None),
        endorsed_at: Set(None),
        decided_by: Set(None),
        decided_for: Set(None),
        decided_at: Set(None),
        ..Default::default()
    }
}

/// Works out whether the person who acts may: what that depended on, and what followed.
async fn worked_out(
    tx: &Tx,
    act: Act,
    case: &case::Model,
    item: &approval::Model,
    profile: &Profile,
) -> Result<(Inputs, Outcome)> {
    let actor = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people act on approvals"))?;
    let facts = facts::of_item(tx.db(), tx.now(), case, profile, item).await?;
    let inputs = Inputs { profile_version: case.profile_version_id, act, actor, facts };
    let outcome = work_out(&inputs, profile)?;
    Ok((inputs, outcome))
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

/// Whether the content is what the person saw, if they said.
fn is_as_seen(item: &approval::Model, expected: Option<&str>) -> bool {
    expected.is_none_or(|seen| seen.eq_ignore_ascii_case(&item.content_sha256))
}

/// The opinion that a decision needs (HK-4.10).
fn opinion(given: &str) -> Result<String> {
    text::optional("opinion", Some(given), text::PROSE)?.ok_or_else(|| Failure::from(error::opinion_required()))
}
