//! What is done with a case, one use case per file.

pub mod allocate_case;
pub mod close_case;
pub mod draft_plan;
pub mod record_contact;
pub mod record_finding;
pub mod record_reply;
pub mod record_statement;
pub mod register_case;
pub mod review_plan;
pub mod submit_plan;

use super::entry::NewEntry;
use super::{deadlines, store};
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::error::Result;
use crate::profiles;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

/// Writes an entry of the investigation; the first one begins it (HK-5.4.1), and a milestone may meet a deadline. Gives the
/// audit record with what changed of the case.
async fn record(
    tx: &Tx,
    case: &case::Model,
    action: AuditAction,
    entry: NewEntry,
    occurred_at: DateTime<Utc>,
    mut milestones: case::ActiveModel,
) -> Result<AuditRecord> {
    let id = store::insert_entry(tx, case.id, entry, occurred_at).await?;
    let mut record = AuditRecord::new(action, id).of_case(case.id).fact("occurredAt", occurred_at);
    if case.state == CaseState::Allocated {
        milestones.state = Set(CaseState::Investigating);
    }
    if milestones.is_changed() {
        let updated = store::update(tx, case, milestones).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        deadlines::write(tx, &updated, &profile).await?;
        if case.state != updated.state {
            record = record.change("state", case.state, updated.state);
        }
        for (milestone, before, after) in [
            ("contactedAt", case.contacted_at, updated.contacted_at),
            ("investigatedAt", case.investigated_at, updated.investigated_at),
        ] {
            if before != after {
                record = record.change(milestone, before, after);
            }
        }
    }
    Ok(record)
}

/// The earlier of what stands in a milestone and what has just happened; none when nothing changes.
fn earlier(known: Option<DateTime<Utc>>, happened: DateTime<Utc>) -> Option<DateTime<Utc>> {
    known.is_none_or(|known| happened < known).then_some(happened)
}
