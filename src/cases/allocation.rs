//! Who can be given a case: pure decisions (HK-3.6, HK-5.3, HK-F.1).

use super::error;
use super::policy::{CaseAct, Verdict, may_be_allocated, may_distribute};
use super::team::HandlerLoad;
use crate::platform::access::Actor;
use crate::profiles::Profile;
use entity::staff_role::Role;
use entity::{StaffId, case};
use std::collections::HashSet;

/// HK-3.6
pub fn may_reassign(actor: &Actor, case: &case::Model, profile: &Profile) -> Verdict {
    may_distribute(CaseAct::Reassign, actor, case, profile)
}

/// Somebody whom a case could be given to.
pub struct Candidate<'a> {
    pub id: StaffId,
    pub is_active: bool,
    pub roles: &'a [Role],
}

/// HK-5.3: `barred` are the people who must not handle this case (`team::store::barred`).
pub fn may_be_given(candidate: &Candidate<'_>, case: &case::Model, barred: &HashSet<StaffId>) -> Verdict {
    may_be_allocated(candidate.is_active, candidate.roles)?;
    if barred.contains(&candidate.id) {
        return Err(vec![error::complained_about()]);
    }
    if case.handler_id == Some(candidate.id) {
        return Err(vec![error::already_the_handler()]);
    }
    Ok(())
}

/// The handlers who could be given a case, those with the least to do first: fewest open cases, then fewest overdue, then
/// whose oldest case is the youngest (HK-3.6, HK-F.1).
pub fn suggested<'a>(team: &'a [HandlerLoad], case: &case::Model, barred: &HashSet<StaffId>) -> Vec<&'a HandlerLoad> {
    let mut free: Vec<_> = team
        .iter()
        .filter(|load| load.on_duty && !barred.contains(&load.handler) && case.handler_id != Some(load.handler))
        .collect();
    free.sort_by_key(|load| (load.open, load.overdue, load.oldest.map(|at| -at.timestamp_micros()), load.handler));
    free
}
