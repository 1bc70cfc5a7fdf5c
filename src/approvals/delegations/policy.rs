//! Who may lend what to whom, and for how long: pure decisions (HK-A8).

use super::error;
use crate::cases::policy::Verdict;
use crate::platform::access::Actor;
use crate::profiles::{Authority, Profile};
use async_graphql::Enum;
use chrono::NaiveDate;
use entity::delegation;
use entity::staff_role::Role;

/// Where a delegation stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DelegationState {
    /// Its first day is still ahead.
    Ahead,
    /// The delegate may act.
    InForce,
    /// Its last day has passed.
    Ended,
    /// It was taken back.
    Revoked,
}

pub fn state(delegation: &delegation::Model, today: NaiveDate) -> DelegationState {
    if delegation.revoked_at.is_some() {
        DelegationState::Revoked
    } else if today < delegation.first_day {
        DelegationState::Ahead
    } else if today <= delegation.last_day {
        DelegationState::InForce
    } else {
        DelegationState::Ended
    }
}

/// What somebody wants to lend.
pub struct Lending<'a> {
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// None when the person is not there, may not sign in, or is the delegator.
    pub delegate_roles: Option<&'a [Role]>,
}

/// The delegator holds authority in person, the delegate stands in the line too, and it is not for too long.
pub fn may_delegate(actor: &Actor, lending: &Lending<'_>, profile: &Profile, today: NaiveDate) -> Verdict {
    let rules = profile.delegation.as_ref().ok_or_else(|| vec![error::not_allowed()])?;
    let line = &profile.authority.line;
    let in_line = |roles: &[Role]| roles.iter().any(|role| line.contains(role));
    if !in_line(&actor.roles) {
        return Err(vec![error::no_authority(line)]);
    }
    if !lending.delegate_roles.is_some_and(in_line) {
        return Err(vec![error::not_a_delegate(line)]);
    }
    if lending.first_day < today || lending.last_day < lending.first_day {
        return Err(vec![error::days_not_allowed()]);
    }
    let days = (lending.last_day - lending.first_day).num_days() + 1;
    if days > i64::from(rules.most_days) { Err(vec![error::too_long(rules.most_days)]) } else { Ok(()) }
}

/// The delegator takes it back at any time, and so does whoever ranks above.
pub fn may_revoke(
    actor: &Actor,
    delegation: &delegation::Model,
    delegator_roles: &[Role],
    authority: &Authority,
    today: NaiveDate,
) -> Verdict {
    let highest = |roles: &[Role]| roles.iter().filter_map(|role| authority.rank(*role)).max();
    if !actor.is(delegation.delegator_id) && highest(&actor.roles) <= highest(delegator_roles) {
        return Err(vec![error::not_yours()]);
    }
    match state(delegation, today) {
        DelegationState::Ahead | DelegationState::InForce => Ok(()),
        DelegationState::Ended | DelegationState::Revoked => Err(vec![error::ended()]),
    }
}
