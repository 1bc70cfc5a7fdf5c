//! Ending the meeting: with a decision, or with a preliminary opinion and fifteen days for the final one (HK-7.5.4, HK-8.6).

use super::{Held, others};
use crate::cases::deadlines::{self, Opening, Owner};
use crate::cases::entry::JointReviewDetail;
use crate::notifications::notify;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::reviews::policy::ReviewAct;
use crate::reviews::{error, store};
use async_graphql::InputObject;
use entity::JointReviewId;
use entity::audit_event::AuditAction;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::joint_review::{self, JointReviewOutcome};
use entity::notification::NotificationKind;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// End the meeting with its outcome.
#[derive(InputObject, Serialize)]
#[graphql(name = "CloseJointReviewInput")]
pub struct CloseJointReview {
    /// Any text of yours, new for each meeting. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub joint_review_id: Global<JointReviewId>,
    /// The `version` of the joint review that you saw.
    pub expected_version: i32,
    /// No meeting ends without one.
    pub outcome: Option<JointReviewOutcome>,
    /// The decision or the opinion in words.
    pub text: Option<String>,
}

impl Command for CloseJointReview {
    type Output = JointReviewId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "closeJointReview", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let held = Held::lock_version(tx, self.joint_review_id.0, self.expected_version).await?;
        held.may(ReviewAct::Close, tx)?;
        let outcome = self.outcome.ok_or_else(|| error::outcome_required("outcome"))?;
        let text = text::optional("text", self.text.as_deref(), text::PROSE)?;
        let text = text.ok_or_else(|| error::outcome_required("text"))?;
        // An outcome is given by those who make up a meeting, not by who is left of it.
        held.meeting().may_go_on(held.rules()?, &held.handlers())?;

        let ended = joint_review::Model {
            closed_at: Some(tx.now()),
            outcome: Some(outcome),
            outcome_text: Some(text.clone()),
            ..held.review.clone()
        };
        let minutes = match held.recorded(tx).await? {
            Some(recorded) => Some(held.write_minutes(tx, &ended, &recorded).await?),
            None => None,
        };
        let version = minutes.as_ref().map_or(held.review.minutes_version, |minutes| minutes.version);
        let changes = joint_review::ActiveModel {
            closed_at: Set(ended.closed_at),
            outcome: Set(ended.outcome),
            outcome_text: Set(ended.outcome_text.clone()),
            minutes_version: Set(version),
            ..Default::default()
        };
        store::update(tx, &held.review, changes).await?;
        if outcome == JointReviewOutcome::Preliminary {
            expect_final_opinion(tx, &held).await?;
        }
        let detail = JointReviewDetail { outcome: Some(outcome), text: Some(text.clone()), ..held.detail() };
        held.enter(tx, CaseEntryKind::JointReviewClosed, detail).await?;
        if let Some(minutes) = &minutes {
            let signers = others(tx, held.signers());
            notify(tx, NotificationKind::MinutesToSign, held.review.case_id, minutes.id, signers).await?;
        }
        let record = held
            .record(AuditAction::JointReviewClosed)
            .fact("outcome", outcome)
            .fact("minutesVersion", version)
            .fact("minutesSha256", minutes.and_then(|minutes| minutes.sha256))
            .fact("signers", held.signers())
            .reason(text);
        Ok(Done { output: held.review.id, record })
    }
}

/// TM-5: the chair owes the final opinion, counted from the day of the meeting, on every case of the agenda.
async fn expect_final_opinion(tx: &Tx, held: &Held) -> Result<()> {
    let Some(rule) = held.profile.deadline_from(StartEvent::Meeting) else { return Ok(()) };
    for item in &held.agenda {
        let opening = Opening {
            rule,
            about: held.review.id.into(),
            started_at: held.review.opened_at.unwrap_or_else(|| tx.now()),
            owner: held.review.chair_id.map_or(Owner::Handler, Owner::Person),
            met_at: None,
        };
        deadlines::open(tx, item.case_id, &held.profile, opening).await?;
    }
    Ok(())
}
