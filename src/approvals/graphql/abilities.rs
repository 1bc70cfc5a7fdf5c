//! `Approval.viewerCan`: what a portal shows as buttons.

use super::approval::{Approval, of_case};
use super::explanation::facts_now;
use crate::approvals::authority::{Act, Inputs, work_out};
use crate::approvals::policy::{self, Item};
use crate::cases::graphql::Case;
use crate::cases::plans;
use crate::cases::policy::has_nothing_to_review;
use crate::platform::access::{Permission, inherits};
use crate::platform::error::Failure;
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, Enum, Object, Result};
use entity::approval::{ApprovalKind, ApprovalState};
use entity::case;
use entity::plan::PlanVerdict;

/// Whether the person asking could ask for an approval on the case.
pub fn may_request_approval(ctx: &Context<'_>, case: &case::Model) -> Ability {
    Ability(policy::may_request(&Scope::of(ctx).actor, case))
}

/// Whether the person asking could review the plan of the case with this verdict: a plan may be sent back that may not be
/// approved yet (HK-5.4.7).
pub async fn may_review_plan(ctx: &Context<'_>, case: &Case, verdict: PlanVerdict) -> Result<Ability> {
    if let Err(refusals) = has_nothing_to_review(&Scope::of(ctx).actor, &case.0.case) {
        return Ok(Ability(Err(refusals)));
    }
    let waiting = |item: &Approval| item.0.kind == ApprovalKind::HandlingPlan && item.0.state == ApprovalState::Pending;
    let item = of_case(ctx, case).await?.into_iter().find(waiting);
    let item = item.ok_or_else(|| Failure::internal("a plan under review has no item"))?;
    let action = match verdict {
        PlanVerdict::Redraft => ApprovalAction::Return,
        PlanVerdict::Approve | PlanVerdict::Reinvestigate => ApprovalAction::Decide,
    };
    let ability = ApprovalAbilities(item).of(ctx, action).await?;
    if ability.0.is_err() || verdict != PlanVerdict::Approve {
        return Ok(ability);
    }
    Ok(Ability(plans::may_be_approved(&case.0.case, &*case.profile(ctx).await?)))
}

/// What somebody could want to do with an approval item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ApprovalAction {
    /// `endorseApproval`
    Endorse,
    /// `decideApproval`
    Decide,
    /// `returnApproval`
    Return,
    /// `remindApproval`
    Remind,
    /// `amendApproval`
    Amend,
    /// `withdrawApproval`
    Withdraw,
    /// `reverseApproval`
    Reverse,
}

/// What the person asking could do with an approval item now: one field for each button.
#[derive(Description)]
pub struct ApprovalAbilities(pub Approval);

impl ApprovalAbilities {
    pub async fn of(&self, ctx: &Context<'_>, action: ApprovalAction) -> Result<Ability> {
        let actor = &Scope::of(ctx).actor;
        let (act, permission) = match action {
            ApprovalAction::Endorse => (Act::Endorse, Permission::ApprovalEndorse),
            ApprovalAction::Decide => (Act::Decide, Permission::ApprovalDecide),
            ApprovalAction::Return => (Act::Return, Permission::ApprovalEndorse),
            ApprovalAction::Reverse => (Act::Reverse, Permission::ApprovalDecide),
            ApprovalAction::Amend | ApprovalAction::Remind | ApprovalAction::Withdraw => {
                if let Err(refusals) = policy::has(actor, Permission::ApprovalRequest) {
                    return Ok(Ability(Err(refusals)));
                }
                let case = Case::of(ctx, self.0.0.case_id).await?;
                let item = Item { approval: &self.0.0, case: &case.0.case };
                return Ok(Ability(match action {
                    ApprovalAction::Amend => item.may_amend(actor),
                    ApprovalAction::Remind => item.may_remind(actor),
                    _ => item.may_withdraw(actor),
                }));
            }
        };
        let reversible = if act == Act::Reverse { policy::may_be_reversed(&self.0.0) } else { Ok(()) };
        if let Err(refusals) = policy::has(actor, permission).and(reversible) {
            return Ok(Ability(Err(refusals)));
        }
        let (profile_version, profile, facts) = facts_now(ctx, &self.0).await?;
        let actor = actor.staff_id().ok_or_else(|| Failure::internal("only people act on approvals"))?;
        let inputs = Inputs { profile_version, act, actor, facts };
        Ok(Ability(work_out(&inputs, &profile).map(drop)))
    }
}

#[Object(use_type_description)]
impl ApprovalAbilities {
    /// `endorseApproval`
    #[graphql(directive = inherits::apply())]
    async fn endorse(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ApprovalAction::Endorse).await
    }

    /// `decideApproval`
    #[graphql(directive = inherits::apply())]
    async fn decide(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ApprovalAction::Decide).await
    }

    /// `returnApproval`
    #[graphql(directive = inherits::apply())]
    async fn r#return(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ApprovalAction::Return).await
    }

    /// `remindApproval`
    #[graphql(directive = inherits::apply())]
    async fn remind(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ApprovalAction::Remind).await
    }

    /// `amendApproval`
    #[graphql(directive = inherits::apply())]
    async fn amend(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ApprovalAction::Amend).await
    }

    /// `withdrawApproval`
    #[graphql(directive = inherits::apply())]
    async fn withdraw(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ApprovalAction::Withdraw).await
    }

    /// `reverseApproval`
    #[graphql(directive = inherits::apply())]
    async fn reverse(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ApprovalAction::Reverse).await
    }
}
