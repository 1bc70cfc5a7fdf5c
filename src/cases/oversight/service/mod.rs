//! What is done about a case above its handler, one use case per file.

pub mod add_coordination_note;
pub mod answer_escalation;
pub mod classify_case;
pub mod escalate_case;
pub mod propose_classification;
pub mod record_agent_fault;
pub mod record_misappropriation;
pub mod report_progress;
pub mod transfer_evidence;

use crate::cases::entry::{Detail, NewEntry};
use crate::cases::people;
use crate::cases::store::insert_entry;
use crate::identity::store::holders;
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::error::Result;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::staff_role::Role;
use entity::{CaseEntryId, CaseId, StaffId};

/// Writes an entry of the handling record; gives its key and the audit record.
async fn enter(
    tx: &Tx,
    case: CaseId,
    action: AuditAction,
    kind: CaseEntryKind,
    detail: Detail,
) -> Result<(CaseEntryId, AuditRecord)> {
    let id = insert_entry(tx, case, NewEntry::new(kind, detail), tx.now()).await?;
    Ok((id, AuditRecord::new(action, id).of_case(case)))
}

/// How many people complain of a case and of those that were merged with it.
async fn group_count(tx: &Tx, case: CaseId) -> Result<i32> {
    let group = people::store::groups(tx.db(), &[case]).await?.remove(&case).unwrap_or_default();
    people::complainant::count(tx.vault(), &group)
}

/// Who holds any of these roles; without the person who acts, who knows.
async fn others_with(tx: &Tx, roles: &[Role]) -> Result<Vec<StaffId>> {
    let mut found = Vec::new();
    for role in roles {
        found.extend(holders(tx.db(), *role).await?);
    }
    Ok(others(tx, found))
}

fn others(tx: &Tx, people: impl IntoIterator<Item = StaffId>) -> Vec<StaffId> {
    let mut others: Vec<_> = people.into_iter().filter(|person| !tx.actor().is(*person)).collect();
    others.sort();
    others.dedup();
    others
}
