//! The refusals of service accounts, in words.

use super::public_key::NotAKey;
use crate::platform::access::PermissionSet;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::staff_role::Role;

pub fn name_taken() -> Refusal {
    let message = Message::new("已有同名的服务账号。", "There is a service account of this name already.");
    Refusal::unruled(RefusalCode::NameTaken, message).about("name")
}

pub fn beyond_the_role(role: Role, beyond: PermissionSet) -> Refusal {
    let message = Message::new(format!("{role} 没有这些权限：{beyond}。"), format!("{role} does not have: {beyond}."));
    Refusal::new(RefusalCode::ScopeNotAllowed, "T1.2", message).about("scopes")
}

pub fn for_people_only(scopes: PermissionSet) -> Refusal {
    let message = Message::new(
        format!("决定、签署、经办等须由人进行，不得授予服务账号：{scopes}。"),
        format!("Deciding, signing and handling are done by people, never by a program: {scopes}."),
    );
    Refusal::new(RefusalCode::ScopeNotAllowed, "T1.2", message).about("scopes")
}

pub fn responsible_has_left() -> Refusal {
    let message =
        Message::new("负责人的账号已停用。", "This person is disabled: somebody who works here must answer for it.");
    Refusal::unruled(RefusalCode::StateNotAllowed, message).about("responsibleId")
}

pub fn key_not_allowed(why: NotAKey) -> Refusal {
    let message = match why {
        NotAKey::Private => Message::new(
            "这是私钥。私钥只能留在服务一方；请视为已泄露，另生成一对密钥，只提交公钥。",
            "This is a private key, which must never leave the program: take it for exposed, make another pair, and send its public key.",
        ),
        NotAKey::Unreadable => Message::new(
            "无法识别为公钥：请提交一个 JWK，或一个 PUBLIC KEY 的 PEM。",
            "This is no public key: send one JWK, or one PEM block PUBLIC KEY.",
        ),
        NotAKey::Kind => Message::new(
            "只接受 Ed25519、P-256，或 2048 至 8192 位、指数为 65537 的 RSA 签名公钥。",
            "A key for signatures is Ed25519, P-256, or RSA of 2048 to 8192 bits with the exponent 65537.",
        ),
    };
    Refusal::new(RefusalCode::KeyNotAllowed, "RFC 8725 3.5", message).about("publicKey")
}

pub fn key_known() -> Refusal {
    let message = Message::new(
        "此密钥已登记过；已撤销的密钥不得再用。",
        "This key is or was registered; one that was revoked never comes back.",
    );
    Refusal::unruled(RefusalCode::AlreadyThere, message).about("publicKey")
}

pub fn too_many_keys(most: usize) -> Refusal {
    let message = Message::new(
        format!("一个服务账号最多 {most} 个有效密钥，请先撤销旧的。"),
        format!("An account has at most {most} keys that are good: revoke an old one first."),
    );
    Refusal::unruled(RefusalCode::TooMany, message).about("publicKey")
}

pub fn expires_in_the_past() -> Refusal {
    let message = Message::new("到期时间须在将来。", "A key expires in the future.");
    Refusal::unruled(RefusalCode::TimeNotAllowed, message).about("expiresAt")
}

pub fn revoked_before() -> Refusal {
    let message = Message::new("此密钥已撤销。", "This key was revoked before.");
    Refusal::unruled(RefusalCode::AlreadyDone, message).about("keyId")
}
