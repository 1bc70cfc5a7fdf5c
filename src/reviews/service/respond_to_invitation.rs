//! Answering an invitation: coming, or not coming and naming a substitute of the same capacity (HK-7.4).

use super::convene_joint_review::all_step_back;
use super::{Held, candidates, others};
use crate::notifications::notify;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::reviews::policy::{ReviewAct, is_invited};
use crate::reviews::{error, store};
use async_graphql::{Enum, InputObject};
use entity::audit_event::AuditAction;
use entity::joint_review;
use entity::joint_review_attendee::{self as attendee, InvitationResponse};
use entity::notification::NotificationKind;
use entity::{JointReviewAttendeeId, JointReviewId, StaffId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};
use uuid::Uuid;

/// What an invited person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum InvitationAnswer {
    Accept,
    Decline,
}

/// Answer an invitation. The answer before is replaced.
#[derive(InputObject)]
#[graphql(name = "RespondToInvitationInput")]
pub struct RespondToInvitation {
    pub joint_review_id: Global<JointReviewId>,
    /// The `invitations` of the joint review that you saw: an answer is to one time and place.
    pub expected_invitations: i32,
    pub answer: InvitationAnswer,
    /// Why, when you decline.
    pub reason: Option<String>,
    /// Who comes in your place, in the same capacity.
    pub substitute_id: Option<Global<StaffId>>,
}

impl Command for RespondToInvitation {
    type Output = JointReviewId;

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let declines = self.answer == InvitationAnswer::Decline;
        let reason = text::optional("reason", self.reason.as_deref(), text::PROSE)?;
        if declines && reason.is_none() {
            return Err(Failure::bad_input("reason", "Say why you decline."));
        }
        if !declines && self.substitute_id.is_some() {
            return Err(Failure::bad_input("substituteId", "Name a substitute only when you decline."));
        }
        let held = Held::lock(tx, self.joint_review_id.0).await?;
        held.may(ReviewAct::Respond, tx)?;
        let current = held.review.invitations;
        if self.expected_invitations != current {
            return Err(Failure::conflict(self.expected_invitations, current));
        }
        let own = held.meeting().of(tx.actor()).cloned().ok_or(Failure::NotFound)?;
        // Whoever was replaced stays so until the meeting is convened anew.
        if held.attendees.iter().any(|other| other.substitute_for == Some(own.id) && is_invited(other)) {
            return Err(error::not_theirs(ReviewAct::Respond).into());
        }
        let response = if declines { InvitationResponse::Declined } else { InvitationResponse::Accepted };
        let changes = attendee::ActiveModel {
            id: Set(own.id),
            response: Set(response),
            responded_at: Set(Some(tx.now())),
            response_reason: Set(reason.clone()),
            ..Default::default()
        };
        changes.update_without_returning(tx.db()).await?;
        if let Some(substitute) = self.substitute_id {
            self.substitute(tx, &held, &own, substitute.0).await?;
        }
        let to = [held.review.convened_by, held.review.chair_id].into_iter().flatten();
        let about: Uuid = tx.id();
        notify(tx, NotificationKind::InvitationAnswered, held.review.case_id, about, others(tx, to)).await?;
        let mut record = held
            .record(AuditAction::JointReviewAnswered)
            .change("response", own.response, response)
            .fact("capacity", own.capacity)
            .fact("substitute", self.substitute_id.map(|id| id.0));
        if let Some(reason) = reason {
            record = record.reason(reason);
        }
        Ok(Done { output: held.review.id, record })
    }
}

impl RespondToInvitation {
    /// Invites somebody in the place of the person who declines; the chair's substitute chairs.
    async fn substitute(&self, tx: &Tx, held: &Held, own: &attendee::Model, person: StaffId) -> Result<()> {
        let known = held.attendees.iter().find(|other| other.staff_id == person);
        if person == own.staff_id || known.is_some_and(is_invited) {
            return Err(error::substitute_not_allowed().into());
        }
        let rules = held.rules()?;
        let candidate = candidates(tx, &held.cases, &[person]).await?.pop().ok_or(Failure::NotFound)?;
        let chairs = held.review.chair_id == Some(own.staff_id);
        let chair = if chairs { Some(person) } else { held.review.chair_id }.unwrap_or(person);
        candidate.may_attend(own.capacity, rules, &held.agenda, &held.handlers(), chair)?;
        if chairs {
            candidate.may_chair(rules, all_step_back(tx, held, rules).await?)?;
            if held.review.recorder_id == Some(person) {
                return Err(error::recorder_chairs().into());
            }
        }
        // Whoever convenes anew must have seen who comes instead.
        let chair_id = if chairs { Some(person) } else { held.review.chair_id };
        store::update(tx, &held.review, joint_review::ActiveModel { chair_id: Set(chair_id), ..Default::default() })
            .await?;
        let invited = attendee::ActiveModel {
            capacity: Set(own.capacity),
            response: Set(InvitationResponse::Pending),
            responded_at: Set(None),
            response_reason: Set(None),
            substitute_for: Set(Some(own.id)),
            removed_at: Set(None),
            ..Default::default()
        };
        match known {
            Some(known) => {
                attendee::ActiveModel { id: Set(known.id), ..invited }.update_without_returning(tx.db()).await?;
            }
            None => {
                let id: JointReviewAttendeeId = tx.id();
                let new = attendee::ActiveModel {
                    id: Set(id),
                    joint_review_id: Set(held.review.id),
                    staff_id: Set(person),
                    ..invited
                };
                attendee::Entity::insert(new).exec_without_returning(tx.db()).await?;
            }
        }
        notify(tx, NotificationKind::JointReviewConvened, held.review.case_id, own.id, [person]).await
    }
}
