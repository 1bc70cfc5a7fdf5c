//! What is done with a case, one use case per file.

pub mod acknowledge_case;
pub mod add_complainant;
pub mod add_respondent;
pub mod allocate_case;
pub mod allocate_cases;
pub mod close_case;
pub mod declare_recusal;
pub mod draft_plan;
pub mod expire_suspensions;
pub mod extend_deadline;
pub mod find_by_phone;
pub mod link_cases;
pub mod pause_deadline;
pub mod publish_calendar;
pub mod reassign_case;
pub mod record_authority_letter;
pub mod record_contact;
pub mod record_finding;
pub mod record_reply;
pub mod record_statement;
pub mod register_case;
pub mod reopen_case;
pub mod resume_deadline;
pub mod route_to_department;
pub mod suspend_case;
pub mod sweep_deadlines;
pub mod update_head_count;
pub mod void_voucher;

use super::allocation::{Candidate, may_be_given};
use super::entry::NewEntry;
use super::{deadlines, error, recusal, store, team};
use crate::identity;
use crate::notifications::notify;
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::error::Result;
use crate::profiles;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::notification::NotificationKind;
use entity::{CaseEntryId, StaffId};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use std::collections::BTreeSet;

/// The person of a key, who can be given the case (HK-5.3).
async fn handler(tx: &Tx, case: &case::Model, id: StaffId) -> Result<StaffId> {
    let card = identity::store::card(tx.db(), id).await?.ok_or_else(error::not_assignable)?;
    let roles = identity::store::roles_of(tx.db(), id).await?;
    recusal::person_may_be_given(tx, case, id).await?;
    let said = team::store::had_a_say(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
    if said.contains(&id) {
        return Err(error::had_a_say().into());
    }
    let barred = team::store::barred(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
    may_be_given(&Candidate { id, is_active: card.disabled_at.is_none(), roles: &roles }, case, &barred)?;
    Ok(id)
}

/// Writes an entry of the investigation; the first one begins it (HK-5.4.1), and a milestone may meet a deadline. Gives the
/// audit record with what changed of the case.
pub(in crate::cases) async fn record(
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

/// Tells whoever allocates that the handler must step back from the case.
async fn tell_of_recusal(tx: &Tx, case: &case::Model, entry: CaseEntryId) -> Result<()> {
    let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
    let mut recipients = BTreeSet::new();
    for role in &profile.allocation.allocators {
        recipients.extend(identity::store::holders(tx.db(), *role).await?);
    }
    notify(tx, NotificationKind::HandlerRecused, case.id, entry, recipients).await
}

/// The earlier of what stands in a milestone and what has just happened; none when nothing changes.
fn earlier(known: Option<DateTime<Utc>>, happened: DateTime<Utc>) -> Option<DateTime<Utc>> {
    known.is_none_or(|known| happened < known).then_some(happened)
}
