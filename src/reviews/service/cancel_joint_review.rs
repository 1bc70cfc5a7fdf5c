//! Not holding a meeting that was agreed to, with the reason.

use super::{Held, others};
use crate::cases::entry::JointReviewDetail;
use crate::notifications::notify;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::reviews::policy::{ReviewAct, is_invited};
use crate::reviews::store;
use async_graphql::InputObject;
use entity::JointReviewId;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::joint_review;
use entity::notification::NotificationKind;
use sea_orm::ActiveValue::Set;

/// Cancel a joint review that was agreed to; not once it has an outcome.
#[derive(InputObject)]
#[graphql(name = "CancelJointReviewInput")]
pub struct CancelJointReview {
    pub joint_review_id: Global<JointReviewId>,
    /// The `version` of the joint review that you saw.
    pub expected_version: i32,
    pub reason: String,
}

impl Command for CancelJointReview {
    type Output = JointReviewId;

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let held = Held::lock_version(tx, self.joint_review_id.0, self.expected_version).await?;
        held.may(ReviewAct::Cancel, tx)?;
        let changes = joint_review::ActiveModel {
            cancelled_at: Set(Some(tx.now())),
            invitations: Set(held.review.invitations + 1),
            ..Default::default()
        };
        store::update(tx, &held.review, changes).await?;
        let detail = JointReviewDetail { text: Some(reason.clone()), ..held.detail() };
        let entry = held.enter(tx, CaseEntryKind::JointReviewCancelled, detail).await?;
        let handlers = held.handlers().into_iter().filter_map(|(_, handler)| handler);
        let invited = held.attendees.iter().filter(|one| is_invited(one)).map(|one| one.staff_id);
        let told = others(tx, invited.chain(held.review.recorder_id).chain(handlers));
        notify(tx, NotificationKind::JointReviewCancelled, held.review.case_id, entry, told).await?;
        let record = held.record(AuditAction::JointReviewCancelled).reason(reason);
        Ok(Done { output: held.review.id, record })
    }
}
