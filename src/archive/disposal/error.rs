//! The refusals about disposals, in words.

use crate::identity::permissions::roles_with;
use crate::platform::access::Permission;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::disposal::DisposalState;
use entity::staff_role::Role;

const RULE: &str = "SG-13.6";

pub fn not_the_role(role: Role) -> Refusal {
    let message = Message::new("制度规定由其他岗位办理。", "The policy has another role do this.");
    let mut refusal = Refusal::new(RefusalCode::PermissionMissing, RULE, message);
    refusal.may_be_done_by = vec![role];
    refusal
}

pub fn own_proposal() -> Refusal {
    let message = Message::new("提请人不得审批本人提请的销毁。", "Nobody decides on the disposal that they proposed.");
    let mut refusal = Refusal::new(RefusalCode::OwnProposal, RULE, message);
    refusal.may_be_done_by = roles_with(Permission::DisposalApprove);
    refusal
}

pub fn not_waiting(state: DisposalState) -> Refusal {
    let message = Message::new(
        format!("该销毁申请的状态为{state}，不能再审批。"),
        format!("The disposal is {state}; it waits for no decision."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, RULE, message)
}

pub fn in_another() -> Refusal {
    let message =
        Message::new("该档案已在另一份销毁申请中。", "The file is in another disposal that waits or goes on.");
    Refusal::new(RefusalCode::InAnotherDisposal, RULE, message)
}

pub fn not_confirmed() -> Refusal {
    let message = Message::new(
        "身份确认已失效或不属于本人本次登录，请重新验证密码。",
        "The proof is not valid, not yours, or too old: confirm who you are again.",
    );
    Refusal::new(RefusalCode::IdentityNotConfirmed, RULE, message).about("proof")
}
