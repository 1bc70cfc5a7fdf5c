//! Who may classify, report up, answer and hand over: pure decisions.

use super::error;
use crate::cases::error::already_done;
use crate::cases::policy::{CaseAct, Verdict, is_handler, may, may_handle};
use crate::platform::access::{Actor, Permission};
use crate::platform::refusal::Refusal;
use crate::profiles::{Classification, Profile};
use entity::StaffId;
use entity::case;
use entity::staff_role::Role;

fn has_any(actor: &Actor, roles: &[Role]) -> bool {
    roles.iter().any(|role| actor.has_role(*role))
}

/// HK-A12: the handler proposes.
pub fn may_propose<'p>(
    actor: &Actor,
    case: &case::Model,
    profile: &'p Profile,
) -> Result<&'p Classification, Vec<Refusal>> {
    may_handle(CaseAct::ProposeClassification, actor, case)?;
    profile.classification.as_ref().ok_or_else(|| vec![error::not_configured(CaseAct::ProposeClassification)])
}

/// HK-7.2.6, HK-A12: whom the profile names decides.
pub fn may_classify<'p>(
    actor: &Actor,
    case: &case::Model,
    profile: &'p Profile,
) -> Result<&'p Classification, Vec<Refusal>> {
    may(CaseAct::Classify, actor, case)?;
    let rules = profile.classification.as_ref().ok_or_else(|| vec![error::not_configured(CaseAct::Classify)])?;
    if !has_any(actor, &rules.deciders) {
        return Err(vec![error::not_a_classifier(&rules.deciders)]);
    }
    Ok(rules)
}

/// HK-3.9, HK-5.4.7: the handler reports, or anybody of the line who ranks below the one who answers. Gives that role.
pub fn may_escalate(actor: &Actor, case: &case::Model, profile: &Profile) -> Result<Role, Vec<Refusal>> {
    may(CaseAct::Escalate, actor, case)?;
    let to = profile.escalation.as_ref().ok_or_else(|| vec![error::not_configured(CaseAct::Escalate)])?.to;
    let below = profile.authority.below(to);
    if !is_handler(actor, case) && !has_any(actor, below) {
        return Err(vec![error::not_below(below)]);
    }
    Ok(to)
}

/// HK-5.4.7: whoever is reported to, or outranks them where the profile lets them; once, and never on one's own work.
pub fn may_answer(
    actor: &Actor,
    case: &case::Model,
    reported_by: Option<StaffId>,
    is_answered: bool,
    profile: &Profile,
) -> Verdict {
    let act = CaseAct::AnswerEscalation;
    may(act, actor, case)?;
    let escalation = profile.escalation.as_ref().ok_or_else(|| vec![error::not_configured(act)])?;
    let deciders = profile.authority.deciders(escalation.to);
    if [reported_by, case.handler_id].into_iter().flatten().any(|owner| actor.is(owner)) {
        return Err(vec![error::own_report(deciders)]);
    }
    if !has_any(actor, deciders) {
        return Err(vec![error::not_an_answerer(deciders)]);
    }
    if is_answered { Err(vec![already_done(act)]) } else { Ok(()) }
}

/// The answer about a case on which no report waits.
pub fn has_nothing_to_answer(actor: &Actor, case: &case::Model) -> Verdict {
    may(CaseAct::AnswerEscalation, actor, case)?;
    Err(vec![error::nothing_to_answer()])
}

/// HK-5.4.8: the handler, or whoever reviews plans, says that an agent is at fault. That it is not so after all is not for the
/// handler to say: the case could be closed then without handing over the evidence.
pub fn may_record_agent_fault(actor: &Actor, case: &case::Model, at_fault: bool, profile: &Profile) -> Verdict {
    let act = CaseAct::RecordAgentFault;
    let reviewers = profile.authority.deciders(profile.plan_review.reviewer);
    let handles = is_handler(actor, case);
    if actor.may(Permission::CaseHandle) {
        let reviews = has_any(actor, reviewers);
        if at_fault && !handles && !reviews {
            return Err(vec![crate::cases::error::not_the_handler(act)]);
        }
        if !at_fault && (handles || !reviews) {
            return Err(vec![error::not_a_lifter(reviewers)]);
        }
    }
    may(act, actor, case)
}

/// HK-5.4.8: the case stays with its handler, who hands over the evidence.
pub fn may_transfer(actor: &Actor, case: &case::Model) -> Verdict {
    may_handle(CaseAct::TransferEvidence, actor, case)?;
    if case.agent_at_fault { Ok(()) } else { Err(vec![error::no_agent_fault()]) }
}
