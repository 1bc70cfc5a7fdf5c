//! The refusals of delegations, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::staff_role::Role;

const RULE: &str = "HK-A8";

pub fn not_allowed() -> Refusal {
    let message = Message::new("本机构制度不允许授权委托。", "The policy does not let authority be delegated.");
    Refusal::new(RefusalCode::NotAllowedByProfile, RULE, message)
}

pub fn no_authority(line: &[Role]) -> Refusal {
    let message = Message::new("您没有可委托的审批权限。", "You hold no authority that you could lend.");
    Refusal::new(RefusalCode::AboveAuthority, RULE, message).doable_by(line)
}

pub fn not_a_delegate(line: &[Role]) -> Refusal {
    let message = Message::new(
        "受托人须为在职的审批岗位人员，且不得为本人。",
        "The delegate must be somebody else, with a role in the line of authority, who may sign in.",
    );
    Refusal::new(RefusalCode::NotAssignable, RULE, message).about("delegateId").doable_by(line)
}

pub fn days_not_allowed() -> Refusal {
    let message = Message::new(
        "委托期限须自今日或以后开始，止日不早于始日。",
        "It begins today or later, and does not end before it begins.",
    );
    Refusal::new(RefusalCode::TimeNotAllowed, RULE, message).about("until")
}

pub fn too_long(most: u16) -> Refusal {
    let message = Message::new(
        format!("委托期限不得超过 {most} 天。"),
        format!("A delegation lasts at most {most} days, both ends included."),
    );
    Refusal::new(RefusalCode::TimeNotAllowed, RULE, message).about("until")
}

pub fn ended() -> Refusal {
    let message = Message::new("该委托已撤销或已到期。", "The delegation was revoked, or has ended.");
    Refusal::new(RefusalCode::StateNotAllowed, RULE, message)
}

pub fn not_yours() -> Refusal {
    let message = Message::new(
        "只有委托人或其上级才能撤销委托。",
        "Only the delegator, or whoever ranks above, revokes a delegation.",
    );
    Refusal::new(RefusalCode::AboveAuthority, RULE, message)
}
