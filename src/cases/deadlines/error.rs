//! The refusals about deadlines, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::case_deadline;
use entity::staff_role::Role;

pub fn never_pauses(deadline: &case_deadline::Model) -> Refusal {
    let message =
        Message::new("制度规定此期限不得暂停计时。", "The policy does not let the clock of this deadline stand still.");
    Refusal::new(RefusalCode::NotAllowedByProfile, deadline.rule.clone(), message)
}

pub fn never_extended(deadline: &case_deadline::Model) -> Refusal {
    let message = Message::new("制度未规定此期限可以延长。", "The policy knows no extension of this deadline.");
    Refusal::new(RefusalCode::NotAllowedByProfile, deadline.rule.clone(), message)
}

pub fn not_running(deadline: &case_deadline::Model) -> Refusal {
    let message = Message::new(
        "此期限不在计时中：已完成、已逾期或已暂停。",
        "This deadline is not running: it was met, has passed or stands still.",
    );
    Refusal::new(RefusalCode::DeadlineNotRunning, deadline.rule.clone(), message)
}

pub fn not_paused(deadline: &case_deadline::Model) -> Refusal {
    let message = Message::new("此期限未暂停计时。", "The clock of this deadline does not stand still.");
    Refusal::new(RefusalCode::DeadlineNotPaused, deadline.rule.clone(), message)
}

pub fn not_an_approver(deadline: &case_deadline::Model, may: &[Role]) -> Refusal {
    let message =
        Message::new("您的岗位无权批准延长此期限。", "Your roles do not approve extensions of this deadline.");
    Refusal::new(RefusalCode::AboveAuthority, deadline.rule.clone(), message).doable_by(may)
}

pub fn own_deadline(deadline: &case_deadline::Model, may: &[Role]) -> Refusal {
    let message = Message::new(
        "不得批准延长自己的办理期限，应由他人批准。",
        "Nobody extends a deadline of their own; another person does.",
    );
    Refusal::new(RefusalCode::OwnWork, deadline.rule.clone(), message).doable_by(may)
}

pub fn beyond_cap(deadline: &case_deadline::Model) -> Refusal {
    let message = Message::new(
        "延长后将超过制度规定的最长期限。",
        "The deadline would be longer than the policy lets it be at most.",
    );
    Refusal::new(RefusalCode::ExtensionBeyondCap, deadline.rule.clone(), message).about("length")
}
