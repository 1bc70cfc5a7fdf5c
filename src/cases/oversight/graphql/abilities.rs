//! What the person asking could do about a case above its handler: for `Case.viewerCan`.

use super::escalations;
use crate::cases::graphql::Case;
use crate::cases::oversight::policy;
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use async_graphql::{Context, Result};

pub async fn propose_classification(ctx: &Context<'_>, case: &Case) -> Result<Ability> {
    let profile = case.profile(ctx).await?;
    Ok(Ability(policy::may_propose(&Scope::of(ctx).actor, &case.0.case, &profile).map(drop)))
}

pub async fn classify(ctx: &Context<'_>, case: &Case) -> Result<Ability> {
    let profile = case.profile(ctx).await?;
    Ok(Ability(policy::may_classify(&Scope::of(ctx).actor, &case.0.case, &profile).map(drop)))
}

pub async fn escalate(ctx: &Context<'_>, case: &Case) -> Result<Ability> {
    let profile = case.profile(ctx).await?;
    Ok(Ability(policy::may_escalate(&Scope::of(ctx).actor, &case.0.case, &profile).map(drop)))
}

/// Any of the reports that wait; if none can be answered, what stands against the first.
pub async fn answer_escalation(ctx: &Context<'_>, case: &Case) -> Result<Ability> {
    let profile = case.profile(ctx).await?;
    let actor = &Scope::of(ctx).actor;
    let row = &case.0.case;
    let waiting = escalations(ctx, row.id).await?.into_iter().filter(|report| !report.is_answered());
    let mut verdicts: Vec<_> =
        waiting.map(|report| policy::may_answer(actor, row, report.reporter(), false, &profile)).collect();
    if verdicts.iter().any(Result::is_ok) {
        return Ok(Ability(Ok(())));
    }
    Ok(Ability(if verdicts.is_empty() { policy::has_nothing_to_answer(actor, row) } else { verdicts.swap_remove(0) }))
}

pub async fn record_agent_fault(ctx: &Context<'_>, case: &Case, at_fault: bool) -> Result<Ability> {
    let profile = case.profile(ctx).await?;
    Ok(Ability(policy::may_record_agent_fault(&Scope::of(ctx).actor, &case.0.case, at_fault, &profile)))
}
