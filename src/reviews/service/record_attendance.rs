//! Saying who came and who left, and when (HK-7.4).

use super::Held;
use crate::calendar::local_day;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::reviews::error;
use crate::reviews::policy::{ReviewAct, is_invited, is_present};
use async_graphql::{Enum, InputObject};
use chrono::{DateTime, SubsecRound, Utc};
use entity::audit_event::AuditAction;
use entity::joint_review_attendee as attendee;
use entity::{JointReviewAttendeeId, JointReviewId};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Whether somebody came or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Presence {
    /// Came, or came back.
    Arrived,
    /// Left before the end.
    Left,
}

/// Say who came or left. On the day of the meeting, until it ends.
#[derive(InputObject)]
#[graphql(name = "RecordAttendanceInput")]
pub struct RecordAttendance {
    pub joint_review_id: Global<JointReviewId>,
    pub presence: Presence,
    pub attendee_ids: Vec<Global<JointReviewAttendeeId>>,
    /// When; now, if it is left out.
    pub at: Option<DateTime<Utc>>,
}

impl Command for RecordAttendance {
    type Output = JointReviewId;

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let held = Held::lock(tx, self.joint_review_id.0).await?;
        held.may(ReviewAct::RecordAttendance, tx)?;
        let at = self.at.map_or_else(|| tx.now(), |at| at.trunc_subsecs(6));
        if at > tx.now() || held.review.convened_at.is_none_or(|convened| at < convened) {
            return Err(error::presence_not_allowed("at").into());
        }
        if held.review.meets_at.is_none_or(|meets_at| local_day(at) < local_day(meets_at)) {
            return Err(error::too_early().into());
        }
        let mut people = Vec::new();
        for id in &self.attendee_ids {
            let known = held.attendees.iter().find(|known| known.id == id.0).ok_or(Failure::NotFound)?;
            self.may_be_recorded(known, at)?;
            people.push(known.staff_id);
        }
        if self.presence == Presence::Arrived {
            held.none_steps_back(tx, &people).await?;
        }
        for id in &self.attendee_ids {
            let known = held.attendees.iter().find(|known| known.id == id.0).ok_or(Failure::NotFound)?;
            let changes = match self.presence {
                Presence::Left => attendee::ActiveModel { left_at: Set(Some(at)), ..Default::default() },
                // Whoever comes back was there from the first arrival; the trail keeps when they were out.
                Presence::Arrived => attendee::ActiveModel {
                    arrived_at: Set(known.arrived_at.or(Some(at))),
                    left_at: Set(None),
                    ..Default::default()
                },
            };
            attendee::ActiveModel { id: Set(known.id), ..changes }.update_without_returning(tx.db()).await?;
        }
        let record = held
            .record(AuditAction::AttendanceRecorded)
            .fact("presence", self.presence)
            .fact("people", people)
            .fact("at", at);
        Ok(Done { output: held.review.id, record })
    }
}

impl RecordAttendance {
    fn may_be_recorded(&self, known: &attendee::Model, at: DateTime<Utc>) -> Result<()> {
        if !is_invited(known) || [known.arrived_at, known.left_at].into_iter().flatten().any(|before| at < before) {
            return Err(error::presence_not_allowed("attendeeIds").into());
        }
        let changes = match self.presence {
            Presence::Arrived => !is_present(known),
            Presence::Left => is_present(known),
        };
        if changes { Ok(()) } else { Err(error::already_so().into()) }
    }
}
