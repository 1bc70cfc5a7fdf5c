//! What is done with approval items.

use super::approval::Approval;
use super::bulk::DecideApprovalsPayload;
use crate::approvals::service::amend_approval::AmendApproval;
use crate::approvals::service::decide_approval::DecideApproval;
use crate::approvals::service::decide_approvals::DecideApprovals;
use crate::approvals::service::endorse_approval::EndorseApproval;
use crate::approvals::service::record_execution::RecordExecution;
use crate::approvals::service::remind_approval::RemindApproval;
use crate::approvals::service::request_approval::RequestApproval;
use crate::approvals::service::return_approval::ReturnApproval;
use crate::approvals::service::reverse_approval::ReverseApproval;
use crate::approvals::service::review_plan::ReviewPlan;
use crate::approvals::service::submit_plan::SubmitPlan;
use crate::approvals::service::withdraw_approval::WithdrawApproval;
use crate::cases::graphql::{Case, run as on_case};
use crate::platform::access::{Permission, access};
use crate::platform::db::Command;
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Object, Result};
use entity::ApprovalId;

payloads!(
    approval: Approval {
        RequestApprovalPayload,
        AmendApprovalPayload,
        EndorseApprovalPayload,
        DecideApprovalPayload,
        WithdrawApprovalPayload,
        ReturnApprovalPayload,
        RemindApprovalPayload,
        RecordExecutionPayload,
        ReverseApprovalPayload,
    }
);

payloads!(case: Case { SubmitPlanPayload, ReviewPlanPayload });

async fn run<C, P>(ctx: &Context<'_>, command: C) -> Option<Result<P>>
where
    C: Command<Output = ApprovalId>,
    P: From<(Option<Approval>, Vec<Refusal>)>,
{
    Some(write_and_read(ctx, &command).await.map(P::from))
}

async fn write_and_read<C: Command<Output = ApprovalId>>(
    ctx: &Context<'_>,
    command: &C,
) -> Result<(Option<Approval>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    let approval = match written {
        Some(id) => Approval::find(ctx, id).await?,
        None => None,
    };
    Ok((approval, refusals))
}

#[derive(Default)]
pub struct ApprovalMutations;

#[Object]
impl ApprovalMutations {
    /// Submits the last draft for review; refused until facts, responsibility, basis and proposal are there (HK-2.1).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn submit_plan(&self, ctx: &Context<'_>, input: SubmitPlan) -> Option<Result<SubmitPlanPayload>> {
        on_case(ctx, input).await
    }

    /// Approves a plan, or sends it back to the investigation or to the draft (HK-5.4.4, HK-5.4.5).
    #[graphql(directive = access::apply(vec![Permission::PlanReview]))]
    async fn review_plan(&self, ctx: &Context<'_>, input: ReviewPlan) -> Option<Result<ReviewPlanPayload>> {
        on_case(ctx, input).await
    }

    /// Asks for an approval. The server works out excess, ratio and tier (HK-4.1.5).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn request_approval(
        &self,
        ctx: &Context<'_>,
        input: RequestApproval,
    ) -> Option<Result<RequestApprovalPayload>> {
        run(ctx, input).await
    }

    /// Changes what an item asks for; whatever was endorsed or decided before is void (HK-4.1.8).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn amend_approval(&self, ctx: &Context<'_>, input: AmendApproval) -> Option<Result<AmendApprovalPayload>> {
        run(ctx, input).await
    }

    /// Takes back an item that nobody has decided.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn withdraw_approval(
        &self,
        ctx: &Context<'_>,
        input: WithdrawApproval,
    ) -> Option<Result<WithdrawApprovalPayload>> {
        run(ctx, input).await
    }

    /// Endorses an item above the lowest tier, before its decider (HK-4.11).
    #[graphql(directive = access::apply(vec![Permission::ApprovalEndorse]))]
    async fn endorse_approval(
        &self,
        ctx: &Context<'_>,
        input: EndorseApproval,
    ) -> Option<Result<EndorseApprovalPayload>> {
        run(ctx, input).await
    }

    /// Sends an item back to the person who asked, to be amended; it no longer counts until then.
    #[graphql(directive = access::apply(vec![Permission::ApprovalEndorse]))]
    async fn return_approval(&self, ctx: &Context<'_>, input: ReturnApproval) -> Option<Result<ReturnApprovalPayload>> {
        run(ctx, input).await
    }

    /// Reminds those for whom an item waits; once on a local day.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn remind_approval(&self, ctx: &Context<'_>, input: RemindApproval) -> Option<Result<RemindApprovalPayload>> {
        run(ctx, input).await
    }

    /// Takes an approval back on which nothing was paid: a new decision that names the old one (HK-4.10).
    #[graphql(directive = access::apply(vec![Permission::ApprovalDecide]))]
    async fn reverse_approval(
        &self,
        ctx: &Context<'_>,
        input: ReverseApproval,
    ) -> Option<Result<ReverseApprovalPayload>> {
        run(ctx, input).await
    }

    /// Records a payment on an approved item. Partial payments add up to no more than was approved; no voucher is recorded
    /// twice.
    #[graphql(directive = access::apply(vec![Permission::ApprovalExecute]))]
    async fn record_execution(
        &self,
        ctx: &Context<'_>,
        input: RecordExecution,
    ) -> Option<Result<RecordExecutionPayload>> {
        run(ctx, input).await
    }

    /// Decides up to 200 items, one after the other; one that is refused does not keep the others back.
    #[graphql(directive = access::apply(vec![Permission::ApprovalDecide]))]
    async fn decide_approvals(
        &self,
        ctx: &Context<'_>,
        input: DecideApprovals,
    ) -> Option<Result<DecideApprovalsPayload>> {
        let scope = Scope::of(ctx);
        Some(input.run(&scope.db, &scope.actor).await.map(DecideApprovalsPayload).map_err(Into::into))
    }

    /// Decides an item within one's authority, never one's own, once (HK-4.8…HK-4.10). A decision on an item that is
    /// decided already gives the error code `CONFLICT`.
    #[graphql(directive = access::apply(vec![Permission::ApprovalDecide]))]
    async fn decide_approval(&self, ctx: &Context<'_>, input: DecideApproval) -> Option<Result<DecideApprovalPayload>> {
        run(ctx, input).await
    }
}
