//! Refusing to sign: with the reason and the dissent, on record. It takes the place of no signature (HK-7.5.6, HK-A16).

use super::sign_minutes::to_sign;
use super::{Held, others};
use crate::notifications::notify;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::reviews::policy::ReviewAct;
use crate::reviews::{error, store};
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::notification::NotificationKind;
use entity::{JointReviewId, JointReviewRefusalId, joint_review_refusal};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Refuse to sign the minutes. The record is not final until you sign, with your dissent, this version or a later one.
#[derive(InputObject, Serialize)]
#[graphql(name = "RefuseToSignInput")]
pub struct RefuseToSign {
    /// Any text of yours, new for each refusal. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub joint_review_id: Global<JointReviewId>,
    /// The `sha256` of the minutes that you read.
    pub expected_minutes_sha256: String,
    /// Why you do not sign.
    pub reason: String,
    /// What you do not agree with.
    pub dissent: String,
}

impl Command for RefuseToSign {
    type Output = JointReviewId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "refuseToSign", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let reason = text::optional("reason", Some(&self.reason), text::PROSE)?;
        let reason = reason.ok_or_else(|| error::reason_required("reason"))?;
        let dissent = text::optional("dissent", Some(&self.dissent), text::PROSE)?;
        let dissent = dissent.ok_or_else(|| error::reason_required("dissent"))?;
        let who = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people sign"))?;
        let held = Held::lock(tx, self.joint_review_id.0).await?;
        held.may(ReviewAct::RefuseToSign, tx)?;
        let (minutes, sha256) = to_sign(tx, &held, &self.expected_minutes_sha256).await?;
        let said = |version: i32, person| version == minutes.version && person == who;
        let signed = store::signatures(tx.db(), &[held.review.id]).await?;
        let refused = store::refusals(tx.db(), &[held.review.id]).await?;
        if signed.iter().any(|one| said(one.minutes_version, one.staff_id))
            || refused.iter().any(|one| said(one.minutes_version, one.staff_id))
        {
            return Err(error::already_signed().into());
        }
        let id: JointReviewRefusalId = tx.id();
        joint_review_refusal::Entity::insert(joint_review_refusal::ActiveModel {
            id: Set(id),
            joint_review_id: Set(held.review.id),
            minutes_version: Set(minutes.version),
            staff_id: Set(who),
            reason: Set(reason.clone()),
            dissent: Set(dissent),
            refused_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let told = others(tx, held.review.chair_id.into_iter().chain(held.review.recorder_id));
        notify(tx, NotificationKind::SigningRefused, held.review.case_id, id, told).await?;
        let record = held
            .record(AuditAction::SigningRefused)
            .fact("minutesVersion", minutes.version)
            .fact("minutesSha256", sha256)
            .reason(reason);
        Ok(Done { output: held.review.id, record })
    }
}
