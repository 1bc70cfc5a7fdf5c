//! The refusals of this slice, in words.

use super::policy::CaseAct;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::case::CaseState;
use entity::staff_role::Role;

pub fn wrong_state(act: CaseAct, state: CaseState) -> Refusal {
    let allowed: Vec<_> = act.states().iter().map(ToString::to_string).collect();
    let allowed = allowed.join(", ");
    let message = Message::new(
        format!("案件当前状态为 {state}，只有在 {allowed} 状态下才能进行此操作。"),
        format!("The case is {state}; this can be done only when it is {allowed}."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, act.rule(), message)
}

pub fn permission_missing(act: CaseAct, may: &[Role]) -> Refusal {
    let message = Message::new("您的角色没有此项权限。", "Your roles do not let you do this.");
    Refusal::new(RefusalCode::PermissionMissing, act.rule(), message).doable_by(may)
}

pub fn not_the_handler(act: CaseAct) -> Refusal {
    let message = Message::new("只有本案的经办人才能进行此操作。", "Only the handler of the case may do this.");
    Refusal::new(RefusalCode::NotTheHandler, act.rule(), message)
}

pub fn not_an_allocator(allocators: &[Role]) -> Refusal {
    let message =
        Message::new("制度规定由其他岗位分配案件。", "The policy gives the allocation of cases to other roles.");
    Refusal::new(RefusalCode::NotAllowedByProfile, "HK-5.3", message).doable_by(allocators)
}

pub fn not_assignable() -> Refusal {
    let message = Message::new("此人不能承办案件。", "This person cannot handle cases.");
    Refusal::new(RefusalCode::NotAssignable, "HK-5.3", message).about("handlerId")
}

pub fn channel_not_allowed() -> Refusal {
    let message =
        Message::new("本机构不受理此途径的投诉。", "This organisation takes no complaints over this channel.");
    Refusal::new(RefusalCode::ChannelNotAllowed, "HK-3.2", message).about("channel")
}

pub fn severity_unknown() -> Refusal {
    let message = Message::new("制度中没有此案件等级。", "The policy knows no such severity.");
    Refusal::new(RefusalCode::SeverityUnknown, "HK-8.3", message).about("severity")
}

pub fn no_profile() -> Refusal {
    let message = Message::new("受理当日没有生效的投诉制度。", "No policy is in force for the day of the acceptance.");
    Refusal::new(RefusalCode::NotAllowedByProfile, "HK-3.8", message).about("receivedAt")
}

pub fn field_required(rule: &'static str, field: &'static str, chinese: &str, english: &str) -> Refusal {
    let message = Message::new(format!("缺少{chinese}。"), format!("Missing: {english}."));
    Refusal::new(RefusalCode::FieldRequired, rule, message).about(field)
}

pub fn time_not_allowed(rule: &'static str, field: &'static str) -> Refusal {
    let message = Message::new(
        "时间不能晚于现在，也不能早于受理时间。",
        "The time must not be in the future, nor before the acceptance.",
    );
    Refusal::new(RefusalCode::TimeNotAllowed, rule, message).about(field)
}

pub fn before_approval() -> Refusal {
    let message =
        Message::new("答复时间不能早于方案审批时间。", "The answer must not be given before its plan was approved.");
    Refusal::new(RefusalCode::TimeNotAllowed, "HK-5.4.5", message).about("occurredAt")
}

pub fn own_plan(may: &[Role]) -> Refusal {
    let message = Message::new(
        "不得复核自己经办、起草或提交的方案，应由他人或上一级复核。",
        "Nobody reviews a plan of a case they handle, or that they drafted or submitted; another person or the next rank does.",
    );
    Refusal::new(RefusalCode::OwnWork, "HK-4.8", message).doable_by(may)
}

pub fn not_a_reviewer(may: &[Role]) -> Refusal {
    let message = Message::new("您的岗位无权复核处理方案。", "Your roles do not review handling plans.");
    Refusal::new(RefusalCode::AboveAuthority, "HK-5.4.4", message).doable_by(may)
}
