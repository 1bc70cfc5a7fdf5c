//! What a portal shows as buttons.

use super::loader;
use super::review::JointReview;
use crate::approvals::policy::may_request;
use crate::platform::access::inherits;
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use crate::profiles::Profile;
use crate::reviews::error;
use crate::reviews::loaders::{AttendeesOf, JointReviewsOf};
use crate::reviews::policy::{Meeting, ReviewAct, state};
use async_graphql::{Context, Description, Object, Result};
use entity::case;

/// Whether the person asking could ask for a joint review on the case.
pub async fn may_request_joint_review(ctx: &Context<'_>, case: &case::Model, profile: &Profile) -> Result<Ability> {
    let verdict = may_request(&Scope::of(ctx).actor, case);
    if verdict.is_err() {
        return Ok(Ability(verdict));
    }
    if profile.joint_review.is_none() {
        return Ok(Ability(Err(vec![error::not_held_here()])));
    }
    let known = loader(ctx).load_one(JointReviewsOf(case.id)).await?.unwrap_or_default();
    let goes_on = known.iter().any(|read| !state(&read.review, read.request).is_over());
    Ok(Ability(if goes_on { Err(vec![error::already_asked()]) } else { Ok(()) }))
}

/// What the person asking could do with a joint review now: one field for each button.
#[derive(Description)]
pub struct JointReviewAbilities(pub JointReview);

impl JointReviewAbilities {
    async fn of(&self, ctx: &Context<'_>, act: ReviewAct) -> Result<Ability> {
        let read = &self.0.0;
        let attendees = loader(ctx).load_one(AttendeesOf(read.review.id)).await?.unwrap_or_default();
        let state = state(&read.review, read.request);
        let meeting = Meeting { review: &read.review, state, attendees: &attendees };
        Ok(Ability(meeting.may(act, &Scope::of(ctx).actor)))
    }
}

#[Object(use_type_description)]
impl JointReviewAbilities {
    /// `conveneJointReview`
    #[graphql(directive = inherits::apply())]
    async fn convene(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::Convene).await
    }

    /// `respondToInvitation`
    #[graphql(directive = inherits::apply())]
    async fn respond(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::Respond).await
    }

    /// `recordAttendance`
    #[graphql(directive = inherits::apply())]
    async fn record_attendance(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::RecordAttendance).await
    }

    /// `openJointReview`; who must be in the room is said when it is opened.
    #[graphql(directive = inherits::apply())]
    async fn open(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::Open).await
    }

    /// `recordMinutes`
    #[graphql(directive = inherits::apply())]
    async fn record_minutes(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::RecordMinutes).await
    }

    /// `closeJointReview`
    #[graphql(directive = inherits::apply())]
    async fn close(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::Close).await
    }

    /// `recordFinalOpinion`
    #[graphql(directive = inherits::apply())]
    async fn record_final_opinion(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::RecordFinalOpinion).await
    }

    /// `signMinutes`
    #[graphql(directive = inherits::apply())]
    async fn sign_minutes(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::Sign).await
    }

    /// `refuseToSign`
    #[graphql(directive = inherits::apply())]
    async fn refuse_to_sign(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::RefuseToSign).await
    }

    /// `cancelJointReview`
    #[graphql(directive = inherits::apply())]
    async fn cancel(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReviewAct::Cancel).await
    }
}
