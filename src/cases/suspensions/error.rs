//! The refusals of suspensions, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};

pub fn not_in_the_policy() -> Refusal {
    let message = Message::new(
        "制度未规定暂结案期限，不能暂结案。",
        "The policy sets no period for suspensions, so there are none.",
    );
    Refusal::new(RefusalCode::NotAllowedByProfile, "HK-5.5.3", message)
}

pub fn no_approved_plan() -> Refusal {
    let message = Message::new(
        "没有经批准的处理方案，客户无从拒绝。",
        "There is no approved plan that the complainant could refuse.",
    );
    Refusal::new(RefusalCode::FieldRequired, "HK-5.5.2", message).about("plan")
}

pub fn no_attempt() -> Refusal {
    let message = Message::new(
        "最后一次联系之后没有联系客户未果的记录。",
        "No attempt to reach the complainant is recorded since the last contact.",
    );
    Refusal::new(RefusalCode::FieldRequired, "HK-5.5.2", message).about("contact")
}

pub fn not_silent_long_enough(days: u16) -> Refusal {
    let message = Message::new(
        format!("距最后一次联系尚未超过 {days} 天。"),
        format!("The last contact is not more than {days} days ago."),
    );
    Refusal::new(RefusalCode::NotSilentLongEnough, "HK-5.5.2", message).about("ground")
}

pub fn expired() -> Refusal {
    let message = Message::new(
        "暂结案期限已过，案件不能恢复；请登记新案件并关联本案。",
        "The period of the suspension is over; register a new case with this one as its predecessor.",
    );
    Refusal::new(RefusalCode::SuspensionExpired, "HK-5.5.6", message)
}
