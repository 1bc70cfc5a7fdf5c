//! The refusals of this slice, in words.

use super::policy::{JointReviewState, ReviewAct};
use crate::identity::permissions::roles_with;
use crate::platform::access::Permission;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::case::CaseState;
use entity::joint_review_attendee::JointReviewCapacity;
use entity::staff_role::Role;

pub fn permission_missing(act: ReviewAct) -> Refusal {
    let message = Message::new("您的角色没有此项权限。", "Your roles do not let you do this.");
    Refusal::new(RefusalCode::PermissionMissing, act.rule(), message).doable_by(roles_with(act.permission()))
}

pub fn not_the_handler() -> Refusal {
    let message =
        Message::new("只有本案的经办人才能提请合议。", "Only the handler of the case asks for a joint review.");
    Refusal::new(RefusalCode::NotTheHandler, "HK-7.1", message)
}

pub fn not_held_here() -> Refusal {
    let message = Message::new("本机构制度没有合议。", "The policy knows no joint reviews.");
    Refusal::new(RefusalCode::NotAllowedByProfile, "HK-7.1", message)
}

pub fn not_a_major_case() -> Refusal {
    let message = Message::new(
        "本案未定为重大投诉，请以经办人提请为由。",
        "The case was not decided to be a major one; ask on the handler's ground.",
    );
    Refusal::new(RefusalCode::StateNotAllowed, "HK-7.2.6", message).about("ground")
}

pub fn already_asked() -> Refusal {
    let message = Message::new("本案已有合议尚未结束。", "A joint review of the case goes on already.");
    Refusal::new(RefusalCode::AlreadyAsked, "HK-7.1", message)
}

pub fn empty_pack() -> Refusal {
    let message = Message::new("提请合议须提交证据材料。", "A joint review is asked for with its evidence.");
    Refusal::new(RefusalCode::FieldRequired, "HK-7.5.1", message).about("evidenceIds")
}

pub fn not_evidence_of_the_case() -> Refusal {
    let message = Message::new("证据材料须属于本案。", "The evidence must belong to the case.");
    Refusal::new(RefusalCode::ObjectNotFound, "HK-7.5.1", message).about("evidenceIds")
}

pub fn wrong_state(act: ReviewAct, state: JointReviewState) -> Refusal {
    let state = async_graphql::resolver_utils::enum_value(state).to_string();
    let message = Message::new(
        format!("合议当前状态为 {state}，不能进行此操作。"),
        format!("The joint review is {state}; this cannot be done in this state."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, act.rule(), message)
}

pub fn not_theirs(act: ReviewAct) -> Refusal {
    let message = match act {
        ReviewAct::Open | ReviewAct::Close | ReviewAct::RecordFinalOpinion => {
            Message::new("只有合议主持人才能进行此操作。", "Only the chair of the meeting does this.")
        }
        ReviewAct::RecordMinutes => {
            Message::new("只有合议记录人才能撰写合议记录。", "Only the recorder writes the minutes.")
        }
        ReviewAct::RecordAttendance => {
            Message::new("只有主持人或记录人登记出席。", "Only the chair or the recorder says who is there.")
        }
        ReviewAct::Sign | ReviewAct::RefuseToSign => {
            Message::new("只有形成意见时在场的参会人才签名。", "Those sign who were there when the outcome was given.")
        }
        ReviewAct::Respond => Message::new("您未受邀参加此次合议。", "You are not invited to this meeting."),
        ReviewAct::Convene | ReviewAct::Cancel => permission_missing(act).message,
    };
    Refusal::new(RefusalCode::NotYourPart, act.rule(), message)
}

pub fn notice_too_late() -> Refusal {
    let message = Message::new(
        "合议须提前通知，会议时间应晚于现在，并满足制度规定的提前期。",
        "People are invited in advance: the meeting lies in the future, and as far ahead as the policy asks for.",
    );
    Refusal::new(RefusalCode::TimeNotAllowed, "HK-7.5.2", message).about("meetsAt")
}

pub fn not_in_work(state: CaseState) -> Refusal {
    let message = Message::new(
        format!("案件当前状态为 {state}，不能列入合议议题。"),
        format!("The case is {state}; a meeting is about cases that somebody works on."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, "HK-7.1", message).about("furtherCases")
}

pub fn brief_required() -> Refusal {
    let message = Message::new(
        "邀请其他部门参加合议，须事先说明案情。",
        "People of other departments are told the facts in advance: write a brief.",
    );
    Refusal::new(RefusalCode::FieldRequired, "HK-7.5.2", message).about("brief")
}

pub fn chair_not_invited() -> Refusal {
    let message = Message::new(
        "主持人须以主管身份列入参会人。",
        "The chair must be among the attendees, in the capacity SUPERVISOR.",
    );
    Refusal::new(RefusalCode::FieldRequired, "HK-7.5.3", message).about("chairId")
}

pub fn not_a_chair(chair: Role) -> Refusal {
    let message = Message::new(
        "合议由咨诉主管主持；主管均须回避时方由上一级主持。",
        "The supervisor chairs; the next rank does only when every supervisor must step back.",
    );
    Refusal::new(RefusalCode::NotEligible, "HK-7.5.3", message).about("chairId").doable_by([chair])
}

pub fn recorder_chairs() -> Refusal {
    let message = Message::new("记录人不得由主持人兼任。", "The chair does not minute; another person does.");
    Refusal::new(RefusalCode::RolesConflict, "HK-7.5.5", message).about("recorderId")
}

pub fn not_a_recorder(attending: &[Role]) -> Refusal {
    let message = Message::new("此人不能担任合议记录人。", "This person cannot minute the meeting.");
    Refusal::new(RefusalCode::NotEligible, "HK-7.5.5", message).about("recorderId").doable_by(attending)
}

pub fn recused() -> Refusal {
    let message = Message::new(
        "此人应当回避所议案件，不得参加合议。",
        "This person must step back from a case on the agenda and does not take part.",
    );
    Refusal::new(RefusalCode::Recused, "HK-4.8", message).about("attendees")
}

pub fn not_eligible(capacity: JointReviewCapacity) -> Refusal {
    let message = Message::new(
        format!("此人不能以 {capacity} 身份参加合议。"),
        format!("This person cannot attend as {capacity}."),
    );
    Refusal::new(RefusalCode::NotEligible, "HK-7.4", message).about("attendees")
}

pub fn invited_twice() -> Refusal {
    let message = Message::new("同一人只能以一种身份参加合议。", "A person attends in one capacity.");
    Refusal::new(RefusalCode::AlreadyThere, "HK-7.4", message).about("attendees")
}

pub fn capacity_missing(capacity: JointReviewCapacity) -> Refusal {
    let message = Message::new(
        format!("缺少 {capacity} 身份的参会人在场，不能开会。"),
        format!("Nobody is present as {capacity}; the meeting cannot go on without."),
    );
    Refusal::new(RefusalCode::CapacityMissing, "HK-7.4", message).about("attendees")
}

pub fn too_early() -> Refusal {
    let message = Message::new("尚未到会议当日。", "The day of the meeting has not come.");
    Refusal::new(RefusalCode::TimeNotAllowed, "HK-7.5.2", message).about("meetsAt")
}

pub fn presence_not_allowed(field: &'static str) -> Refusal {
    let message = Message::new(
        "到场、离场时间不得晚于现在，不得早于召集或到场，且此人须受邀。",
        "People come and go in order, not in the future, and only who is invited.",
    );
    Refusal::new(RefusalCode::TimeNotAllowed, "HK-7.4", message).about(field)
}

pub fn already_so() -> Refusal {
    let message = Message::new("此人已登记到场，或不在场。", "The person is there already, or is not there.");
    Refusal::new(RefusalCode::AlreadyDone, "HK-7.4", message).about("attendeeIds")
}

pub fn outcome_required(field: &'static str) -> Refusal {
    let message = Message::new(
        "合议须形成明确意见，不能形成的须给出倾向性意见。",
        "The meeting ends with a decision or a preliminary opinion, in words.",
    );
    Refusal::new(RefusalCode::FieldRequired, "HK-7.5.4", message).about(field)
}

pub fn not_an_attendee(field: &'static str) -> Refusal {
    let message = Message::new("发言人未到会。", "Only what attendees said is minuted.");
    Refusal::new(RefusalCode::ObjectNotFound, "HK-7.5.5", message).about(field)
}

pub fn nothing_to_sign() -> Refusal {
    let message = Message::new("尚无合议记录可签。", "There are no minutes to sign yet.");
    Refusal::new(RefusalCode::StateNotAllowed, "HK-7.5.6", message)
}

pub fn already_signed() -> Refusal {
    let message =
        Message::new("您已在此版记录上签名，或已拒签。", "You have signed this version, or refused to, already.");
    Refusal::new(RefusalCode::AlreadyDone, "HK-7.5.6", message)
}

pub fn not_confirmed() -> Refusal {
    let message = Message::new(
        "身份确认已失效或不属于本人本次登录，请重新验证密码。",
        "The proof is not valid, not yours, or too old: confirm who you are again.",
    );
    Refusal::new(RefusalCode::IdentityNotConfirmed, "HK-7.5.6", message).about("proof")
}

pub fn reason_required(field: &'static str) -> Refusal {
    let message = Message::new("拒签须说明理由和不同意见。", "A refusal needs its reason and the dissent in words.");
    Refusal::new(RefusalCode::FieldRequired, "HK-7.5.6", message).about(field)
}

pub fn substitute_not_allowed() -> Refusal {
    let message =
        Message::new("替代人须另有其人，且具有同样身份。", "A substitute is somebody else, of the same capacity.");
    Refusal::new(RefusalCode::NotEligible, "HK-7.4", message).about("substituteId")
}

pub fn goes_on() -> Refusal {
    let message = Message::new("本案的合议尚未结束。", "A joint review of the case goes on.");
    Refusal::new(RefusalCode::JointReviewsOpen, "HK-5.5.1", message)
}

/// The case file would be without the record.
pub fn not_filed() -> Refusal {
    let message = Message::new(
        "合议记录尚未全部签名，不能归档。",
        "The record of a joint review is not signed by all; the case file would be without it.",
    );
    Refusal::new(RefusalCode::JointReviewsOpen, "HK-7.6", message).doable_by(roles_with(Permission::JointReviewAttend))
}
