//! The refusals of this slice, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::delivery::DeliveryState;

pub fn not_given_up(state: DeliveryState) -> Refusal {
    let message = Message::new(
        format!("该通知的发送状态为 {state}，只有已放弃的才能重新发送。"),
        format!("The delivery is {state}; only one that was given up is tried again."),
    );
    Refusal { code: RefusalCode::StateNotAllowed, rule: None, field: None, message, may_be_done_by: Vec::new() }
}
