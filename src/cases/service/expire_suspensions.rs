//! Closing suspended cases when their period is over (HK-5.5.5). A job calls [`expire_suspensions`]; it may run on several
//! servers at once and be cut off anywhere: each case is one transaction that finds out again whether it is due.

use crate::cases::entry::{Detail, ExpiryDetail, NewEntry};
use crate::cases::{store, suspensions};
use crate::identity;
use crate::notifications::notify;
use crate::platform::access::Actor;
use crate::platform::db::{AuditRecord, Command, Database, Done, Tx};
use crate::platform::error::{Failure, Result};
use chrono::TimeDelta;
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState, ClosureReason};
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use sea_orm::ActiveValue::Set;

/// Closes every case whose suspension is over, so many looked up at a time; gives how many this call closed. One that fails does not keep the others from
/// being closed; the first failure is told at the end, so that the job is tried again.
pub async fn expire_suspensions(db: &Database, batch: u64) -> Result<u64> {
    let system = Actor::system("suspension expired");
    let (mut closed, mut failed, mut after) = (0, None, None);
    loop {
        let due = suspensions::store::over(db.read(&system), db.now(), after, batch).await?;
        for suspension in &due {
            match db.run(&system, &ExpireSuspension { case_id: suspension.case_id }).await {
                Ok(_) => closed += 1,
                // Another server was faster, or somebody else ended it.
                Err(Failure::NotFound) => {}
                Err(failure) => {
                    tracing::error!(error = failure.summary(), "a suspended case could not be closed");
                    failed.get_or_insert(failure);
                }
            }
        }
        after = due.last().map(|last| (last.ends_at, last.id));
        if after.is_none() {
            return failed.map_or(Ok(closed), Err);
        }
    }
}

/// Closes one case if its suspension is over.
struct ExpireSuspension {
    case_id: CaseId,
}

impl Command for ExpireSuspension {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let (case, suspension) = suspensions::store::lock_over(tx, self.case_id).await?.ok_or(Failure::NotFound)?;
        // The rule closes it in the first second after the period, whenever the job comes round.
        let closed_at = suspension.suspended_at.max(suspension.ends_at + TimeDelta::seconds(1));
        let changes = case::ActiveModel {
            state: Set(CaseState::Closed),
            closed_at: Set(Some(closed_at)),
            closure_reason: Set(Some(ClosureReason::SuspensionExpired)),
            ..Default::default()
        };
        store::update(tx, &case, changes).await?;
        suspensions::store::expire(tx, suspension.id).await?;
        let detail = Detail::Expiry(ExpiryDetail { ended_at: suspension.ends_at });
        let entry = NewEntry::new(CaseEntryKind::SuspensionExpired, detail);
        store::insert_entry(tx, case.id, entry, closed_at).await?;
        let supervisors = identity::store::holders(tx.db(), Role::Supervisor).await?;
        let told = case.handler_id.into_iter().chain(supervisors);
        notify(tx, NotificationKind::SuspensionExpired, case.id, suspension.id, told).await?;

        let record = AuditRecord::new(AuditAction::SuspensionExpired, case.id)
            .of_case(case.id)
            .change("state", case.state, CaseState::Closed)
            .fact("closureReason", ClosureReason::SuspensionExpired)
            .fact("endedAt", suspension.ends_at);
        Ok(Done { output: case.id, record })
    }
}
