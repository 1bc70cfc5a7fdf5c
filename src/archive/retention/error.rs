//! The refusals about keeping files, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use chrono::NaiveDate;

pub fn not_yet(rule: &str, until: Option<NaiveDate>) -> Refusal {
    let day = until.map(|day| day.to_string()).unwrap_or_default();
    let message = Message::new(
        format!("该档案须保管至{day}，次日起方可提请销毁。"),
        format!("The file must be kept until {day}; from the day after it may be proposed for disposal."),
    );
    Refusal::new(RefusalCode::MustBeKept, rule.to_owned(), message)
}

pub fn kept_for_good() -> Refusal {
    let message = Message::new("该档案永久保存。", "The file is kept for good.");
    Refusal::new(RefusalCode::MustBeKept, "SG-13.5", message)
}

pub fn no_time_set() -> Refusal {
    let message = Message::new(
        "适用于该案件的制度未规定保管期限，档案不得销毁。",
        "The policy that the case follows sets no time, so that the file stays.",
    );
    Refusal::new(RefusalCode::MustBeKept, "HK-A19", message)
}

pub fn held() -> Refusal {
    let message = Message::new("该档案处于法律保全状态。", "A legal hold keeps the file.");
    Refusal::new(RefusalCode::MustBeKept, "SG-13.6", message)
}

pub fn already_released() -> Refusal {
    let message = Message::new("该保全已解除。", "The legal hold was released already.");
    Refusal::unruled(RefusalCode::HoldReleased, message)
}

pub fn already_permanent() -> Refusal {
    let message = Message::new("该永久保存事由已登记。", "The ground is recorded already.");
    Refusal::new(RefusalCode::AlreadyDone, "SG-13.5", message).about("ground")
}
