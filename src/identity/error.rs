//! The refusals of this slice, in words.

use super::passwords::{LONGEST_BYTES, SHORTEST, Weakness};
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::staff_role::Role;

pub fn roles_conflict(one: Role, other: Role) -> Refusal {
    let message = Message::new(
        format!("同一人不得兼任 {one} 与 {other}。"),
        format!("One person must not be {one} and {other}."),
    );
    Refusal::new(RefusalCode::RolesConflict, "T1.1", message).about("roles")
}

pub fn taken(field: &'static str) -> Refusal {
    let message = Message::new("已有相同的登录名或名称。", "There is one of this name already.");
    Refusal::new(RefusalCode::NameTaken, "T1.1", message).about(field)
}

pub fn has_an_account() -> Refusal {
    let message = Message::new(
        "该工号已有账号：一人一号，职责分离以人为准。",
        "This person has an account already: one for each person, since duties are separated between persons.",
    );
    Refusal::new(RefusalCode::NameTaken, "HK-4.8", message).about("employeeNumber")
}

pub fn no_pledge() -> Refusal {
    let message = Message::new("本机构未规定信息保密承诺书。", "This organisation asks for no confidentiality pledge.");
    Refusal::new(RefusalCode::NotAllowedByProfile, "SG-16.4", message)
}

pub fn another_pledge(version: &str) -> Refusal {
    let message = Message::new(
        format!("现行信息保密承诺书为 {version} 版，请阅读后签署。"),
        format!("The pledge that holds now is version {version}: read and sign that one."),
    );
    Refusal::new(RefusalCode::ObjectChanged, "SG-16.4", message).about("version")
}

pub fn pledge_signed_before() -> Refusal {
    let message = Message::new("您已签署此版承诺书。", "You have signed this version before.");
    Refusal::new(RefusalCode::AlreadyDone, "SG-16.4", message)
}

pub fn last_administrator() -> Refusal {
    let message = Message::new(
        "这是最后一名系统管理员，须先指定另一人。",
        "This is the last administrator; make somebody else one first.",
    );
    Refusal::new(RefusalCode::LastAdministrator, "T1.1", message)
}

pub fn password_wrong(field: &'static str) -> Refusal {
    let message = Message::new("密码不正确。", "The password is not right.");
    Refusal::new(RefusalCode::PasswordWrong, "NIST SP 800-63B 3.1.1", message).about(field)
}

pub fn password_not_allowed(weakness: Weakness) -> Refusal {
    let message = match weakness {
        Weakness::TooShort => Message::new(
            format!("密码至少 {SHORTEST} 个字符。"),
            format!("A password has at least {SHORTEST} characters."),
        ),
        Weakness::TooLong => Message::new(
            format!("密码最多 {LONGEST_BYTES} 字节。"),
            format!("A password has at most {LONGEST_BYTES} bytes."),
        ),
        Weakness::Common => {
            Message::new("此密码使用者众多，容易被猜中。", "Many people use this password; it is easily guessed.")
        }
        Weakness::HoldsTheLogin => Message::new("密码不得包含登录名。", "The login must not stand in the password."),
    };
    Refusal::new(RefusalCode::PasswordNotAllowed, "NIST SP 800-63B 3.1.1", message).about("newPassword")
}
