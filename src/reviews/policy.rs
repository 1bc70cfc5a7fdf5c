//! Who may do what with a joint review, and who makes up a meeting: pure decisions.

use super::error;
use super::store::ReviewRead;
use crate::cases::policy::Verdict;
use crate::platform::access::{Actor, Permission};
use crate::platform::refusal::Refusal;
use crate::profiles::JointReview;
use async_graphql::Enum;
use entity::approval::ApprovalState;
use entity::joint_review::{self, JointReviewOutcome};
use entity::joint_review_attendee::{self as attendee, InvitationResponse, JointReviewCapacity};
use entity::staff_role::Role;
use entity::{CaseId, StaffId, joint_review_agenda};

/// Where a joint review stands (requirements T2.3). Until it is convened, this is what became of its approval item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, sea_orm::EnumIter)]
pub enum JointReviewState {
    /// Waits for the answer of the supervisor.
    Requested,
    /// The supervisor said no, or sent it back; it is asked for anew.
    Refused,
    /// The handler took the request back.
    Withdrawn,
    /// The supervisor said yes; it waits to be convened.
    Agreed,
    /// Time, place and people are settled.
    Convened,
    /// The meeting goes on.
    Open,
    /// It ended with a decision, which not all have signed.
    Decided,
    /// It ended with a preliminary opinion; the final one is awaited (HK-8.6).
    Preliminary,
    /// The final opinion is there; not all have signed.
    Final,
    /// All have signed. The record is in the folder and belongs to the case file (HK-7.6).
    Filed,
    /// It is not held.
    Cancelled,
}

/// Where a joint review stands, by what is written of it.
pub fn state(review: &joint_review::Model, request: ApprovalState) -> JointReviewState {
    if review.cancelled_at.is_some() {
        return JointReviewState::Cancelled;
    }
    if review.filed_at.is_some() {
        return JointReviewState::Filed;
    }
    match review.outcome {
        Some(JointReviewOutcome::Decision) => return JointReviewState::Decided,
        Some(JointReviewOutcome::Preliminary) if review.final_opinion_at.is_some() => return JointReviewState::Final,
        Some(JointReviewOutcome::Preliminary) => return JointReviewState::Preliminary,
        None => {}
    }
    if review.opened_at.is_some() {
        return JointReviewState::Open;
    }
    if review.convened_at.is_some() {
        return JointReviewState::Convened;
    }
    match request {
        ApprovalState::Pending | ApprovalState::Endorsed => JointReviewState::Requested,
        ApprovalState::Approved => JointReviewState::Agreed,
        // A meeting is cancelled, not its approval taken back, and none lapses.
        ApprovalState::Refused | ApprovalState::Returned | ApprovalState::Reversed | ApprovalState::Lapsed => {
            JointReviewState::Refused
        }
        ApprovalState::Withdrawn => JointReviewState::Withdrawn,
    }
}

/// HK-7.6: a case is filed with the record of every joint review that was held on it, and not while one is to be.
pub fn may_file(reviews: &[(CaseId, ReviewRead)]) -> Verdict {
    let missing = reviews.iter().any(|(_, read)| state(&read.review, read.request).goes_on());
    if missing { Err(vec![error::not_filed()]) } else { Ok(()) }
}

/// The states in which the record may be written: the meeting goes on, or not all have signed.
const MINUTED: [JointReviewState; 4] =
    [JointReviewState::Open, JointReviewState::Decided, JointReviewState::Preliminary, JointReviewState::Final];

/// The states in which the minutes can be signed: there is an outcome, and the record is not final yet.
const SIGNED: [JointReviewState; 3] =
    [JointReviewState::Decided, JointReviewState::Preliminary, JointReviewState::Final];

impl JointReviewState {
    /// Whether nothing is awaited of it any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Refused | Self::Withdrawn | Self::Filed | Self::Cancelled)
    }

    /// Whether a meeting was agreed to and something of it is still awaited.
    pub fn goes_on(self) -> bool {
        !self.is_over() && self != Self::Requested
    }

    /// Whether the record can be final once all have signed.
    pub fn is_conclusive(self) -> bool {
        matches!(self, Self::Decided | Self::Final)
    }
}

/// What somebody may want to do with a joint review that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewAct {
    Convene,
    Respond,
    RecordAttendance,
    Open,
    RecordMinutes,
    Close,
    RecordFinalOpinion,
    Sign,
    RefuseToSign,
    Cancel,
}

impl ReviewAct {
    /// The states in which it can be done (requirements T2.3); in every other it is refused.
    pub const fn states(self) -> &'static [JointReviewState] {
        use JointReviewState::{Agreed, Convened, Open, Preliminary};
        match self {
            Self::Convene => &[Agreed, Convened],
            Self::Respond | Self::Open => &[Convened],
            Self::RecordAttendance => &[Convened, Open],
            Self::RecordMinutes => &MINUTED,
            Self::Close => &[Open],
            Self::RecordFinalOpinion => &[Preliminary],
            Self::Sign | Self::RefuseToSign => &SIGNED,
            Self::Cancel => &[Agreed, Convened, Open],
        }
    }

    /// The rule that it carries out.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Convene | Self::Respond | Self::Cancel => "HK-7.5.2",
            Self::RecordAttendance | Self::Open => "HK-7.4",
            Self::RecordMinutes => "HK-7.5.5",
            Self::Close => "HK-7.5.4",
            Self::RecordFinalOpinion => "HK-8.6",
            Self::Sign | Self::RefuseToSign => "HK-7.5.6",
        }
    }

    pub const fn permission(self) -> Permission {
        match self {
            Self::Convene | Self::Open | Self::Close | Self::RecordFinalOpinion | Self::Cancel => {
                Permission::JointReviewConvene
            }
            Self::Respond | Self::RecordAttendance | Self::RecordMinutes | Self::Sign | Self::RefuseToSign => {
                Permission::JointReviewAttend
            }
        }
    }
}

/// Whether an invitation holds: it was neither declined nor taken back.
pub fn is_invited(attendee: &attendee::Model) -> bool {
    attendee.removed_at.is_none() && attendee.response != InvitationResponse::Declined
}

/// Whether a person is in the room. Of a meeting that ended: whether they were there at its end.
pub fn is_present(attendee: &attendee::Model) -> bool {
    is_invited(attendee) && attendee.arrived_at.is_some() && attendee.left_at.is_none()
}

/// HK-7.5.6: whoever was there when the outcome was given signs. Who had left before vouches for nothing they did not hear;
/// the minutes say when they left.
pub fn must_sign(attendee: &attendee::Model) -> bool {
    is_present(attendee)
}

/// A joint review and the people of it.
pub struct Meeting<'a> {
    pub review: &'a joint_review::Model,
    pub state: JointReviewState,
    pub attendees: &'a [attendee::Model],
}

impl Meeting<'_> {
    /// Whether the person may do it to this joint review as it stands.
    pub fn may(&self, act: ReviewAct, actor: &Actor) -> Verdict {
        if !actor.may(act.permission()) {
            return Err(vec![error::permission_missing(act)]);
        }
        self.is_theirs(act, actor)?;
        if !act.states().contains(&self.state) {
            return Err(vec![error::wrong_state(act, self.state)]);
        }
        Ok(())
    }

    fn is_theirs(&self, act: ReviewAct, actor: &Actor) -> Verdict {
        let is = |person: Option<StaffId>| person.is_some_and(|person| actor.is(person));
        let own = self.of(actor);
        let theirs = match act {
            ReviewAct::Convene | ReviewAct::Cancel => true,
            ReviewAct::Open | ReviewAct::Close | ReviewAct::RecordFinalOpinion => is(self.review.chair_id),
            ReviewAct::RecordAttendance => is(self.review.chair_id) || is(self.review.recorder_id),
            ReviewAct::RecordMinutes => is(self.review.recorder_id),
            ReviewAct::Respond => own.is_some_and(|own| own.removed_at.is_none()),
            // Who signs is known when the meeting has ended; before, the state says no.
            ReviewAct::Sign | ReviewAct::RefuseToSign => {
                own.is_some_and(|own| must_sign(own) || !SIGNED.contains(&self.state) && is_invited(own))
            }
        };
        if theirs { Ok(()) } else { Err(vec![error::not_theirs(act)]) }
    }

    /// The invitation of the person who acts.
    pub fn of(&self, actor: &Actor) -> Option<&attendee::Model> {
        self.attendees.iter().find(|attendee| actor.is(attendee.staff_id))
    }

    /// HK-7.4: somebody of each capacity that the meeting needs is in the room, the chair among them, and the handlers of all
    /// cases on the agenda. A person fills one capacity; but a handler who attends in another is there all the same (HK-A20).
    pub fn may_go_on(&self, rules: &JointReview, handlers: &[(CaseId, Option<StaffId>)]) -> Verdict {
        let present = || self.attendees.iter().filter(|attendee| is_present(attendee));
        let is_there = |person: StaffId| present().any(|attendee| attendee.staff_id == person);
        let mut missing: Vec<Refusal> = Vec::new();
        for capacity in &rules.required {
            let filled = match capacity {
                JointReviewCapacity::Handler => handlers.iter().all(|(_, handler)| handler.is_some_and(is_there)),
                JointReviewCapacity::Supervisor => self.review.chair_id.is_some_and(is_there),
                other => present().any(|attendee| attendee.capacity == *other),
            };
            if !filled {
                missing.push(error::capacity_missing(*capacity));
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }
}

/// Somebody who is to attend, chair or minute.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: StaffId,
    pub is_active: bool,
    pub roles: Vec<Role>,
    /// Whether the person must step back from a case on the agenda (回避).
    pub recused: bool,
}

impl Candidate {
    /// HK-7.4, HK-4.8: in which capacity somebody may attend.
    pub fn may_attend(
        &self,
        capacity: JointReviewCapacity,
        rules: &JointReview,
        agenda: &[joint_review_agenda::Model],
        handlers: &[(CaseId, Option<StaffId>)],
        chair: StaffId,
    ) -> Verdict {
        if self.recused {
            return Err(vec![error::recused()]);
        }
        let handles = || {
            agenda
                .iter()
                .any(|item| handlers.iter().any(|(case, handler)| *case == item.case_id && *handler == Some(self.id)))
        };
        let eligible = self.is_active
            && match capacity {
                JointReviewCapacity::Handler => handles(),
                // Whoever stands in for the supervisors chairs in their capacity.
                JointReviewCapacity::Supervisor => {
                    self.id == chair || rules.admits(JointReviewCapacity::Supervisor, &self.roles)
                }
                other => self.id != chair && rules.admits(other, &self.roles),
            };
        if eligible { Ok(()) } else { Err(vec![error::not_eligible(capacity)]) }
    }

    /// HK-7.5.3: the supervisor chairs; the next rank only when every supervisor must step back.
    pub fn may_chair(&self, rules: &JointReview, all_step_back: bool) -> Verdict {
        if self.recused {
            return Err(vec![error::recused().about("chairId")]);
        }
        let stands_in = all_step_back && rules.chair_stand_in.is_some_and(|role| self.roles.contains(&role));
        let chairs = self.is_active && (self.roles.contains(&rules.chair) || stands_in);
        if chairs { Ok(()) } else { Err(vec![error::not_a_chair(rules.chair)]) }
    }

    /// HK-7.5.5: a dedicated recorder, who is not the chair.
    pub fn may_minute(&self, attending: &[Role], chair: StaffId) -> Verdict {
        if self.id == chair {
            return Err(vec![error::recorder_chairs()]);
        }
        if self.recused {
            return Err(vec![error::recused().about("recorderId")]);
        }
        let minutes = self.is_active && self.roles.iter().any(|role| attending.contains(role));
        if minutes { Ok(()) } else { Err(vec![error::not_a_recorder(attending)]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn nothing_is_done_to_what_is_over() {
        use ReviewAct::{
            Cancel, Close, Convene, Open, RecordAttendance, RecordFinalOpinion, RecordMinutes, RefuseToSign, Respond,
            Sign,
        };
        let acts = [
            Convene,
            Respond,
            RecordAttendance,
            Open,
            RecordMinutes,
            Close,
            RecordFinalOpinion,
            Sign,
            RefuseToSign,
            Cancel,
        ];
        for state in JointReviewState::iter() {
            let possible = acts.iter().any(|act| act.states().contains(&state));
            assert_eq!(possible, !state.is_over() && state != JointReviewState::Requested, "{state:?}");
        }
    }
}
