//! What may be done with a case, by whom and when: pure decisions.

use super::error;
use crate::identity::permissions::roles_with;
use crate::platform::access::{Actor, Permission};
use crate::platform::refusal::Refusal;
use crate::profiles::{Milestone, Profile, Severity};
use chrono::{DateTime, Utc};
use entity::case::{self, CaseState};
use entity::case_routing;
use entity::staff_role::Role;

/// Everything that somebody may want to do with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sea_orm::EnumIter)]
pub enum CaseAct {
    Acknowledge,
    AddComplainant,
    UpdateHeadCount,
    AddRespondent,
    RecordAuthorityLetter,
    LinkCases,
    DeclareRecusal,
    Allocate,
    Reassign,
    Route,
    RecordContact,
    RecordStatement,
    RecordFinding,
    ProposeClassification,
    Classify,
    ReportProgress,
    AddCoordinationNote,
    Escalate,
    AnswerEscalation,
    RecordAgentFault,
    RecordMisappropriation,
    TransferEvidence,
    AddEvidence,
    DraftPlan,
    SubmitPlan,
    ReviewPlan,
    RecordReply,
    Close,
    Archive,
    PauseDeadline,
    ResumeDeadline,
    ExtendDeadline,
    AddToLibrary,
    Suspend,
    Reopen,
    Void,
}

impl CaseAct {
    /// The states in which it can be done (requirements T2.2); in every other it is refused.
    pub const fn states(self) -> &'static [CaseState] {
        use CaseState::{
            Allocated, Archived, Closed, Investigating, PlanApproved, PlanDraft, PlanReview, Registered, Replied,
            Suspended,
        };
        match self {
            Self::Acknowledge | Self::Classify => {
                &[Registered, Allocated, Investigating, PlanDraft, PlanReview, PlanApproved, Replied]
            }
            Self::ProposeClassification
            | Self::AddCoordinationNote
            | Self::Escalate
            | Self::AnswerEscalation
            | Self::RecordAgentFault
            | Self::RecordMisappropriation
            | Self::TransferEvidence => &[Allocated, Investigating, PlanDraft, PlanReview, PlanApproved, Replied],
            Self::ReportProgress => &[Allocated, Investigating, PlanDraft, PlanReview, PlanApproved, Replied, Closed],
            Self::AddComplainant
            | Self::UpdateHeadCount
            | Self::AddRespondent
            | Self::RecordAuthorityLetter
            | Self::LinkCases
            | Self::DeclareRecusal => {
                &[Registered, Allocated, Investigating, PlanDraft, PlanReview, PlanApproved, Replied]
            }
            Self::Allocate => &[Registered],
            // Also when it is closed: only the handler files it.
            Self::Reassign => &[Allocated, Investigating, PlanDraft, PlanReview, PlanApproved, Replied, Closed],
            Self::Route => &[Registered, Allocated, Investigating, PlanDraft, PlanReview, PlanApproved],
            Self::RecordContact | Self::AddEvidence => {
                &[Allocated, Investigating, PlanDraft, PlanReview, PlanApproved, Replied, Suspended]
            }
            Self::RecordStatement | Self::RecordFinding => &[Allocated, Investigating, PlanDraft],
            Self::DraftPlan => &[Investigating, PlanDraft],
            Self::SubmitPlan => &[PlanDraft],
            Self::ReviewPlan => &[PlanReview],
            Self::RecordReply => &[PlanApproved],
            Self::Close => &[Replied],
            Self::Archive => &[Closed],
            Self::PauseDeadline | Self::ResumeDeadline => {
                &[Allocated, Investigating, PlanDraft, PlanReview, PlanApproved]
            }
            Self::ExtendDeadline => &[Registered, Allocated, Investigating, PlanDraft, PlanReview, PlanApproved],
            Self::AddToLibrary => &[Closed, Archived],
            // T2.2 names INVESTIGATING and REPLIED. A complainant who refuses an approved plan, or cannot be reached to be
            // told of it, leaves the case in PLAN_APPROVED, from where no other road leads back.
            Self::Suspend => &[Investigating, PlanApproved, Replied],
            Self::Reopen => &[Suspended],
            Self::Void => &[Registered],
        }
    }

    /// The rule that it carries out.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Acknowledge => "HK-5.1.2",
            Self::AddComplainant | Self::UpdateHeadCount => "HK-7.2.1",
            Self::AddRespondent => "HK-5.4.9",
            Self::RecordAuthorityLetter => "HK-F.3",
            Self::LinkCases => "HK-A15",
            Self::DeclareRecusal => "HK-4.8",
            Self::Allocate => "HK-5.3",
            Self::Reassign => "HK-3.6",
            Self::Route => "HK-5.4.9",
            Self::RecordContact => "HK-2.5",
            Self::RecordStatement => "HK-5.4.1",
            Self::RecordFinding | Self::AddEvidence => "HK-5.4.2",
            Self::ProposeClassification => "HK-A12",
            Self::Classify => "HK-7.2.6",
            Self::ReportProgress => "HK-3.3",
            Self::AddCoordinationNote => "HK-3.10",
            Self::Escalate | Self::AnswerEscalation => "HK-5.4.7",
            Self::RecordAgentFault | Self::TransferEvidence => "HK-5.4.8",
            Self::RecordMisappropriation => "HK-4.5",
            Self::DraftPlan => "HK-5.4.3",
            Self::SubmitPlan | Self::ReviewPlan => "HK-5.4.4",
            Self::RecordReply => "HK-5.4.5",
            Self::Close => "HK-5.5.1",
            Self::Archive => "HK-5.6.1",
            Self::PauseDeadline | Self::ResumeDeadline => "HK-8.8",
            Self::ExtendDeadline => "ER-12",
            Self::AddToLibrary => "HK-3.12",
            Self::Suspend => "HK-5.5.2",
            Self::Reopen => "HK-5.5.4",
            Self::Void => "SG-9.2.4",
        }
    }

    pub(super) const fn permission(self) -> Permission {
        match self {
            Self::Acknowledge => Permission::CaseRegister,
            Self::Classify => Permission::CaseClassify,
            Self::Escalate => Permission::CaseEscalate,
            Self::AnswerEscalation => Permission::EscalationAnswer,
            Self::AddCoordinationNote => Permission::CaseCoordinate,
            Self::Allocate | Self::Reassign | Self::Route => Permission::CaseAllocate,
            Self::RecordReply => Permission::CaseReply,
            Self::AddComplainant
            | Self::UpdateHeadCount
            | Self::AddRespondent
            | Self::RecordAuthorityLetter
            | Self::LinkCases => Permission::CaseRegister,
            Self::DeclareRecusal => Permission::RecusalDeclare,
            Self::ReviewPlan => Permission::PlanReview,
            Self::Archive => Permission::CaseArchive,
            Self::ExtendDeadline => Permission::DeadlineExtend,
            Self::AddToLibrary => Permission::LibraryAdd,
            Self::Void => Permission::CaseRegister,
            _ => Permission::CaseHandle,
        }
    }
}

/// The states in which a case is somebody's work: given to a handler and not closed.
pub const fn in_work() -> &'static [CaseState] {
    CaseAct::RecordContact.states()
}

/// The states in which a case is under investigation (HK-5.4): the handling plan is not yet submitted.
pub const fn under_investigation() -> &'static [CaseState] {
    CaseAct::RecordFinding.states()
}

/// The answer to "may I?": yes, or everything that stands against it.
pub type Verdict = Result<(), Vec<Refusal>>;

/// Whether the person has the permission and the case is in a state in which it can be done.
pub fn may(act: CaseAct, actor: &Actor, case: &case::Model) -> Verdict {
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

/// Whether the person handles the case.
pub fn is_handler(actor: &Actor, case: &case::Model) -> bool {
    case.handler_id.is_some_and(|handler| actor.is(handler))
}

/// HK-5.1.2: whoever took the complaint in, or handles it, tells the complainant; once.
pub fn may_acknowledge(actor: &Actor, case: &case::Model) -> Verdict {
    let act = CaseAct::Acknowledge;
    if actor.may(act.permission()) {
        if !is_handler(actor, case) && !actor.is(case.registered_by) {
            return Err(vec![error::not_the_handler(act)]);
        }
        if case.acknowledged_at.is_some() {
            return Err(vec![error::already_done(act)]);
        }
    }
    may(act, actor, case)
}

/// What whoever works on the case does: its handler, and before there is one the person who registered it.
pub fn may_complete(act: CaseAct, actor: &Actor, case: &case::Model) -> Verdict {
    if actor.may(act.permission()) && !actor.is(case.handler_id.unwrap_or(case.registered_by)) {
        return Err(vec![error::not_the_owner(act)]);
    }
    may(act, actor, case)
}

/// The same, and whoever allocates cases: they see which belong together, and who is meant by a complaint.
pub fn may_complete_or_allocate(act: CaseAct, actor: &Actor, case: &case::Model) -> Verdict {
    if actor.may(Permission::CaseAllocate) { may(act, actor, case) } else { may_complete(act, actor, case) }
}

/// Whoever takes part in cases says it of themselves.
pub fn may_declare_recusal(actor: &Actor, case: &case::Model) -> Verdict {
    may(CaseAct::DeclareRecusal, actor, case)
}

/// What those do who distribute the work: allocate, reassign, route (HK-3.6, HK-5.3, HK-5.4.9).
pub fn may_distribute(act: CaseAct, actor: &Actor, case: &case::Model, profile: &Profile) -> Verdict {
    let allocators = &profile.allocation.allocators;
    if !actor.may(Permission::CaseAllocate) {
        return Err(vec![error::permission_missing(act, allocators)]);
    }
    if !is_allocator(actor, profile) {
        return Err(vec![error::not_an_allocator(act, allocators)]);
    }
    may(act, actor, case)
}

/// HK-3.6: the profile names the roles.
pub fn is_allocator(actor: &Actor, profile: &Profile) -> bool {
    actor.may(Permission::CaseAllocate) && profile.allocation.allocators.iter().any(|role| actor.has_role(*role))
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

/// The answer about a case that has no plan yet.
pub fn has_nothing_to_review(actor: &Actor, case: &case::Model) -> Verdict {
    may(CaseAct::ReviewPlan, actor, case)
}

/// HK-5.4.5, HK-5.5.1: nothing is replied to or closed while something is open on the case.
pub fn may_conclude(act: CaseAct, actor: &Actor, case: &case::Model, open: &[Refusal]) -> Verdict {
    may_handle(act, actor, case)?;
    let mut open = open.to_vec();
    // HK-5.4.8
    if act == CaseAct::Close && case.agent_at_fault && case.evidence_transferred_at.is_none() {
        open.push(error::transfer_required());
    }
    if open.is_empty() { Ok(()) } else { Err(open) }
}

/// HK-5.4.5, HK-5.4.9: the handler replies, or the manager who answers for the department.
pub fn may_reply(
    actor: &Actor,
    case: &case::Model,
    routing: Option<&case_routing::Model>,
    open: &[Refusal],
) -> Verdict {
    if !routing.is_some_and(|routing| actor.is(routing.answerer_id)) {
        return may_conclude(CaseAct::RecordReply, actor, case, open);
    }
    may(CaseAct::RecordReply, actor, case)?;
    if open.is_empty() { Ok(()) } else { Err(open.to_vec()) }
}

/// HK-3.11: codes of the severities in whose cases the person takes part by a role.
pub fn followed(actor: &Actor, profile: &Profile) -> Vec<String> {
    let follows = |severity: &&Severity| severity.followed_by.iter().any(|role| actor.has_role(*role));
    profile.severities.iter().filter(follows).map(|severity| severity.code.clone()).collect()
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

/// The states in which nothing is waited for any more.
pub const OVER: [CaseState; 3] = [CaseState::Closed, CaseState::Archived, CaseState::Voided];

/// When a milestone of the case was reached.
pub fn reached(milestone: Milestone, case: &case::Model) -> Option<DateTime<Utc>> {
    match milestone {
        Milestone::Contacted => case.contacted_at,
        Milestone::Investigated => case.investigated_at,
        Milestone::Replied => case.replied_at,
    }
}

/// HK-5.6.3, SG-14.3: who audits has no part in a case; once it is archived, they read it in the archive, on record.
pub fn is_shown_on_record_only(actor: &Actor) -> bool {
    actor.has_role(Role::Auditor)
}

/// Personal data is shown whole only to who needs it to work on an open case: its handler, and before there is one the
/// person who registered it (HK-5.6.3, requirements T1.2).
pub fn sees_personal_data(actor: &Actor, case: &case::Model) -> bool {
    let open = !OVER.contains(&case.state);
    let registrar = case.handler_id.is_none() && actor.is(case.registered_by);
    open && (is_handler(actor, case) || registrar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    const ENDS: [CaseState; 2] = [CaseState::Archived, CaseState::Voided];

    #[test]
    fn an_archived_case_and_a_void_voucher_are_left_alone() {
        // What a case teaches may be written down later.
        for act in CaseAct::iter().filter(|act| *act != CaseAct::AddToLibrary) {
            assert!(ENDS.iter().all(|end| !act.states().contains(end)), "{act:?}");
        }
    }

    #[test]
    fn every_state_but_the_ends_has_something_to_be_done() {
        for state in CaseState::iter().filter(|state| !ENDS.contains(state)) {
            assert!(CaseAct::iter().any(|act| act.states().contains(&state)), "{state}");
        }
    }
}
