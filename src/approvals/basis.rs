//! What a request rests on, besides what it asks for: the plan that was submitted last, the evidence, and the joint review that it
//! cites. A decision is bound to all of them; none can be exchanged under it.

use super::kinds::Content;
use super::{error, store};
use crate::cases;
use crate::cases::evidence;
use crate::platform::db::Tx;
use crate::platform::digest::{canonical_json, sha256_hex};
use crate::platform::error::Result;
use entity::{EvidenceId, JointReviewId, case, plan};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a request rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Basis {
    /// None before a plan is submitted.
    pub plan: Option<PlanVersion>,
    /// In the order in which it was added to the case.
    pub evidence: Vec<EvidenceItem>,
    /// A joint review whose record is filed; it takes the place of no approval (HK-7.7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_review: Option<JointReviewId>,
}

/// What a request names to rest on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'a> {
    /// Of the evidence of the case; all of it, if none is named.
    pub evidence: Option<&'a [EvidenceId]>,
    pub joint_review: Option<JointReviewId>,
}

/// A version of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanVersion {
    pub number: i32,
    /// Of the canonical form of its texts.
    pub sha256: String,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceItem {
    pub id: EvidenceId,
    /// Of the file.
    pub sha256: String,
}

impl PlanVersion {
    pub fn of(plan: &plan::Model) -> Result<Self> {
        let texts = json!({ "basis": plan.basis, "proposal": plan.proposal });
        Ok(Self { number: plan.number, sha256: sha256_hex(canonical_json(&texts)?.as_bytes()) })
    }
}

impl Basis {
    pub fn rests_on(&self, evidence: EvidenceId) -> bool {
        self.evidence.iter().any(|item| item.id == evidence)
    }

    /// What a case that this transaction holds gives to rest on.
    pub async fn now(tx: &Tx, case: &case::Model, named: Named<'_>) -> Result<Self> {
        let plans = cases::store::plans(tx.db(), &[case.id]).await?;
        let submitted = plans.iter().rfind(|plan| plan.submitted_at.is_some());
        let mut evidence = evidence::store::of_cases(tx.db(), &[case.id]).await?;
        if let Some(named) = named.evidence {
            if named.iter().any(|id| evidence.iter().all(|item| item.id != *id)) {
                return Err(error::not_evidence_of_the_case().into());
            }
            evidence.retain(|item| named.contains(&item.id));
        }
        if let Some(review) = named.joint_review
            && !store::is_filed_review_of(tx, review, case.id).await?
        {
            return Err(error::not_a_record_of_the_case().into());
        }
        Ok(Self {
            joint_review: named.joint_review,
            plan: submitted.map(PlanVersion::of).transpose()?,
            evidence: evidence.into_iter().map(|item| EvidenceItem { id: item.id, sha256: item.sha256 }).collect(),
        })
    }
}

/// What a decision is bound to: the canonical form of what is asked for and of what it rests on.
pub fn bound_sha256(content: &Content, basis: &Basis) -> Result<String> {
    let bound = json!({ "content": content, "basis": basis });
    Ok(sha256_hex(canonical_json(&bound)?.as_bytes()))
}
