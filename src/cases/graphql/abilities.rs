//! `Case.viewerCan`: what a portal shows as buttons.

use super::case::Case;
use super::closure::running_suspension;
use super::{loader, timeline};
use crate::approvals::graphql::{may_request_approval, may_review_plan};
use crate::archive::graphql::may_add_archive_supplement;
use crate::cases::allocation::may_reassign;
use crate::cases::answering::loaders::RoutingOf;
use crate::cases::answering::policy::may_route;
use crate::cases::loaders::{OpenWorkOf, PlansOf};
use crate::cases::oversight;
use crate::cases::plans::grounds;
use crate::cases::policy::{self, CaseAct, Verdict};
use crate::cases::{suspensions, voiding};
use crate::lessons::graphql::{may_add_library_entry, may_record_suggestion};
use crate::platform::access::inherits;
use crate::platform::refusal::{Ability, Refusal};
use crate::platform::scope::Scope;
use crate::reviews::graphql::may_request_joint_review;
use async_graphql::{Context, Description, Object, Result};
use entity::case::CaseState;
use entity::plan::{self, PlanVerdict};

/// What the person asking could do with a case now: one field for each button. The answer is that of the rules which the
/// mutations ask, on the case as it is; somebody else may still be faster.
#[derive(Description)]
pub struct CaseAbilities(pub Case);

impl CaseAbilities {
    fn handle(&self, ctx: &Context<'_>, act: CaseAct) -> Ability {
        Ability(policy::may_handle(act, &Scope::of(ctx).actor, &self.0.0.case))
    }

    /// What stands open on the case.
    async fn open(&self, ctx: &Context<'_>) -> Result<Vec<Refusal>> {
        Ok(loader(ctx).load_one(OpenWorkOf(self.0.0.case.id)).await?.unwrap_or_default())
    }

    /// What takes a suspended case up again is refused when its period is over (HK-5.5.6).
    async fn go_on(&self, ctx: &Context<'_>, act: CaseAct) -> Result<Ability> {
        let (case, scope) = (&self.0.0.case, Scope::of(ctx));
        let mut verdict = policy::may_handle(act, &scope.actor, case);
        if verdict.is_ok()
            && case.state == CaseState::Suspended
            && let Some(suspension) = running_suspension(ctx, case.id).await?
        {
            verdict = suspensions::policy::may_go_on(&suspension, scope.clock.now());
        }
        Ok(Ability(verdict))
    }

    fn complete(&self, ctx: &Context<'_>, act: CaseAct) -> Ability {
        Ability(policy::may_complete(act, &Scope::of(ctx).actor, &self.0.0.case))
    }

    fn complete_or_allocate(&self, ctx: &Context<'_>, act: CaseAct) -> Ability {
        Ability(policy::may_complete_or_allocate(act, &Scope::of(ctx).actor, &self.0.0.case))
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
        let verdict = policy::may_distribute(CaseAct::Allocate, &Scope::of(ctx).actor, &self.0.0.case, &profile);
        Ok(Ability(verdict))
    }

    /// `reassignCase`
    #[graphql(directive = inherits::apply())]
    async fn reassign(&self, ctx: &Context<'_>) -> Result<Ability> {
        let profile = self.0.profile(ctx).await?;
        Ok(Ability(may_reassign(&Scope::of(ctx).actor, &self.0.0.case, &profile)))
    }

    /// `routeToDepartment`
    #[graphql(directive = inherits::apply())]
    async fn route_to_department(&self, ctx: &Context<'_>) -> Result<Ability> {
        let profile = self.0.profile(ctx).await?;
        Ok(Ability(may_route(&Scope::of(ctx).actor, &self.0.0.case, &profile)))
    }

    /// `addComplainant`
    #[graphql(directive = inherits::apply())]
    async fn add_complainant(&self, ctx: &Context<'_>) -> Ability {
        self.complete(ctx, CaseAct::AddComplainant)
    }

    /// `updateHeadCount`
    #[graphql(directive = inherits::apply())]
    async fn update_head_count(&self, ctx: &Context<'_>) -> Ability {
        self.complete(ctx, CaseAct::UpdateHeadCount)
    }

    /// `addRespondent`
    #[graphql(directive = inherits::apply())]
    async fn add_respondent(&self, ctx: &Context<'_>) -> Ability {
        self.complete_or_allocate(ctx, CaseAct::AddRespondent)
    }

    /// `recordAuthorityLetter`
    #[graphql(directive = inherits::apply())]
    async fn record_authority_letter(&self, ctx: &Context<'_>) -> Ability {
        self.complete(ctx, CaseAct::RecordAuthorityLetter)
    }

    /// `linkCases`
    #[graphql(directive = inherits::apply())]
    async fn link_cases(&self, ctx: &Context<'_>) -> Ability {
        self.complete_or_allocate(ctx, CaseAct::LinkCases)
    }

    /// `declareRecusal`
    #[graphql(directive = inherits::apply())]
    async fn declare_recusal(&self, ctx: &Context<'_>) -> Ability {
        Ability(policy::may_declare_recusal(&Scope::of(ctx).actor, &self.0.0.case))
    }

    /// `recordContact`
    #[graphql(directive = inherits::apply())]
    async fn record_contact(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.go_on(ctx, CaseAct::RecordContact).await
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

    /// `addEvidence`
    #[graphql(directive = inherits::apply())]
    async fn add_evidence(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.go_on(ctx, CaseAct::AddEvidence).await
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

    /// `reviewPlan` with this verdict: a plan may be sent back that may not be approved yet (HK-5.4.7).
    #[graphql(directive = inherits::apply())]
    async fn review_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "PlanVerdict::Approve")] verdict: PlanVerdict,
    ) -> Result<Ability> {
        may_review_plan(ctx, &self.0, verdict).await
    }

    /// `requestApproval`
    #[graphql(directive = inherits::apply())]
    async fn request_approval(&self, ctx: &Context<'_>) -> Ability {
        may_request_approval(ctx, &self.0.0.case)
    }

    /// `requestAssistance`; what is asked, and of whom, it does not look at.
    #[graphql(directive = inherits::apply())]
    async fn request_assistance(&self, ctx: &Context<'_>) -> Ability {
        may_request_approval(ctx, &self.0.0.case)
    }

    /// `requestJointReview`
    #[graphql(directive = inherits::apply())]
    async fn request_joint_review(&self, ctx: &Context<'_>) -> Result<Ability> {
        let profile = self.0.profile(ctx).await?;
        may_request_joint_review(ctx, &self.0.0.case, &profile).await
    }

    /// `recordReply`
    #[graphql(directive = inherits::apply())]
    async fn record_reply(&self, ctx: &Context<'_>) -> Result<Ability> {
        let case = &self.0.0.case;
        // Asked for at once with what `close` asks for.
        let open = self.open(ctx).await?;
        let routing = loader(ctx).load_one(RoutingOf(case.id)).await?;
        Ok(Ability(policy::may_reply(&Scope::of(ctx).actor, case, routing.as_ref(), &open)))
    }

    /// `closeCase`
    #[graphql(directive = inherits::apply())]
    async fn close(&self, ctx: &Context<'_>) -> Result<Ability> {
        let open = self.open(ctx).await?;
        Ok(Ability(policy::may_conclude(CaseAct::Close, &Scope::of(ctx).actor, &self.0.0.case, &open)))
    }

    /// `suspendCase`, on a ground that the handling record bears out.
    #[graphql(directive = inherits::apply())]
    async fn suspend(&self, ctx: &Context<'_>) -> Result<Ability> {
        let case = &self.0.0.case;
        let profile = self.0.profile(ctx).await?;
        let open = loader(ctx).load_one(OpenWorkOf(case.id)).await?.unwrap_or_default();
        Ok(Ability(suspensions::policy::may_suspend(&Scope::of(ctx).actor, case, &profile, &open)))
    }

    /// `reopenCase`
    #[graphql(directive = inherits::apply())]
    async fn reopen(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.go_on(ctx, CaseAct::Reopen).await
    }

    /// `voidVoucher`
    #[graphql(directive = inherits::apply())]
    async fn void_voucher(&self, ctx: &Context<'_>) -> Result<Ability> {
        let case = &self.0.0.case;
        let profile = self.0.profile(ctx).await?;
        let asked = voiding::is_asked(&timeline::all(ctx, case.id).await?);
        Ok(Ability(voiding::may_void(&Scope::of(ctx).actor, case, &profile, asked)))
    }

    /// `agreeToVoid`
    #[graphql(directive = inherits::apply())]
    async fn agree_to_void(&self, ctx: &Context<'_>) -> Result<Ability> {
        let case = &self.0.0.case;
        let profile = self.0.profile(ctx).await?;
        let asked = voiding::is_asked(&timeline::all(ctx, case.id).await?);
        Ok(Ability(voiding::may_agree(&Scope::of(ctx).actor, case, &profile, asked)))
    }

    /// `addArchiveSupplement`
    #[graphql(directive = inherits::apply())]
    async fn add_archive_supplement(&self, ctx: &Context<'_>) -> Result<Ability> {
        let profile = self.0.profile(ctx).await?;
        Ok(may_add_archive_supplement(ctx, &self.0.0.case, &profile))
    }

    /// `archiveCase`
    #[graphql(directive = inherits::apply())]
    async fn archive(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::Archive)
    }

    /// `acknowledgeCase`
    #[graphql(directive = inherits::apply())]
    async fn acknowledge(&self, ctx: &Context<'_>) -> Ability {
        Ability(policy::may_acknowledge(&Scope::of(ctx).actor, &self.0.0.case))
    }

    /// `reportProgress`
    #[graphql(directive = inherits::apply())]
    async fn report_progress(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::ReportProgress)
    }

    /// `addCoordinationNote`
    #[graphql(directive = inherits::apply())]
    async fn add_coordination_note(&self, ctx: &Context<'_>) -> Ability {
        Ability(policy::may(CaseAct::AddCoordinationNote, &Scope::of(ctx).actor, &self.0.0.case))
    }

    /// `proposeClassification`
    #[graphql(directive = inherits::apply())]
    async fn propose_classification(&self, ctx: &Context<'_>) -> Result<Ability> {
        oversight::graphql::abilities::propose_classification(ctx, &self.0).await
    }

    /// `classifyCase`
    #[graphql(directive = inherits::apply())]
    async fn classify(&self, ctx: &Context<'_>) -> Result<Ability> {
        oversight::graphql::abilities::classify(ctx, &self.0).await
    }

    /// `escalateCase`
    #[graphql(directive = inherits::apply())]
    async fn escalate(&self, ctx: &Context<'_>) -> Result<Ability> {
        oversight::graphql::abilities::escalate(ctx, &self.0).await
    }

    /// `answerEscalation`, for any report that waits.
    #[graphql(directive = inherits::apply())]
    async fn answer_escalation(&self, ctx: &Context<'_>) -> Result<Ability> {
        oversight::graphql::abilities::answer_escalation(ctx, &self.0).await
    }

    /// `recordAgentFault`
    #[graphql(directive = inherits::apply())]
    async fn record_agent_fault(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = true)] at_fault: bool,
    ) -> Result<Ability> {
        oversight::graphql::abilities::record_agent_fault(ctx, &self.0, at_fault).await
    }

    /// `recordMisappropriation`
    #[graphql(directive = inherits::apply())]
    async fn record_misappropriation(&self, ctx: &Context<'_>) -> Ability {
        Ability(policy::may_handle(CaseAct::RecordMisappropriation, &Scope::of(ctx).actor, &self.0.0.case))
    }

    /// `transferEvidence`
    #[graphql(directive = inherits::apply())]
    async fn transfer_evidence(&self, ctx: &Context<'_>) -> Ability {
        Ability(oversight::policy::may_transfer(&Scope::of(ctx).actor, &self.0.0.case))
    }

    /// `addLibraryEntry`; a case stands in the library once.
    #[graphql(directive = inherits::apply())]
    async fn add_library_entry(&self, ctx: &Context<'_>) -> Ability {
        may_add_library_entry(ctx, &self.0.0.case)
    }

    /// `recordSuggestion`
    #[graphql(directive = inherits::apply())]
    async fn record_suggestion(&self, ctx: &Context<'_>) -> Ability {
        may_record_suggestion(ctx)
    }
}
