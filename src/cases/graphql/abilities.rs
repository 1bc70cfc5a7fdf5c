//! `Case.viewerCan`: what a portal shows as buttons.

use super::case::Case;
use super::{loader, timeline};
use crate::approvals::graphql::may_request_approval;
use crate::cases::loaders::{OpenWorkOf, PlansOf};
use crate::cases::policy::{self, CaseAct, Verdict};
use crate::cases::service::submit_plan::grounds;
use crate::identity::loaders::{PeopleLoader, RolesOf};
use crate::platform::access::inherits;
use crate::platform::loader::Remembering;
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, Object, Result};
use entity::plan;

/// What the person asking could do with a case now: one field for each button. The answer is that of the rules which the
/// mutations ask, on the case as it is; somebody else may still be faster.
#[derive(Description)]
pub struct CaseAbilities(pub Case);

impl CaseAbilities {
    fn handle(&self, ctx: &Context<'_>, act: CaseAct) -> Ability {
        Ability(policy::may_handle(act, &Scope::of(ctx).actor, &self.0.0.case))
    }

    async fn conclude(&self, ctx: &Context<'_>, act: CaseAct) -> Result<Ability> {
        let case = &self.0.0.case;
        let open = loader(ctx).load_one(OpenWorkOf(case.id)).await?.unwrap_or_default();
        Ok(Ability(policy::may_conclude(act, &Scope::of(ctx).actor, case, &open)))
    }

    async fn latest_plan(&self, ctx: &Context<'_>) -> Result<Option<plan::Model>> {
        let plans = loader(ctx).load_one(PlansOf(self.0.0.case.id)).await?.unwrap_or_default();
        Ok(plans.into_iter().next_back())
    }
}

#[Object(use_type_description)]
impl CaseAbilities {
    /// `allocateCase`
    #[graphql(directive = inherits::apply())]
    async fn allocate(&self, ctx: &Context<'_>) -> Result<Ability> {
        let profile = self.0.profile(ctx).await?;
        Ok(Ability(policy::may_allocate(&Scope::of(ctx).actor, &self.0.0.case, &profile)))
    }

    /// `recordContact`
    #[graphql(directive = inherits::apply())]
    async fn record_contact(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::RecordContact)
    }

    /// `recordStatement`
    #[graphql(directive = inherits::apply())]
    async fn record_statement(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::RecordStatement)
    }

    /// `recordFinding`
    #[graphql(directive = inherits::apply())]
    async fn record_finding(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::RecordFinding)
    }

    /// `draftPlan`
    #[graphql(directive = inherits::apply())]
    async fn draft_plan(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::DraftPlan)
    }

    /// `submitPlan`; the refusals name everything that is missing.
    #[graphql(directive = inherits::apply())]
    async fn submit_plan(&self, ctx: &Context<'_>) -> Result<Ability> {
        let case = &self.0.0.case;
        let actor = &Scope::of(ctx).actor;
        let verdict: Verdict = match policy::may_handle(CaseAct::SubmitPlan, actor, case) {
            Ok(()) => {
                let draft = self.latest_plan(ctx).await?.filter(|plan| plan.verdict.is_none());
                let entries = timeline::all(ctx, case.id).await?;
                policy::may_submit_plan(actor, case, grounds(&entries, draft.as_ref())?)
            }
            refused => refused,
        };
        Ok(Ability(verdict))
    }

    /// `reviewPlan`
    #[graphql(directive = inherits::apply())]
    async fn review_plan(&self, ctx: &Context<'_>) -> Result<Ability> {
        let case = &self.0.0.case;
        let actor = &Scope::of(ctx).actor;
        let Some(plan) = self.latest_plan(ctx).await? else {
            return Ok(Ability(policy::has_nothing_to_review(actor, case)));
        };
        let people = ctx.data_unchecked::<Remembering<PeopleLoader>>();
        let submitter = RolesOf(plan.submitted_by.unwrap_or(plan.drafted_by));
        let roles = people.load_one(submitter).await?.unwrap_or_default();
        let profile = self.0.profile(ctx).await?;
        Ok(Ability(policy::may_review_plan(actor, case, &plan, &roles, &profile)))
    }

    /// `requestApproval`
    #[graphql(directive = inherits::apply())]
    async fn request_approval(&self, ctx: &Context<'_>) -> Ability {
        may_request_approval(ctx, &self.0.0.case)
    }

    /// `recordReply`
    #[graphql(directive = inherits::apply())]
    async fn record_reply(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.conclude(ctx, CaseAct::RecordReply).await
    }

    /// `closeCase`
    #[graphql(directive = inherits::apply())]
    async fn close(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.conclude(ctx, CaseAct::Close).await
    }

    /// `archiveCase`
    #[graphql(directive = inherits::apply())]
    async fn archive(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::Archive)
    }
}
