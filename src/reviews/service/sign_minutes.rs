//! Signing the minutes: by everyone who was there when the outcome was given, over exactly the text that they saw, after saying
//! who they are again. The last signature files the record (HK-7.5.6, HK-7.6, HK-A16).

use super::{Held, others};
use crate::cases;
use crate::cases::entry::JointReviewDetail;
use crate::identity::tokens::{ConfirmedAction, Tokens};
use crate::notifications::notify;
use crate::platform::access::Who;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::signing::ServerKeys;
use crate::platform::text;
use crate::reviews::minutes::{capacity, number_of};
use crate::reviews::policy::ReviewAct;
use crate::reviews::{error, pack, store};
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{
    JointReviewId, JointReviewSignatureId, StaffId, case, joint_review, joint_review_minutes, joint_review_signature,
};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;

/// Sign the minutes.
#[derive(InputObject, Serialize)]
#[graphql(name = "SignMinutesInput")]
pub struct SignMinutesInput {
    /// Any text of yours, new for each signature. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub joint_review_id: Global<JointReviewId>,
    /// The `sha256` of the minutes that you read: that text is signed, or none. Another version is a conflict.
    pub expected_minutes_sha256: String,
    /// The `token` of `confirmIdentity` for the action SIGN_MINUTES.
    // A new proof for the same signature is the same signature.
    #[serde(skip)]
    pub proof: String,
    /// What you do not agree with. Whoever dissents signs all the same.
    pub dissent: Option<String>,
}

pub struct SignMinutes {
    pub input: SignMinutesInput,
    pub tokens: Arc<Tokens>,
    pub keys: Arc<ServerKeys>,
}

impl Command for SignMinutes {
    type Output = JointReviewId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.input.idempotency_key, "signMinutes", &self.input))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let SignMinutesInput { joint_review_id, expected_minutes_sha256, dissent, .. } = &self.input;
        let dissent = text::optional("dissent", dissent.as_deref(), text::PROSE)?;
        let signer = self.confirmed(tx)?;
        let held = Held::lock(tx, joint_review_id.0).await?;
        held.may(ReviewAct::Sign, tx)?;
        let (minutes, sha256) = to_sign(tx, &held, expected_minutes_sha256).await?;
        let signatures = of_version(tx, &held).await?;
        if signatures.iter().any(|known| known.staff_id == signer) {
            return Err(error::already_signed().into());
        }
        let own = held.meeting().of(tx.actor()).cloned().ok_or(Failure::NotFound)?;

        let statement = pack::SignatureStatement {
            joint_review: held.review.id.into(),
            minutes_version: number_of(minutes.version)?,
            minutes_sha256: sha256.clone(),
            person: signer,
            capacity: capacity(own.capacity),
            dissent: dissent.clone(),
            signed_at: tx.now(),
        };
        let signed = statement.sign(&self.keys)?;
        let id: JointReviewSignatureId = tx.id();
        joint_review_signature::Entity::insert(joint_review_signature::ActiveModel {
            id: Set(id),
            joint_review_id: Set(held.review.id),
            minutes_version: Set(minutes.version),
            minutes_sha256: Set(sha256.clone()),
            staff_id: Set(signer),
            capacity: Set(own.capacity),
            dissent: Set(dissent.clone()),
            signed_at: Set(tx.now()),
            key_id: Set(signed.signature.key_id.clone()),
            value: Set(signed.signature.value),
        })
        .exec_without_returning(tx.db())
        .await?;
        let signed_by: HashSet<StaffId> = signatures.iter().map(|known| known.staff_id).chain([signer]).collect();
        let all = held.signers().iter().all(|one| signed_by.contains(one));
        let filed = all && held.state.is_conclusive();
        if filed {
            file(tx, &held).await?;
        }
        let mut record = held
            .record(AuditAction::MinutesSigned)
            .fact("minutesVersion", minutes.version)
            .fact("minutesSha256", sha256)
            .fact("capacity", own.capacity)
            .fact("keyId", signed.signature.key_id)
            .fact("dissents", dissent.is_some())
            .fact("filed", filed);
        if let Some(dissent) = dissent {
            record = record.reason(dissent);
        }
        Ok(Done { output: held.review.id, record })
    }
}

impl SignMinutes {
    /// The person who acts, who has just said who they are again, in this session and for this.
    fn confirmed(&self, tx: &Tx) -> Result<StaffId> {
        let Who::Staff { id, session_id, .. } = tx.actor().who else {
            return Err(Failure::internal("only people sign"));
        };
        if !self.tokens.is_proof(&self.input.proof, id, session_id, ConfirmedAction::SignMinutes) {
            return Err(error::not_confirmed().into());
        }
        Ok(id)
    }
}

/// The latest minutes, if they are what the person read.
pub(super) async fn to_sign(tx: &Tx, held: &Held, seen: &str) -> Result<(joint_review_minutes::Model, String)> {
    let latest = store::latest_minutes(tx.db(), &held.review).await?.ok_or_else(error::nothing_to_sign)?;
    let sha256 = latest.sha256.clone().ok_or_else(error::nothing_to_sign)?;
    if seen.eq_ignore_ascii_case(&sha256) {
        return Ok((latest, sha256));
    }
    let versions = store::minutes(tx.db(), &[held.review.id]).await?;
    let is_seen = |row: &&joint_review_minutes::Model| {
        row.sha256.as_ref().is_some_and(|sha256| seen.eq_ignore_ascii_case(sha256))
    };
    let expected = versions.iter().find(is_seen).map_or(0, |row| row.version);
    Err(Failure::conflict(expected, latest.version))
}

/// The signatures on the latest version.
async fn of_version(tx: &Tx, held: &Held) -> Result<Vec<joint_review_signature::Model>> {
    let mut signatures = store::signatures(tx.db(), &[held.review.id]).await?;
    signatures.retain(|one| one.minutes_version == held.review.minutes_version);
    Ok(signatures)
}

/// The record is final: it goes into the folder and belongs to the file of every case on the agenda (HK-7.6), for whose plans it
/// is guidance (HK-5.4.7).
async fn file(tx: &Tx, held: &Held) -> Result<()> {
    let changes = joint_review::ActiveModel { filed_at: Set(Some(tx.now())), ..Default::default() };
    store::update(tx, &held.review, changes).await?;
    for case in store::cases_of(tx.db(), &held.agenda, true).await? {
        if case.guided_at.is_none() {
            let guided = case::ActiveModel { guided_at: Set(Some(tx.now())), ..Default::default() };
            cases::store::update(tx, &case, guided).await?;
        }
    }
    let detail = JointReviewDetail { outcome: held.review.outcome, ..held.detail() };
    let entry = held.enter(tx, CaseEntryKind::JointReviewFiled, detail).await?;
    let handlers = held.handlers().into_iter().filter_map(|(_, handler)| handler);
    let told = others(tx, handlers.chain(held.review.chair_id).chain(held.review.recorder_id));
    notify(tx, NotificationKind::JointReviewFiled, held.review.case_id, entry, told).await
}
