//! Asking for a joint review: by the handler, with the evidence that the supervisor is to check (提请合议, HK-7.1, HK-7.3, HK-7.5.1).

use crate::approvals::basis::Named;
use crate::approvals::kinds::joint_review::JointReviewRequest;
use crate::approvals::kinds::{Checked, Content};
use crate::approvals::policy::may_request;
use crate::approvals::service::request_approval::{Asked, ask};
use crate::cases;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use crate::reviews::policy::state;
use crate::reviews::{error, store};
use async_graphql::InputObject;
use entity::joint_review::{self, JointReviewGround};
use entity::{CaseId, EvidenceId, JointReviewId, joint_review_agenda, joint_review_evidence};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// A pack may hold so much.
const MOST_EVIDENCE: usize = 100;

/// Ask for a joint review.
#[derive(InputObject, Serialize)]
#[graphql(name = "RequestJointReviewInput")]
pub struct RequestJointReview {
    /// Any text of yours, new for each request. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub case_id: Global<CaseId>,
    /// MAJOR only of a case that was decided to be a major one.
    pub ground: JointReviewGround,
    /// What the meeting should decide.
    pub question: String,
    /// The evidence pack: evidence of the case, at least one item.
    pub evidence_ids: Vec<Global<EvidenceId>>,
    /// Why it is asked for.
    pub reason: String,
}

impl Command for RequestJointReview {
    type Output = JointReviewId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "requestJointReview", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let request = JointReviewRequest::new(&self.question)?;
        let question = request.question.clone();
        let case = cases::store::lock(tx, self.case_id.0).await?;
        if !case.handler_id.is_some_and(|handler| tx.actor().is(handler)) {
            return Err(error::not_the_handler().into());
        }
        may_request(tx.actor(), &case)?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        if profile.joint_review.is_none() {
            return Err(error::not_held_here().into());
        }
        if self.ground == JointReviewGround::Major && !profile.is_major(&case.severity) {
            return Err(error::not_a_major_case().into());
        }
        let known = store::all_of_cases(tx.db(), &[case.id]).await?;
        if known.iter().any(|(_, read)| !state(&read.review, read.request).is_over()) {
            return Err(error::already_asked().into());
        }
        let pack = self.pack(tx, case.id).await?;

        let named = Named { evidence: Some(&pack), ..Named::default() };
        let checked = Checked { content: Content::JointReviewRequest(request), contract_number: None };
        let Asked { approval, record } = ask(tx, &case, checked, named, reason.clone()).await?;
        let id: JointReviewId = tx.id();
        joint_review::Entity::insert(joint_review::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            approval_id: Set(approval.id),
            ground: Set(self.ground),
            requested_at: Set(tx.now()),
            version: Set(1),
            invitations: Set(0),
            minutes_version: Set(0),
            updated_at: Set(tx.now()),
            ..Default::default()
        })
        .exec_without_returning(tx.db())
        .await?;
        joint_review_agenda::Entity::insert(joint_review_agenda::ActiveModel {
            joint_review_id: Set(id),
            case_id: Set(case.id),
            position: Set(0),
            question: Set(question),
        })
        .exec_without_returning(tx.db())
        .await?;
        let items = pack
            .iter()
            .map(|item| joint_review_evidence::ActiveModel { joint_review_id: Set(id), evidence_id: Set(*item) });
        joint_review_evidence::Entity::insert_many(items).exec_without_returning(tx.db()).await?;

        // One event: that of the item, which names the joint review.
        let record = record.fact("jointReview", id).fact("ground", self.ground).fact("evidence", pack);
        Ok(Done { output: id, record })
    }
}

impl RequestJointReview {
    /// HK-7.5.1: evidence of the case, each item once.
    async fn pack(&self, tx: &Tx, case: CaseId) -> Result<Vec<EvidenceId>> {
        let mut pack: Vec<_> = self.evidence_ids.iter().map(|id| id.0).collect();
        pack.sort();
        pack.dedup();
        if pack.is_empty() {
            return Err(error::empty_pack().into());
        }
        if pack.len() > MOST_EVIDENCE {
            return Err(Failure::bad_input("evidenceIds", format!("Give at most {MOST_EVIDENCE} items.")));
        }
        if !store::are_of_case(tx, case, &pack).await? {
            return Err(error::not_evidence_of_the_case().into());
        }
        Ok(pack)
    }
}
