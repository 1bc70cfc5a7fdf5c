//! What may be done with a case, by whom and when: pure decisions.

use super::error;
use crate::identity::permissions::roles_with;
use crate::platform::access::{Actor, Permission};
use crate::platform::refusal::Refusal;
use crate::profiles::{Milestone, Profile};
use chrono::{DateTime, Utc};
use entity::case::{self, CaseState};
use entity::staff_role::Role;
use entity::{StaffId, plan};

/// Everything that somebody may want to do with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseAct {
    Allocate,
    RecordContact,
    RecordStatement,
    RecordFinding,
    DraftPlan,
    SubmitPlan,
    ReviewPlan,
    RecordReply,
    Close,
    Archive,
}

impl CaseAct {
    /// The states in which it can be done (requirements T2.2); in every other it is refused.
    pub const fn states(self) -> &'static [CaseState] {
        use CaseState::{Allocated, Closed, Investigating, PlanApproved, PlanDraft, PlanReview, Registered, Replied};
        match self {
            Self::Allocate => &[Registered],
            Self::RecordContact => &[Allocated, Investigating, PlanDraft, PlanReview, PlanApproved, Replied],
            Self::RecordStatement | Self::RecordFinding => &[Allocated, Investigating, PlanDraft],
            Self::DraftPlan => &[Investigating, PlanDraft],
            Self::SubmitPlan => &[PlanDraft],
            Self::ReviewPlan => &[PlanReview],
            Self::RecordReply => &[PlanApproved],
            Self::Close => &[Replied],
            Self::Archive => &[Closed],
        }
    }

    /// The rule that it carries out.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Allocate => "HK-5.3",
            Self::RecordContact => "HK-2.5",
            Self::RecordStatement => "HK-5.4.1",
            Self::RecordFinding => "HK-5.4.2",
            Self::DraftPlan => "HK-5.4.3",
            Self::SubmitPlan | Self::ReviewPlan => "HK-5.4.4",
            Self::RecordReply => "HK-5.4.5",
            Self::Close => "HK-5.5.1",
            Self::Archive => "HK-5.6.1",
        }
    }

    const fn permission(self) -> Permission {
        match self {
            Self::Allocate => Permission::CaseAllocate,
            Self::ReviewPlan => Permission::PlanReview,
            Self::Archive => Permission::CaseArchive,
            _ => Permission::CaseHandle,
        }
    }
}

/// The answer to "may I?": yes, or everything that stands against it.
pub type Verdict = Result<(), Vec<Refusal>>;

fn may(act: CaseAct, actor: &Actor, case: &case::Model) -> Verdict {
    if !actor.may(act.permission()) {
        return Err(vec![error::permission_missing(act, &roles_with(act.permission()))]);
    }
    if !act.states().contains(&case.state) {
        return Err(vec![error::wrong_state(act, case.state)]);
    }
    Ok(())
}

/// What only the handler of the case does (HK-5.5.1).
pub fn may_handle(act: CaseAct, actor: &Actor, case: &case::Model) -> Verdict {
    if actor.may(act.permission()) && !is_handler(actor, case) {
        return Err(vec![error::not_the_handler(act)]);
    }
    may(act, actor, case)
}

fn is_handler(actor: &Actor, case: &case::Model) -> bool {
    case.handler_id.is_some_and(|handler| actor.is(handler))
}

/// HK-3.6, HK-5.3
pub fn may_allocate(actor: &Actor, case: &case::Model, profile: &Profile) -> Verdict {
    let allocators = &profile.allocation.allocators;
    if !actor.may(Permission::CaseAllocate) {
        return Err(vec![error::permission_missing(CaseAct::Allocate, allocators)]);
    }
    if !allocators.iter().any(|role| actor.has_role(*role)) {
        return Err(vec![error::not_an_allocator(allocators)]);
    }
    may(CaseAct::Allocate, actor, case)
}

/// Whether a person who is still here and holds these roles can be given a case.
pub fn may_be_allocated(is_active: bool, roles: &[Role]) -> Verdict {
    let handlers = roles_with(Permission::CaseHandle);
    if is_active && roles.iter().any(|role| handlers.contains(role)) {
        return Ok(());
    }
    Err(vec![error::not_assignable()])
}

/// What a plan must rest on before it is submitted.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanGrounds {
    pub complainant_heard: bool,
    pub facts_found: bool,
    pub responsibility_found: bool,
    pub basis_given: bool,
    pub proposal_given: bool,
}

/// HK-2.1, HK-2.3, HK-5.4.1, HK-5.4.3: facts and liability are settled before the decision.
pub fn may_submit_plan(actor: &Actor, case: &case::Model, grounds: PlanGrounds) -> Verdict {
    may_handle(CaseAct::SubmitPlan, actor, case)?;
    let needed = [
        (case.contract_number_index.is_some(), "HK-2.1", "contractNumber", "保险合同编号", "the contract number"),
        (grounds.complainant_heard, "HK-5.4.1", "statement", "投诉人陈述", "a statement of the complainant"),
        (grounds.facts_found, "HK-2.1", "fact", "事实认定", "a finding of the facts"),
        (grounds.responsibility_found, "HK-2.1", "responsibility", "责任认定", "a finding of the responsibility"),
        (grounds.basis_given, "HK-2.1", "basis", "处理依据", "the basis of the plan"),
        (grounds.proposal_given, "HK-2.3", "proposal", "处理方案内容", "the proposal of the plan"),
    ];
    let missing: Vec<_> = needed
        .into_iter()
        .filter(|(given, ..)| !given)
        .map(|(_, rule, field, chinese, english)| error::field_required(rule, field, chinese, english))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// HK-5.4.4, HK-4.8: the reviewer's role or, where the profile lets it, a higher one; for the plan of somebody who holds that
/// role, the next rank; never for one's own plan.
pub fn may_review_plan(
    actor: &Actor,
    case: &case::Model,
    plan: &plan::Model,
    submitter_roles: &[Role],
    profile: &Profile,
) -> Verdict {
    let reviewer = profile.authority.above_owner(profile.plan_review.reviewer, submitter_roles);
    let deciders = reviewer.map_or(&[][..], |reviewer| profile.authority.deciders(reviewer));
    if actor.may(Permission::PlanReview) && case.state == CaseState::PlanReview {
        let owners = [case.handler_id, Some(plan.drafted_by), plan.submitted_by];
        if owners.into_iter().flatten().any(|owner: StaffId| actor.is(owner)) {
            return Err(vec![error::own_plan(deciders)]);
        }
        if !deciders.iter().any(|role| actor.has_role(*role)) {
            return Err(vec![error::not_a_reviewer(deciders)]);
        }
    }
    may(CaseAct::ReviewPlan, actor, case)
}

/// The answer about a case that has no plan yet.
pub fn has_nothing_to_review(actor: &Actor, case: &case::Model) -> Verdict {
    may(CaseAct::ReviewPlan, actor, case)
}

/// HK-5.4.5, HK-5.5.1: nothing is replied to or closed while something is open on the case.
pub fn may_conclude(act: CaseAct, actor: &Actor, case: &case::Model, open: &[Refusal]) -> Verdict {
    may_handle(act, actor, case)?;
    if open.is_empty() { Ok(()) } else { Err(open.to_vec()) }
}

/// A time that somebody gives for what happened on a case: not in the future, not before the acceptance.
pub fn may_have_happened(at: DateTime<Utc>, case: &case::Model, now: DateTime<Utc>, rule: &'static str) -> Verdict {
    if at <= now && at >= case.received_at {
        return Ok(());
    }
    Err(vec![error::time_not_allowed(rule, "occurredAt")])
}

/// HK-5.4.5: the complainant is not told what nobody has approved yet.
pub fn may_follow_approval(at: DateTime<Utc>, approved_at: Option<DateTime<Utc>>) -> Verdict {
    if approved_at.is_some_and(|approved| at >= approved) {
        return Ok(());
    }
    Err(vec![error::before_approval()])
}

/// When a milestone of the case was reached.
pub fn reached(milestone: Milestone, case: &case::Model) -> Option<DateTime<Utc>> {
    match milestone {
        Milestone::Contacted => case.contacted_at,
        Milestone::Investigated => case.investigated_at,
        Milestone::Replied => case.replied_at,
    }
}

/// Personal data is shown whole only to who needs it to work on an open case: its handler, and before there is one the
/// person who registered it (HK-5.6.3, requirements T1.2).
pub fn sees_personal_data(actor: &Actor, case: &case::Model) -> bool {
    let open = !matches!(case.state, CaseState::Closed | CaseState::Archived);
    let registrar = case.handler_id.is_none() && actor.is(case.registered_by);
    open && (is_handler(actor, case) || registrar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    const ACTS: [CaseAct; 10] = [
        CaseAct::Allocate,
        CaseAct::RecordContact,
        CaseAct::RecordStatement,
        CaseAct::RecordFinding,
        CaseAct::DraftPlan,
        CaseAct::SubmitPlan,
        CaseAct::ReviewPlan,
        CaseAct::RecordReply,
        CaseAct::Close,
        CaseAct::Archive,
    ];

    #[test]
    fn an_archived_case_is_left_alone() {
        for act in ACTS {
            assert!(!act.states().contains(&CaseState::Archived), "{act:?}");
        }
    }

    #[test]
    fn every_state_but_the_last_has_something_to_be_done() {
        for state in CaseState::iter().filter(|state| *state != CaseState::Archived) {
            assert!(ACTS.iter().any(|act| act.states().contains(&state)), "{state}");
        }
    }
}
