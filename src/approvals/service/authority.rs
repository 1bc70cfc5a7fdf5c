//! Items about the same subject count together, so that splitting does not lower the tier (HK-4.1.9): when one changes, the
//! authority that the others need is worked out anew, and what an endorser saw no longer holds.

use super::notices;
use crate::approvals::authority::is_undecided;
use crate::approvals::facts;
use crate::approvals::store::{self, NewStep, Together};
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::error::Result;
use crate::profiles::Profile;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::{ApprovalId, case};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

/// The items whose authority changed because another item about their subject did, as the audit trail keeps them.
#[derive(Default)]
pub struct Reassessed(Vec<Value>);

impl Reassessed {
    pub fn note(self, record: AuditRecord) -> AuditRecord {
        if self.0.is_empty() { record } else { record.fact("reassessed", self.0) }
    }

    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

/// Works the authority out anew for the undecided items that count together. `cause` is the item that changed: its own step
/// is written by whoever changed it.
pub async fn work_out_authority(
    tx: &Tx,
    case: &case::Model,
    together: Together<'_>,
    profile: &Profile,
    cause: ApprovalId,
) -> Result<Reassessed> {
    let mut items = store::live(tx, together, cause).await?;
    let cumulative: i64 = items.iter().map(|item| item.amount).sum();
    items.retain(|item| is_undecided(item.state));
    let before: Vec<_> = items.iter().map(|item| item.cumulative_amount).collect();
    for item in &mut items {
        item.cumulative_amount = cumulative;
    }
    let facts = facts::of_items(tx.db(), tx.now(), case, profile, &items).await?;
    let mut reassessed = Reassessed::default();
    for ((item, facts), before) in items.iter().zip(&facts).zip(before) {
        let assessment = facts.assess(profile).map_err(|refusal| vec![refusal])?;
        let now = (cumulative, &assessment.tier, assessment.required_role, &assessment.rule);
        if (before, &item.tier, item.required_role, &item.rule) == now {
            continue;
        }
        let mut changes = approval::ActiveModel {
            cumulative_amount: Set(cumulative),
            tier: Set(assessment.tier.clone()),
            required_role: Set(assessment.required_role),
            rule: Set(assessment.rule.clone()),
            ..Default::default()
        };
        if item.id == cause {
            store::update(tx, item, changes).await?;
            continue;
        }
        // Nobody endorsed the sum that now counts.
        if item.state == ApprovalState::Endorsed && cumulative > before {
            changes.state = Set(ApprovalState::Pending);
            changes.revision = Set(item.revision + 1);
            changes.endorsed_by = Set(None);
            changes.endorsed_for = Set(None);
            changes.endorsed_at = Set(None);
        }
        let updated = store::update(tx, item, changes).await?;
        let step = store::insert_step(tx, &updated, NewStep::plain(ApprovalAct::Reassessed, "")).await?;
        if updated.endorsed_by.is_none() {
            notices::tell_of_void(tx, item, step).await?;
        }
        reassessed.0.push(json!({
            "approval": updated.id, "cause": cause,
            "before": { "state": item.state, "cumulativeAmount": before, "tier": item.tier, "requiredRole": item.required_role },
            "after": { "state": updated.state, "cumulativeAmount": updated.cumulative_amount, "tier": updated.tier, "requiredRole": updated.required_role },
        }));
    }
    Ok(reassessed)
}
