//! What happens to a handling plan (处理方案): it is submitted, and reviewed. Who reviews it is decided where approvals are
//! (HK-5.4.4); what it must rest on, and what follows for the case, is here (HK-2.1, HK-5.4.1, HK-5.4.5, HK-5.4.7).

use super::entry::{Detail, NewEntry, PlanDetail};
use super::policy::{self, PlanGrounds, Verdict};
use super::{error, store};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::profiles::Profile;
use entity::PlanId;
use entity::case::{self, CaseState};
use entity::case_entry::{self, CaseEntryKind, FindingKind, StatementParty};
use entity::plan::{self, PlanVerdict};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

/// What the handling record and the draft give a plan to rest on.
pub fn grounds(entries: &[case_entry::Model], draft: Option<&plan::Model>) -> Result<PlanGrounds> {
    let mut grounds = PlanGrounds {
        basis_given: draft.is_some_and(|draft| draft.basis.is_some()),
        proposal_given: draft.is_some_and(|draft| draft.proposal.is_some()),
        ..PlanGrounds::default()
    };
    let telling = entries.iter().filter(|e| matches!(e.kind, CaseEntryKind::Statement | CaseEntryKind::Finding));
    for entry in telling {
        match serde_json::from_value(entry.detail.clone())? {
            Detail::Statement(statement) => grounds.complainant_heard |= statement.party == StatementParty::Complainant,
            Detail::Finding(finding) => match finding.finding {
                FindingKind::Fact => grounds.facts_found = true,
                FindingKind::Responsibility => grounds.responsibility_found = true,
            },
            _ => {}
        }
    }
    Ok(grounds)
}

/// Puts the last draft of a case that this transaction holds under review; gives it as it then is. The refusals name
/// everything that is missing.
pub async fn submit(tx: &Tx, case: &case::Model) -> Result<plan::Model> {
    // A plan that was reviewed is history: what goes to review again is a new draft.
    let draft = store::latest_plan(tx.db(), case.id).await?.filter(|plan| plan.verdict.is_none());
    let grounds = grounds(&store::entries(tx.db(), &[case.id]).await?, draft.as_ref())?;
    policy::may_submit_plan(tx.actor(), case, grounds)?;
    let draft = draft.ok_or_else(|| Failure::internal("a case with a drafted plan has no plan"))?;

    let submitted = plan::Entity::update(plan::ActiveModel {
        id: Set(draft.id),
        submitted_by: Set(tx.actor().staff_id()),
        submitted_at: Set(Some(tx.now())),
        ..Default::default()
    })
    .exec(tx.db())
    .await?;
    move_to(tx, case, CaseState::PlanReview).await?;
    let detail = PlanDetail { number: submitted.number, verdict: None, opinion: None };
    write(tx, case, CaseEntryKind::PlanSubmitted, detail).await?;
    Ok(submitted)
}

/// HK-5.4.7: the plan of a grave case is approved after guidance from above.
pub fn may_be_approved(case: &case::Model, profile: &Profile) -> Verdict {
    let waits = profile.is_grave(&case.severity) && case.guided_at.is_none();
    if waits { Err(vec![error::guidance_required()]) } else { Ok(()) }
}

/// A plan under review, decided: the reply follows, or the investigation, or another draft (HK-5.4.5).
pub async fn reviewed(
    tx: &Tx,
    case: &case::Model,
    plan: PlanId,
    verdict: PlanVerdict,
    opinion: &str,
) -> Result<(plan::Model, CaseState)> {
    let state = match verdict {
        PlanVerdict::Approve => CaseState::PlanApproved,
        PlanVerdict::Reinvestigate => CaseState::Investigating,
        PlanVerdict::Redraft => CaseState::PlanDraft,
    };
    let plan = plan::Entity::update(plan::ActiveModel {
        id: Set(plan),
        verdict: Set(Some(verdict)),
        opinion: Set(Some(opinion.to_owned())),
        reviewed_by: Set(tx.actor().staff_id()),
        reviewed_at: Set(Some(tx.now())),
        ..Default::default()
    })
    .exec(tx.db())
    .await?;
    move_to(tx, case, state).await?;
    let detail = PlanDetail { number: plan.number, verdict: Some(verdict), opinion: Some(opinion.to_owned()) };
    write(tx, case, CaseEntryKind::PlanReviewed, detail).await?;
    Ok((plan, state))
}

async fn move_to(tx: &Tx, case: &case::Model, state: CaseState) -> Result<()> {
    store::update(tx, case, case::ActiveModel { state: Set(state), ..Default::default() }).await?;
    Ok(())
}

async fn write(tx: &Tx, case: &case::Model, kind: CaseEntryKind, detail: PlanDetail) -> Result<()> {
    store::insert_entry(tx, case.id, NewEntry::new(kind, Detail::Plan(detail)), tx.now()).await?;
    Ok(())
}
