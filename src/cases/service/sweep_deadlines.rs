//! What time alone does to deadlines: those that passed are marked and told of, and owners are warned ahead (G-8). A job
//! runs it; two servers may do so at the same moment, and each deadline is still told of once.

use crate::cases::deadlines::store::{Sought, lock_for_job, mark, sought};
use crate::cases::entry::{DeadlineDetail, Detail, NewEntry};
use crate::cases::store;
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

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Deadlines found to be missed.
    pub missed: usize,
    /// Deadlines whose owner was warned.
    pub warned: usize,
}

/// How many deadlines are looked up at a time.
const PAGE: u64 = 200;

/// Marks what has passed and warns of what is near: each deadline in a transaction of its own. One that fails does not keep
/// the others waiting; the failure is given at the end, for the job to run again.
pub async fn sweep_deadlines(db: &Database) -> Result<Swept> {
    let mut swept = Swept::default();
    let missed = sweep(db, Sought::Missed, &mut swept.missed).await;
    sweep(db, Sought::ToWarn, &mut swept.warned).await?;
    missed?;
    Ok(swept)
}

async fn sweep(db: &Database, what: Sought, done: &mut usize) -> Result<()> {
    let system = Actor::system("deadline sweep");
    let mut after = None;
    let mut failed = None;
    loop {
        let found = sought(db.read(&system), what, db.now(), after, PAGE).await?;
        let Some(last) = found.last() else { break };
        after = Some(*last);
        for (_, id) in found {
            match db.run(&system, &TellOf { what, id }).await {
                Ok(()) => *done += 1,
                // Somebody else was faster, or it was met meanwhile.
                Err(Failure::NotFound) => {}
                Err(failure) => {
                    tracing::warn!(error = failure.summary(), "a deadline could not be told of");
                    failed = Some(failure);
                }
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Marks one deadline and tells people of it.
struct TellOf {
    what: Sought,
    id: CaseDeadlineId,
}

impl Command for TellOf {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let (case, deadline) = lock_for_job(tx, self.id).await?;
        if !mark(tx, self.what, self.id).await? {
            return Err(Failure::NotFound);
        }
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let owners = owners(tx, &case, &deadline, &profile).await?;
        let action = match self.what {
            Sought::Missed => {
                let superiors = superiors(tx, &owners, &profile).await?;
                let told = owners.iter().chain(&superiors).copied();
                notify(tx, NotificationKind::DeadlineMissed, case.id, deadline.id, told).await?;
                let detail = Detail::Deadline(DeadlineDetail::moved(&deadline, deadline.due_at));
                let entry = NewEntry::new(CaseEntryKind::DeadlineMissed, detail);
                store::insert_entry(tx, case.id, entry, tx.now()).await?;
                AuditAction::DeadlineMissed
            }
            Sought::ToWarn => {
                notify(tx, NotificationKind::DeadlineNear, case.id, deadline.id, owners).await?;
                AuditAction::DeadlineWarned
            }
        };
        let record = AuditRecord::new(action, deadline.id)
            .of_case(case.id)
            .fact("code", &deadline.code)
            .fact("rule", &deadline.rule)
            .fact("dueAt", deadline.due_at);
        Ok(Done { output: (), record })
    }
}

/// Who owes it: its owner, else the handler of the case, and before there is one whoever allocates cases.
async fn owners(
    tx: &Tx,
    case: &case::Model,
    deadline: &case_deadline::Model,
    profile: &Profile,
) -> Result<Vec<StaffId>> {
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
