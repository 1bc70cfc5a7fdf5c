//! What may be done with an assistance, by whom and when: pure decisions. Who decides the request is the approval item's.

use super::error;
use super::state::AssistanceState;
use super::store::Assistance;
use crate::calendar::local_day;
use crate::cases::policy::Verdict;
use crate::cases::recusal::RecusalReason;
use crate::platform::access::{Actor, Permission};
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{EvidenceId, assistance, evidence};
use std::collections::BTreeSet;

/// Everything that somebody may want to do with an assistance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssistanceAct {
    Deliver,
    Receive,
    AskForInformation,
    AnswerInformationRequest,
    Remind,
    Return,
    Withdraw,
}

impl AssistanceAct {
    /// The states in which it can be done.
    pub const fn states(self) -> &'static [AssistanceState] {
        use AssistanceState::{Approved, Delivered, Received};
        match self {
            Self::Deliver => &[Approved],
            Self::Receive => &[Delivered],
            // A department that never confirms the receipt may still answer (HK-6.7).
            Self::AskForInformation | Self::AnswerInformationRequest | Self::Remind | Self::Return => {
                &[Delivered, Received]
            }
            Self::Withdraw => &[Approved, Delivered, Received],
        }
    }

    /// The rule that it carries out.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Deliver => "HK-5.4.6",
            Self::Receive => "HK-6.9",
            Self::AskForInformation | Self::Return => "HK-6.7",
            Self::AnswerInformationRequest | Self::Remind => "HK-2.6",
            Self::Withdraw => "HK-6.1",
        }
    }

    pub(super) const fn permission(self) -> Permission {
        match self {
            Self::Receive => Permission::AssistanceReceive,
            Self::AskForInformation | Self::Return => Permission::AssistanceReturn,
            Self::Deliver | Self::AnswerInformationRequest | Self::Remind | Self::Withdraw => Permission::CaseHandle,
        }
    }

    /// Whether the department does it; the handler of the case does the rest.
    pub(super) const fn is_departments(self) -> bool {
        matches!(self, Self::Receive | Self::AskForInformation | Self::Return)
    }
}

/// Whether the person has the permission, is on the right side, and the assistance stands where it can be done.
pub fn may(act: AssistanceAct, actor: &Actor, assistance: &Assistance) -> Result<Verdict> {
    if !actor.may(act.permission()) {
        return Ok(Err(vec![error::permission_missing(act)]));
    }
    if act.is_departments() {
        let roles = answering(act, assistance.asked()?.legal_ground.is_some());
        let works_there = actor.department_id() == Some(assistance.row.department_id);
        if !works_there || !roles.iter().any(|role| actor.has_role(*role)) {
            return Ok(Err(vec![error::not_the_department(act, roles)]));
        }
    } else if !assistance.handler_id.is_some_and(|handler| actor.is(handler)) {
        return Ok(Err(vec![error::not_the_handler(act)]));
    }
    let state = assistance.state();
    Ok(if act.states().contains(&state) { Ok(()) } else { Err(vec![error::wrong_state(act, state)]) })
}

/// HK-6.3, HK-6.7: who acts for the department; a legal opinion is given by who holds the role for it. The head may confirm
/// the receipt.
const fn answering(act: AssistanceAct, legal: bool) -> &'static [Role] {
    match (act, legal) {
        (AssistanceAct::Receive, true) => &[Role::Legal, Role::DepartmentHead],
        (AssistanceAct::Receive, false) => &[Role::CoHandler, Role::Legal, Role::DepartmentHead],
        (_, true) => &[Role::Legal],
        (_, false) => &[Role::CoHandler, Role::Legal],
    }
}

/// HK-4.8: nobody helps with a case from which they must step back.
pub fn may_help(act: AssistanceAct, reasons: &[RecusalReason]) -> Verdict {
    if reasons.is_empty() { Ok(()) } else { Err(vec![crate::cases::error::recused(act.rule())]) }
}

/// HK-6.5: what is delivered is listed piece by piece, and it is something where the case has something. Gives the pieces; what
/// the case does not hold looks like what is not there.
pub fn may_be_delivered<'a>(listed: &[EvidenceId], held: &'a [evidence::Model]) -> Result<Vec<&'a evidence::Model>> {
    if listed.is_empty() && !held.is_empty() {
        return Err(error::evidence_required().into());
    }
    pieces(listed, held)
}

/// The pieces of these keys, each once.
pub fn pieces<'a>(listed: &[EvidenceId], held: &'a [evidence::Model]) -> Result<Vec<&'a evidence::Model>> {
    let distinct: BTreeSet<_> = listed.iter().collect();
    let piece = |id: &EvidenceId| held.iter().find(|piece| piece.id == *id).ok_or(Failure::NotFound);
    distinct.into_iter().map(piece).collect()
}

/// HK-2.6: once on a local day.
pub fn may_remind_again(row: &assistance::Model, now: DateTime<Utc>) -> Verdict {
    let today = row.reminded_at.is_some_and(|at| local_day(at) == local_day(now));
    if today { Err(vec![error::reminded_today()]) } else { Ok(()) }
}
