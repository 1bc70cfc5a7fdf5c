//! What time alone does to deadlines: those that passed are marked and told of, and owners are warned ahead (G-8). A job
//! runs it; two servers may do so at the same moment, and each deadline is still told of once.

use crate::cases::deadlines::store::{Sought, lock_for_job, mark};
use crate::cases::deadlines::sweep;
use crate::cases::entry::{DeadlineDetail, Detail, NewEntry};
use crate::cases::{assisting, store};
use crate::identity;
use crate::notifications::notify;
use crate::platform::access::Actor;
use crate::platform::db::{AuditRecord, Command, Database, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::profiles::{self, Profile};
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{CaseDeadlineId, StaffId, case, case_deadline};
use std::sync::Arc;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Deadlines found to be missed.
    pub missed: u64,
    /// Deadlines whose owner was warned.
    pub warned: u64,
}

/// How many deadlines are looked up at a time.
const PAGE: u64 = 200;

/// Marks what has passed and warns of what is near.
pub async fn sweep_deadlines(db: &Database) -> Result<Swept> {
    let system = Actor::system("deadline sweep");
    let missed = sweep::each(db, &system, Sought::Missed, PAGE, |id| Miss { id }).await;
    let warned = sweep::each(db, &system, Sought::ToWarn, PAGE, |id| Warn { id }).await?;
    Ok(Swept { missed: missed?, warned })
}

/// Marks one deadline as missed; its owner and whoever is above are told.
struct Miss {
    id: CaseDeadlineId,
}

impl Command for Miss {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let found = found(tx, Sought::Missed, self.id).await?;
        let Found { case, deadline, profile, owners } = &found;
        let superiors = superiors(tx, owners, profile).await?;
        let told = owners.iter().chain(&superiors).copied();
        notify(tx, NotificationKind::DeadlineMissed, case.id, deadline.id, told).await?;
        let detail = Detail::Deadline(DeadlineDetail::moved(deadline, deadline.due_at));
        let entry = NewEntry::new(CaseEntryKind::DeadlineMissed, detail);
        store::insert_entry(tx, case.id, entry, tx.now()).await?;
        Ok(found.record(AuditAction::DeadlineMissed))
    }
}

/// Warns the owner of one deadline.
struct Warn {
    id: CaseDeadlineId,
}

impl Command for Warn {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let found = found(tx, Sought::ToWarn, self.id).await?;
        let owners = found.owners.iter().copied();
        notify(tx, NotificationKind::DeadlineNear, found.case.id, found.deadline.id, owners).await?;
        Ok(found.record(AuditAction::DeadlineWarned))
    }
}

/// A deadline that is to be told of.
struct Found {
    case: case::Model,
    deadline: case_deadline::Model,
    profile: Arc<Profile>,
    owners: Vec<StaffId>,
}

/// Locks and marks a deadline, if it still is what was sought.
async fn found(tx: &Tx, what: Sought, id: CaseDeadlineId) -> Result<Found> {
    let (case, deadline) = lock_for_job(tx, id).await?;
    if !mark(tx, what, id).await? {
        return Err(Failure::NotFound);
    }
    let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
    let owners = owners(tx, &case, &deadline, &profile).await?;
    Ok(Found { case, deadline, profile, owners })
}

impl Found {
    fn record(&self, action: AuditAction) -> Done<()> {
        let record = AuditRecord::new(action, self.deadline.id)
            .of_case(self.case.id)
            .fact("code", &self.deadline.code)
            .fact("rule", &self.deadline.rule)
            .fact("dueAt", self.deadline.due_at);
        Done { output: (), record }
    }
}

/// Who owes it: its owner, or everybody of the department that does, else the handler of the case, and before there is one
/// whoever allocates cases.
async fn owners(
    tx: &Tx,
    case: &case::Model,
    deadline: &case_deadline::Model,
    profile: &Profile,
) -> Result<Vec<StaffId>> {
    if let Some(department) = deadline.owner_department_id {
        return assisting::helpers(tx.db(), department).await;
    }
    if let Some(owner) = deadline.owner_id.or(case.handler_id) {
        return Ok(vec![owner]);
    }
    let mut allocators = Vec::new();
    for role in &profile.allocation.allocators {
        allocators.extend(identity::store::holders(tx.db(), *role).await?);
    }
    Ok(allocators)
}

/// Everybody in the role next above the owner in the line of authority; for who stands in none, in the lowest.
async fn superiors(tx: &Tx, owners: &[StaffId], profile: &Profile) -> Result<Vec<StaffId>> {
    let held = identity::store::roles(tx.db(), owners).await?;
    let lowest = profile.authority.line.first().copied();
    let above = |owner| {
        let roles = held.get(owner).map_or(&[][..], Vec::as_slice);
        profile.authority.above_owner(lowest?, roles)
    };
    let mut roles: Vec<_> = owners.iter().filter_map(above).collect();
    roles.sort_unstable();
    roles.dedup();
    let mut people = Vec::new();
    for role in roles {
        people.extend(identity::store::holders(tx.db(), role).await?);
    }
    people.retain(|person| !owners.contains(person));
    Ok(people)
}
