//! The refusals of this slice, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};

pub fn in_the_future() -> Refusal {
    let message = Message::new("事件时间不能晚于现在。", "The incident cannot have happened in the future.");
    Refusal::new(RefusalCode::TimeNotAllowed, "SG-16.7", message).about("occurredAt")
}
