//! Opening the meeting: not before the capacities that it needs are in the room (HK-7.4).

use super::Held;
use crate::calendar::local_day;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::reviews::policy::{ReviewAct, is_present};
use crate::reviews::{error, store};
use async_graphql::InputObject;
use entity::JointReviewId;
use entity::audit_event::AuditAction;
use entity::joint_review;
use sea_orm::ActiveValue::Set;

/// Open the meeting.
#[derive(InputObject)]
#[graphql(name = "OpenJointReviewInput")]
pub struct OpenJointReview {
    pub joint_review_id: Global<JointReviewId>,
    /// The `version` of the joint review that you saw.
    pub expected_version: i32,
}

impl Command for OpenJointReview {
    type Output = JointReviewId;

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let held = Held::lock_version(tx, self.joint_review_id.0, self.expected_version).await?;
        held.may(ReviewAct::Open, tx)?;
        if held.review.meets_at.is_none_or(|meets_at| local_day(tx.now()) < local_day(meets_at)) {
            return Err(error::too_early().into());
        }
        held.meeting().may_go_on(held.rules()?, &held.handlers())?;
        let present: Vec<_> = held.attendees.iter().filter(|one| is_present(one)).map(|one| one.staff_id).collect();
        // Somebody may have stepped back since the invitation.
        held.none_steps_back(tx, &present).await?;

        let changes = joint_review::ActiveModel { opened_at: Set(Some(tx.now())), ..Default::default() };
        store::update(tx, &held.review, changes).await?;
        let record = held.record(AuditAction::JointReviewOpened).fact("present", present);
        Ok(Done { output: held.review.id, record })
    }
}
