//! What is done with joint reviews.

use super::review::JointReview;
use crate::identity::sign_in_rules::SignInRules;
use crate::platform::access::{Permission, access};
use crate::platform::db::Command;
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use crate::platform::signing::ServerKeys;
use crate::reviews::service::cancel_joint_review::CancelJointReview;
use crate::reviews::service::close_joint_review::CloseJointReview;
use crate::reviews::service::convene_joint_review::ConveneJointReview;
use crate::reviews::service::open_joint_review::OpenJointReview;
use crate::reviews::service::record_attendance::RecordAttendance;
use crate::reviews::service::record_final_opinion::RecordFinalOpinion;
use crate::reviews::service::record_minutes::RecordMinutes;
use crate::reviews::service::refuse_to_sign::RefuseToSign;
use crate::reviews::service::request_joint_review::RequestJointReview;
use crate::reviews::service::respond_to_invitation::RespondToInvitation;
use crate::reviews::service::sign_minutes::{SignMinutes, SignMinutesInput};
use async_graphql::{Context, Object, Result};
use entity::JointReviewId;
use std::sync::Arc;

payloads!(
    joint_review: JointReview {
        RequestJointReviewPayload,
        ConveneJointReviewPayload,
        RespondToInvitationPayload,
        RecordAttendancePayload,
        OpenJointReviewPayload,
        RecordMinutesPayload,
        CloseJointReviewPayload,
        RecordFinalOpinionPayload,
        SignMinutesPayload,
        RefuseToSignPayload,
        CancelJointReviewPayload,
    }
);

async fn run<C, P>(ctx: &Context<'_>, command: C) -> Option<Result<P>>
where
    C: Command<Output = JointReviewId>,
    P: From<(Option<JointReview>, Vec<Refusal>)>,
{
    Some(Box::pin(write_and_read(ctx, &command)).await.map(P::from))
}

async fn write_and_read<C: Command<Output = JointReviewId>>(
    ctx: &Context<'_>,
    command: &C,
) -> Result<(Option<JointReview>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    let review = match written {
        Some(id) => JointReview::find(ctx, id).await?,
        None => None,
    };
    Ok((review, refusals))
}

#[derive(Default)]
pub struct JointReviewMutations;

#[Object]
impl JointReviewMutations {
    /// Asks for a joint review of a case that you handle, with its evidence pack (HK-7.1, HK-7.3, HK-7.5.1). The supervisor
    /// answers by deciding its `approval`; of a supervisor's own case the next rank does (HK-A20).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn request_joint_review(
        &self,
        ctx: &Context<'_>,
        input: RequestJointReview,
    ) -> Option<Result<RequestJointReviewPayload>> {
        run(ctx, input).await
    }

    /// Convenes the meeting, or convenes it anew: time, place and people, who are told (HK-7.4, HK-7.5.2).
    #[graphql(directive = access::apply(vec![Permission::JointReviewConvene]))]
    async fn convene_joint_review(
        &self,
        ctx: &Context<'_>,
        input: ConveneJointReview,
    ) -> Option<Result<ConveneJointReviewPayload>> {
        run(ctx, input).await
    }

    /// Accepts or declines your invitation; with a substitute of the same capacity, if you know one.
    #[graphql(directive = access::apply(vec![Permission::JointReviewAttend]))]
    async fn respond_to_invitation(
        &self,
        ctx: &Context<'_>,
        input: RespondToInvitation,
    ) -> Option<Result<RespondToInvitationPayload>> {
        run(ctx, input).await
    }

    /// Says who came or left, and when; by the chair or the recorder.
    #[graphql(directive = access::apply(vec![Permission::JointReviewAttend]))]
    async fn record_attendance(
        &self,
        ctx: &Context<'_>,
        input: RecordAttendance,
    ) -> Option<Result<RecordAttendancePayload>> {
        run(ctx, input).await
    }

    /// Opens the meeting; refused until the capacities that it needs are in the room (HK-7.4).
    #[graphql(directive = access::apply(vec![Permission::JointReviewConvene]))]
    async fn open_joint_review(
        &self,
        ctx: &Context<'_>,
        input: OpenJointReview,
    ) -> Option<Result<OpenJointReviewPayload>> {
        run(ctx, input).await
    }

    /// Writes a new version of the minutes; by the recorder (HK-7.5.5). Signatures on earlier versions are void.
    #[graphql(directive = access::apply(vec![Permission::JointReviewAttend]))]
    async fn record_minutes(&self, ctx: &Context<'_>, input: RecordMinutes) -> Option<Result<RecordMinutesPayload>> {
        run(ctx, input).await
    }

    /// Ends the meeting with a decision or a preliminary opinion (HK-7.5.4).
    #[graphql(directive = access::apply(vec![Permission::JointReviewConvene]))]
    async fn close_joint_review(
        &self,
        ctx: &Context<'_>,
        input: CloseJointReview,
    ) -> Option<Result<CloseJointReviewPayload>> {
        run(ctx, input).await
    }

    /// Gives the final opinion after a preliminary one (HK-8.6); all sign the minutes with it.
    #[graphql(directive = access::apply(vec![Permission::JointReviewConvene]))]
    async fn record_final_opinion(
        &self,
        ctx: &Context<'_>,
        input: RecordFinalOpinion,
    ) -> Option<Result<RecordFinalOpinionPayload>> {
        run(ctx, input).await
    }

    /// Signs the minutes, after `confirmIdentity` for SIGN_MINUTES (HK-7.5.6). With the last signature the record is final and
    /// in the folder.
    #[graphql(directive = access::apply(vec![Permission::JointReviewAttend]))]
    async fn sign_minutes(&self, ctx: &Context<'_>, input: SignMinutesInput) -> Option<Result<SignMinutesPayload>> {
        let tokens = Arc::clone(&ctx.data_unchecked::<SignInRules>().tokens);
        let keys = Arc::clone(ctx.data_unchecked::<Arc<ServerKeys>>());
        run(ctx, SignMinutes { input, tokens, keys }).await
    }

    /// Refuses to sign, with reason and dissent; the record does not become final by that.
    #[graphql(directive = access::apply(vec![Permission::JointReviewAttend]))]
    async fn refuse_to_sign(&self, ctx: &Context<'_>, input: RefuseToSign) -> Option<Result<RefuseToSignPayload>> {
        run(ctx, input).await
    }

    /// Cancels a meeting that was agreed to and has no outcome.
    #[graphql(directive = access::apply(vec![Permission::JointReviewConvene]))]
    async fn cancel_joint_review(
        &self,
        ctx: &Context<'_>,
        input: CancelJointReview,
    ) -> Option<Result<CancelJointReviewPayload>> {
        run(ctx, input).await
    }
}
