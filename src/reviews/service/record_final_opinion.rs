//! The final opinion after a preliminary one: it becomes part of the minutes, which all sign anew (HK-7.5.4, HK-8.6).

use super::{Held, others};
use crate::cases::deadlines;
use crate::cases::entry::JointReviewDetail;
use crate::notifications::notify;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::reviews::policy::ReviewAct;
use crate::reviews::store;
use async_graphql::InputObject;
use entity::JointReviewId;
use entity::audit_event::AuditAction;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::joint_review;
use entity::notification::NotificationKind;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Give the final opinion.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordFinalOpinionInput")]
pub struct RecordFinalOpinion {
    /// Any text of yours, new for each opinion. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub joint_review_id: Global<JointReviewId>,
    /// The `version` of the joint review that you saw.
    pub expected_version: i32,
    pub text: String,
}

impl Command for RecordFinalOpinion {
    type Output = JointReviewId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "recordFinalOpinion", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let text = text::required("text", &self.text, text::PROSE)?;
        let held = Held::lock_version(tx, self.joint_review_id.0, self.expected_version).await?;
        held.may(ReviewAct::RecordFinalOpinion, tx)?;

        let given = joint_review::Model {
            final_opinion: Some(text.clone()),
            final_opinion_at: Some(tx.now()),
            ..held.review.clone()
        };
        let minutes = match held.recorded(tx).await? {
            Some(recorded) => Some(held.write_minutes(tx, &given, &recorded).await?),
            None => None,
        };
        let version = minutes.as_ref().map_or(held.review.minutes_version, |minutes| minutes.version);
        let changes = joint_review::ActiveModel {
            final_opinion: Set(given.final_opinion.clone()),
            final_opinion_at: Set(given.final_opinion_at),
            minutes_version: Set(version),
            ..Default::default()
        };
        store::update(tx, &held.review, changes).await?;
        for item in &held.agenda {
            deadlines::meet(tx, item.case_id, StartEvent::Meeting, held.review.id, tx.now()).await?;
        }
        let detail = JointReviewDetail { text: Some(text.clone()), ..held.detail() };
        held.enter(tx, CaseEntryKind::FinalOpinionGiven, detail).await?;
        if let Some(minutes) = &minutes {
            let signers = others(tx, held.signers());
            notify(tx, NotificationKind::MinutesToSign, held.review.case_id, minutes.id, signers).await?;
        }
        let record = held
            .record(AuditAction::FinalOpinionRecorded)
            .fact("minutesVersion", version)
            .fact("minutesSha256", minutes.and_then(|minutes| minutes.sha256))
            .reason(text);
        Ok(Done { output: held.review.id, record })
    }
}
