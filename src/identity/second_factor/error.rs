//! The refusals of this slice, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};

pub fn code_required() -> Refusal {
    let message = Message::new(
        "请输入身份验证器的动态验证码，或一个恢复码。",
        "Give the code of your authenticator application, or a recovery code.",
    );
    Refusal::new(RefusalCode::SecondFactorRequired, "ASVS 6.3.3", message).about("code")
}

pub fn code_wrong() -> Refusal {
    let message = Message::new(
        "验证码不正确或已使用过，请等待下一个验证码。",
        "The code is not right, or was used before; wait for the next one.",
    );
    Refusal::new(RefusalCode::SecondFactorWrong, "ASVS 6.5.1", message).about("code")
}

pub fn nothing_to_confirm() -> Refusal {
    let message = Message::new(
        "没有待确认的第二因素，或已超过确认时限，请重新绑定。",
        "No second factor waits for its first code, or no longer; enrol one.",
    );
    Refusal::unruled(RefusalCode::SecondFactorMissing, message)
}

pub fn none_in_force() -> Refusal {
    let message = Message::new("该人员未启用第二因素。", "There is no second factor.");
    Refusal::unruled(RefusalCode::SecondFactorMissing, message)
}

pub fn must_have_one() -> Refusal {
    let message = Message::new(
        "本机构规定您的岗位必须启用第二因素；更换设备请重新绑定。",
        "One of your roles must have a second factor; to change the device, enrol another one.",
    );
    Refusal::new(RefusalCode::NotAllowedByProfile, "ASVS 6.3.3", message)
}

pub fn own_reset() -> Refusal {
    let message = Message::new(
        "不得重置本人的第二因素，请由另一名系统管理员办理。",
        "Nobody resets their own second factor: another administrator does.",
    );
    Refusal::new(RefusalCode::OwnAccount, "ASVS 6.4.4", message).about("staffId")
}
