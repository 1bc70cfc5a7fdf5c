//! The items of one contract count together, so that splitting does not lower the tier (HK-4.1.9): when one changes, the
//! authority that the others need is worked out anew, and what an endorser saw no longer holds.

use crate::approvals::content::Content;
use crate::approvals::policy::{is_undecided, required_role, rule_of, tier};
use crate::approvals::store::{self, NewStep};
use crate::identity;
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::error::{Failure, Result};
use crate::profiles::Profile;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::{ApprovalId, CaseId};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

/// The items whose authority changed because another item of their contract did, as the audit trail keeps them.
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

/// Works the authority out anew for the undecided items of a contract. `cause` is the item that changed: its own step is
/// written by whoever changed it.
pub async fn work_out_authority(
    tx: &Tx,
    case: CaseId,
    contract_number_index: &str,
    profile: &Profile,
    cause: ApprovalId,
) -> Result<Reassessed> {
    let live = store::live_of_contract(tx, case, contract_number_index).await?;
    let cumulative: i64 = live.iter().map(|item| item.excess).sum();
    let owners: Vec<_> = live.iter().map(|item| item.requested_by).collect();
    let roles = identity::store::roles(tx.db(), &owners).await?;
    let mut reassessed = Reassessed::default();
    for item in live.iter().filter(|item| is_undecided(item.state)) {
        let rules = profile.approvals.get(&item.kind);
        let rules = rules.ok_or_else(|| Failure::internal("a kind of approval vanished from a profile"))?;
        let Content::NegotiatedSurrender(surrender) = serde_json::from_value(item.content.clone())?;
        let tier = tier(rules, cumulative, &surrender).ok_or_else(|| Failure::internal("an item has no tier"))?;
        let owner_roles = roles.get(&item.requested_by).map_or(&[][..], Vec::as_slice);
        // Who rose to the top after asking stays the owner: the item waits for somebody else of that rank.
        let role = required_role(&profile.authority, tier, owner_roles).unwrap_or(item.required_role);
        if (item.cumulative_excess, &item.tier, item.required_role) == (cumulative, &tier.name, role) {
            continue;
        }
        let mut changes = approval::ActiveModel {
            cumulative_excess: Set(cumulative),
            tier: Set(tier.name.clone()),
            required_role: Set(role),
            rule: Set(rule_of(tier, role)),
            ..Default::default()
        };
        if item.id == cause {
            store::update(tx, item, changes).await?;
            continue;
        }
        // Nobody endorsed the sum that now counts.
        if item.state == ApprovalState::Endorsed && cumulative > item.cumulative_excess {
            changes.state = Set(ApprovalState::Pending);
            changes.revision = Set(item.revision + 1);
            changes.endorsed_by = Set(None);
            changes.endorsed_at = Set(None);
        }
        let updated = store::update(tx, item, changes).await?;
        let step = NewStep { act: ApprovalAct::Reassessed, acted_as: None, above_tier: false, opinion: String::new() };
        store::insert_step(tx, &updated, step).await?;
        reassessed.0.push(json!({
            "approval": updated.id, "cause": cause,
            "before": { "state": item.state, "cumulativeExcess": item.cumulative_excess, "tier": item.tier, "requiredRole": item.required_role },
            "after": { "state": updated.state, "cumulativeExcess": updated.cumulative_excess, "tier": updated.tier, "requiredRole": updated.required_role },
        }));
    }
    Ok(reassessed)
}
