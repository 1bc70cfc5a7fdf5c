//! The refusals of this slice, in words.

use super::policy::AssistanceAct;
use super::state::AssistanceState;
use crate::identity::permissions::roles_with;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::staff_role::Role;

pub fn permission_missing(act: AssistanceAct) -> Refusal {
    let message = Message::new("您的角色没有此项权限。", "Your roles do not let you do this.");
    Refusal::new(RefusalCode::PermissionMissing, act.rule(), message).doable_by(roles_with(act.permission()))
}

pub fn not_the_handler(act: AssistanceAct) -> Refusal {
    let message = Message::new("只有本案的经办人才能进行此操作。", "Only the handler of the case may do this.");
    Refusal::new(RefusalCode::NotTheHandler, act.rule(), message)
}

pub fn not_the_department(act: AssistanceAct, roles: &[Role]) -> Refusal {
    let message = Message::new(
        "只有被请求协办的部门的相应岗位才能进行此操作。",
        "Only the department that was asked does this, in a role that answers such a request.",
    );
    Refusal::new(RefusalCode::NotTheDepartment, act.rule(), message).doable_by(roles)
}

pub fn wrong_state(act: AssistanceAct, state: AssistanceState) -> Refusal {
    let allowed: Vec<_> = act.states().iter().map(ToString::to_string).collect();
    let allowed = allowed.join(", ");
    let message = Message::new(
        format!("协办当前状态为 {state}，只有在 {allowed} 状态下才能进行此操作。"),
        format!("The assistance is {state}; this can be done only when it is {allowed}."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, act.rule(), message)
}

pub fn own_department() -> Refusal {
    let message = Message::new("协办应请求其他部门。", "Assistance is asked of another department than the handler's.");
    Refusal::new(RefusalCode::SameDepartment, "HK-6.1", message).about("departmentId")
}

pub fn nobody_to_answer() -> Refusal {
    let message = Message::new("该部门没有协办岗位的人员。", "Nobody in this department works for others.");
    Refusal::new(RefusalCode::NobodyToAnswer, "HK-6.7", message).about("departmentId")
}

pub fn evidence_required() -> Refusal {
    let message = Message::new(
        "移交协办时须附已收集的证据，请逐项列明。",
        "The evidence collected so far goes along: list each piece of it that is delivered.",
    );
    Refusal::new(RefusalCode::FieldRequired, "HK-6.5", message).about("evidenceIds")
}

pub fn opinion_required() -> Refusal {
    let message = Message::new("协办反馈须填写意见或结果。", "A department returns its opinion or result in words.");
    Refusal::new(RefusalCode::OpinionRequired, "HK-6.7", message).about("opinion")
}

pub fn answered_already() -> Refusal {
    let message = Message::new("此问题已答复。", "This question was answered already.");
    Refusal::new(RefusalCode::AlreadyDone, AssistanceAct::AnswerInformationRequest.rule(), message)
}

pub fn reminded_today() -> Refusal {
    let message = Message::new("今日已催办过。", "Today a reminder was sent already.");
    Refusal::new(RefusalCode::AlreadyDone, AssistanceAct::Remind.rule(), message)
}

pub fn open() -> Refusal {
    let message =
        Message::new("本案尚有协办未反馈。", "A department that was asked to help has not returned its opinion.");
    Refusal::new(RefusalCode::AssistanceOpen, "HK-5.5.1", message)
}
