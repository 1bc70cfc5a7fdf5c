//! Who may stop the clock of a deadline, or move its end: pure decisions.

use super::error;
use super::{Adjustments, DeadlineStatus, status};
use crate::calendar::{Counting, Uncountable};
use crate::cases::policy::{CaseAct, Verdict, may, may_handle};
use crate::platform::access::{Actor, Permission};
use crate::platform::refusal::Refusal;
use crate::profiles::{DeadlineRule, ExtensionRule, Profile};
use chrono::{DateTime, Utc};
use entity::{case, case_deadline};

/// HK-8.8: only a deadline of which the profile says so; by the handler of the case.
pub fn may_pause(
    actor: &Actor,
    case: &case::Model,
    deadline: &case_deadline::Model,
    rule: Option<&DeadlineRule>,
    now: DateTime<Utc>,
) -> Verdict {
    may_handle(CaseAct::PauseDeadline, actor, case)?;
    if !rule.is_some_and(|rule| rule.may_pause) {
        return Err(vec![error::never_pauses(deadline)]);
    }
    match status(deadline, now) {
        DeadlineStatus::Running => Ok(()),
        _ => Err(vec![error::not_running(deadline)]),
    }
}

pub fn may_resume(actor: &Actor, case: &case::Model, deadline: &case_deadline::Model, now: DateTime<Utc>) -> Verdict {
    may_handle(CaseAct::ResumeDeadline, actor, case)?;
    match status(deadline, now) {
        DeadlineStatus::Paused => Ok(()),
        _ => Err(vec![error::not_paused(deadline)]),
    }
}

/// By the role that the profile names or, where it lets them, a higher one; never by who owes it (G-7).
pub fn may_extend(
    actor: &Actor,
    case: &case::Model,
    deadline: &case_deadline::Model,
    rule: Option<&DeadlineRule>,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<ExtensionRule, Vec<Refusal>> {
    let Some(extension) = rule.and_then(|rule| rule.extension) else {
        may(CaseAct::ExtendDeadline, actor, case)?;
        return Err(vec![error::never_extended(deadline)]);
    };
    let approvers = profile.authority.deciders(extension.approver);
    if actor.may(Permission::DeadlineExtend) && !approvers.iter().any(|role| actor.has_role(*role)) {
        return Err(vec![error::not_an_approver(deadline, approvers)]);
    }
    may(CaseAct::ExtendDeadline, actor, case)?;
    let owes = [case.handler_id, deadline.owner_id].into_iter().flatten().any(|owner| actor.is(owner));
    if owes || deadline.owner_department_id.is_some_and(|department| actor.department_id() == Some(department)) {
        return Err(vec![error::own_deadline(deadline, approvers)]);
    }
    match status(deadline, now) {
        DeadlineStatus::Running => Ok(extension),
        _ => Err(vec![error::not_running(deadline)]),
    }
}

/// The complainant is told before a deadline is extended (ER-12), and after there was one.
pub fn may_have_been_told(at: DateTime<Utc>, case: &case::Model, now: DateTime<Utc>) -> Verdict {
    if at <= now && at >= case.received_at {
        return Ok(());
    }
    Err(vec![crate::cases::error::time_not_allowed("ER-12", "complainantToldAt")])
}

/// Whether the end with all extensions lies within what the profile lets it be at most.
pub fn may_be_so_long(
    extended: &case_deadline::Model,
    allowed: ExtensionRule,
    adjustments: &Adjustments,
    counting: Counting<'_>,
) -> Result<Verdict, Uncountable> {
    let latest = counting.due(extended.started_at, allowed.at_most, &adjustments.ended_pauses())?.at;
    Ok(if extended.due_at <= latest { Ok(()) } else { Err(vec![error::beyond_cap(extended)]) })
}
