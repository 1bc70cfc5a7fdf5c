//! The refusals about evidence, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};

/// Somebody else's, attached before, forgotten, or never there: it looks the same.
pub fn upload_unknown(rule: &'static str, field: &'static str) -> Refusal {
    let message = Message::new(
        "没有此上传文件：可能已作为证据提交，或上传已超过一天。",
        "There is no such upload of yours: it may have been attached already, or be older than a day.",
    );
    Refusal::new(RefusalCode::UploadUnknown, rule, message).about(field)
}

pub fn in_the_future() -> Refusal {
    let message = Message::new("取证时间不能晚于现在。", "Evidence cannot have been collected in the future.");
    Refusal::new(RefusalCode::TimeNotAllowed, "HK-5.4.2", message).about("collectedAt")
}

pub fn attachment_required() -> Refusal {
    crate::cases::error::field_required(
        "HK-5.2.2",
        "attachments",
        "附件（来信、电子邮件或转办件）",
        "the letter, e-mail or referral as an attachment",
    )
}
