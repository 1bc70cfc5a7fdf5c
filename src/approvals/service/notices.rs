//! Who is told of what happens to an item: whoever acts next, whoever asked, and those whose word no longer holds.

use crate::approvals::authority::{Capacity, Facts};
use crate::approvals::facts;
use crate::notifications::notify;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::profiles::Profile;
use entity::approval::ApprovalState;
use entity::notification::NotificationKind;
use entity::{ApprovalStepId, CaseId, StaffId, approval, case};

/// Tells those of the lowest rank that may act next that the item waits for them.
pub async fn tell_next(
    tx: &Tx,
    case: &case::Model,
    profile: &Profile,
    item: &approval::Model,
    step: ApprovalStepId,
    kind: NotificationKind,
) -> Result<()> {
    let next = next(&facts::of_item(tx.db(), tx.now(), case, profile, item).await?, profile);
    notify(tx, kind, case.id, step, next.into_iter().filter(|person| !tx.actor().is(*person))).await
}

fn next(facts: &Facts, profile: &Profile) -> Vec<StaffId> {
    let Ok(assessment) = facts.assess(profile) else { return Vec::new() };
    let endorses = assessment.needs_endorsement && facts.state != ApprovalState::Endorsed;
    let holders = if endorses { assessment.endorsers } else { assessment.deciders };
    let rank = |holder: &Capacity| profile.authority.rank(holder.role);
    let lowest = holders.iter().filter_map(rank).min();
    holders.iter().filter(|holder| rank(holder) == lowest).map(|holder| holder.person).collect()
}

/// Tells who asked, and who handles the case.
pub async fn tell_asker(
    tx: &Tx,
    case: &case::Model,
    item: &approval::Model,
    step: ApprovalStepId,
    kind: NotificationKind,
) -> Result<()> {
    tell_others(tx, case.id, [Some(item.requested_by), case.handler_id], step, kind).await
}

/// Tells those who endorsed or decided an item that it is about something else now (HK-4.1.8).
pub async fn tell_of_void(tx: &Tx, before: &approval::Model, step: ApprovalStepId) -> Result<()> {
    tell_deciders(tx, before, step, NotificationKind::ApprovalVoided).await
}

/// Tells those who endorsed or decided an item, and those for whom they did.
pub async fn tell_deciders(
    tx: &Tx,
    before: &approval::Model,
    step: ApprovalStepId,
    kind: NotificationKind,
) -> Result<()> {
    let people = [before.endorsed_by, before.endorsed_for, before.decided_by, before.decided_for];
    tell_others(tx, before.case_id, people, step, kind).await
}

/// Tells these people, each once, and not the person who acts.
async fn tell_others(
    tx: &Tx,
    case: CaseId,
    people: impl IntoIterator<Item = Option<StaffId>>,
    step: ApprovalStepId,
    kind: NotificationKind,
) -> Result<()> {
    let mut people: Vec<_> = people.into_iter().flatten().filter(|person| !tx.actor().is(*person)).collect();
    people.sort();
    people.dedup();
    notify(tx, kind, case, step, people).await
}
