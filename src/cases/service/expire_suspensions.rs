//! Closing suspended cases when their period is over (HK-5.5.5, TM-6): a job calls [`expire_suspensions`].

use crate::cases::deadlines::store::{Sought, lock_for_job, mark};
use crate::cases::deadlines::sweep;
use crate::cases::entry::{Detail, ExpiryDetail, NewEntry};
use crate::cases::{deadlines, store, suspensions};
use crate::identity;
use crate::notifications::notify;
use crate::platform::access::Actor;
use crate::platform::db::{AuditRecord, Command, Database, Done, Tx};
use crate::platform::error::{Failure, Result};
use chrono::TimeDelta;
use entity::CaseDeadlineId;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState, ClosureReason};
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use sea_orm::ActiveValue::Set;

/// Closes every case whose suspension is over, so many looked up at a time; gives how many this call closed.
pub async fn expire_suspensions(db: &Database, batch: u64) -> Result<u64> {
    let system = Actor::system("suspension expired");
    sweep::each(db, &system, Sought::Expired, batch, |deadline| ExpireSuspension { deadline }).await
}

/// Closes the case of one deadline if its suspension is over.
struct ExpireSuspension {
    deadline: CaseDeadlineId,
}

impl Command for ExpireSuspension {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let (case, _) = lock_for_job(tx, self.deadline).await?;
        if !mark(tx, Sought::Expired, self.deadline).await? {
            return Err(Failure::NotFound);
        }
        let suspension = suspensions::store::running_on(tx.db(), &case).await?.ok_or(Failure::NotFound)?;
        let (id, ends_at) = (suspension.row.id, suspension.ends_at);
        // The rule closes it in the first second after the period, whenever the job comes round.
        let closed_at = suspension.row.suspended_at.max(ends_at + TimeDelta::seconds(1));
        let changes = case::ActiveModel {
            state: Set(CaseState::Closed),
            closed_at: Set(Some(closed_at)),
            closure_reason: Set(Some(ClosureReason::SuspensionExpired)),
            ..Default::default()
        };
        store::update(tx, &case, changes).await?;
        deadlines::conclude(tx, case.id).await?;
        suspensions::store::expire(tx, id).await?;
        let detail = Detail::Expiry(ExpiryDetail { ended_at: ends_at });
        let entry = NewEntry::new(CaseEntryKind::SuspensionExpired, detail);
        store::insert_entry(tx, case.id, entry, closed_at).await?;
        let supervisors = identity::store::holders(tx.db(), Role::Supervisor).await?;
        let told = case.handler_id.into_iter().chain(supervisors);
        notify(tx, NotificationKind::SuspensionExpired, case.id, id, told).await?;

        let record = AuditRecord::new(AuditAction::SuspensionExpired, case.id)
            .of_case(case.id)
            .change("state", case.state, CaseState::Closed)
            .fact("closureReason", ClosureReason::SuspensionExpired)
            .fact("endedAt", ends_at);
        Ok(Done { output: (), record })
    }
}
