//! What the person who asked may do with an item: pure decisions. Who endorses and decides is in [`super::authority`].

use super::authority::{CASE_STATES, is_undecided};
use super::{error, execution};
use crate::cases::policy::Verdict;
use crate::platform::access::{Actor, Permission};
use entity::approval::{self, ApprovalKind, ApprovalState};
use entity::case;

/// Whether an item still counts towards the authority that its subject needs (HK-4.1.9).
pub const fn is_live(state: ApprovalState) -> bool {
    matches!(state, ApprovalState::Pending | ApprovalState::Endorsed | ApprovalState::Approved)
}

/// HK-4.0: the handler of the case asks.
pub fn may_request(actor: &Actor, case: &case::Model) -> Verdict {
    has(actor, Permission::ApprovalRequest)?;
    if !case.handler_id.is_some_and(|handler| actor.is(handler)) {
        return Err(vec![error::not_the_handler()]);
    }
    in_time(case)
}

/// Whether the person has a permission at all.
pub fn has(actor: &Actor, permission: Permission) -> Verdict {
    if actor.may(permission) { Ok(()) } else { Err(vec![error::permission_missing(permission)]) }
}

fn in_time(case: &case::Model) -> Verdict {
    if CASE_STATES.contains(&case.state) { Ok(()) } else { Err(vec![error::wrong_case_state(case.state)]) }
}

/// Whether an item carries a plan out, and so rests on it; the others come before it, or are it.
pub const fn carries_out_a_plan(kind: ApprovalKind) -> bool {
    !matches!(kind, ApprovalKind::HandlingPlan | ApprovalKind::Assistance | ApprovalKind::JointReviewRequest)
}

/// An approval is taken back as long as nothing was paid on it, and nothing else follows from it.
pub fn may_be_reversed(item: &approval::Model) -> Verdict {
    if !carries_out_a_plan(item.kind) {
        return Err(vec![error::follows_already(item.kind)]);
    }
    execution::may_change(item)
}

/// An item and its case.
pub struct Item<'a> {
    pub approval: &'a approval::Model,
    pub case: &'a case::Model,
}

impl Item<'_> {
    /// HK-4.1.8, HK-4.10: whoever asked, or has taken the case over, may change the item until the reply; what was decided is void then.
    pub fn may_amend(&self, actor: &Actor) -> Verdict {
        self.is_requester(actor)?;
        self.is_no_plan()?;
        if self.approval.state == ApprovalState::Withdrawn {
            return Err(vec![error::wrong_state(self.approval.state)]);
        }
        execution::may_change(self.approval)?;
        in_time(self.case)
    }

    /// Whoever asked, or has taken the case over, may remind those for whom the item waits.
    pub fn may_remind(&self, actor: &Actor) -> Verdict {
        self.is_requester(actor)?;
        self.waits()
    }

    /// Whoever asked, or has taken the case over, may take the item back until it is decided.
    pub fn may_withdraw(&self, actor: &Actor) -> Verdict {
        self.is_requester(actor)?;
        self.is_no_plan()?;
        self.waits()
    }

    /// A plan is changed by another plan.
    fn is_no_plan(&self) -> Verdict {
        let is_plan = self.approval.kind == ApprovalKind::HandlingPlan;
        if is_plan { Err(vec![error::plan_is_submitted()]) } else { Ok(()) }
    }

    fn waits(&self) -> Verdict {
        if !is_undecided(self.approval.state) {
            return Err(vec![error::wrong_state(self.approval.state)]);
        }
        in_time(self.case)
    }

    fn is_requester(&self, actor: &Actor) -> Verdict {
        has(actor, Permission::ApprovalRequest)?;
        let own = actor.is(self.approval.requested_by) || self.case.handler_id.is_some_and(|handler| actor.is(handler));
        if own { Ok(()) } else { Err(vec![error::not_the_requester()]) }
    }
}
