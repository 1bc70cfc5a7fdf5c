//! The refusals of controlled reading, in words.

use super::policy::ReadingDeed;
use crate::identity::permissions::roles_with;
use crate::platform::access::Permission;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::staff_role::Role;

/// HK-5.6.3: without a section of the profile, nobody reads by request.
pub fn not_by_request() -> Refusal {
    let message = Message::new(
        "本机构档案仅限案件参与人员、档案管理员和审计人员查阅，不受理查阅申请。",
        "Only who took part in a case, archivists and auditors read its file here; nobody reads by request.",
    );
    Refusal::new(RefusalCode::NotAllowedByProfile, "HK-5.6.3", message)
}

pub fn no_external_readers() -> Refusal {
    let message =
        Message::new("本机构制度未规定外部单位查阅档案。", "The policy has no way for external bodies to read.");
    Refusal::new(RefusalCode::NotAllowedByProfile, "SG-14.4", message)
}

pub fn number_unknown() -> Refusal {
    let message = Message::new("有档案编号不存在。", "There is no file of one of these archive numbers.");
    Refusal::new(RefusalCode::ObjectNotFound, "SG-14.5", message).about("archiveNumbers")
}

pub fn period_not_allowed() -> Refusal {
    let message = Message::new(
        "查阅期限的止日不得早于始日，也不得早于今日。",
        "The period does not end before it begins, nor before today.",
    );
    Refusal::new(RefusalCode::TimeNotAllowed, "SG-14.5", message).about("lastDay")
}

pub fn no_chain() -> Refusal {
    let message = Message::new("该级别档案未规定审批流程。", "The policy does not say who agrees for files so grave.");
    Refusal::new(RefusalCode::NotAllowedByProfile, "SG-14.2", message)
}

pub fn nobody_above() -> Refusal {
    let message = Message::new("没有职级高于查阅人的审批人。", "Nobody stands above the reader who could agree.");
    Refusal::new(RefusalCode::NobodyAbove, "SG-14.10", message)
}

pub fn nobody_to_answer(role: Role) -> Refusal {
    let message = Message::new("该审批岗位目前无人任职。", "Nobody holds the post that would have to agree.");
    Refusal::new(RefusalCode::NobodyToAnswer, "SG-14.1", message).doable_by([role])
}

pub fn not_an_external_reader() -> Refusal {
    let message = Message::new(
        "查阅人须为有效的外部查阅账号。",
        "The reader must hold the role EXTERNAL and be able to sign in.",
    );
    Refusal::new(RefusalCode::NotEligible, "SG-14.4", message).about("readerId").doable_by([Role::External])
}

pub fn not_an_escort() -> Refusal {
    let message = Message::new("陪同人须为在职员工。", "The escort must be somebody who works here and may sign in.");
    Refusal::new(RefusalCode::NotEligible, "SG-14.4", message).about("escortId")
}

pub fn permission_missing(permission: Permission, rule: &'static str) -> Refusal {
    let message = Message::new("您的岗位没有此权限。", "None of your roles has the permission for this.");
    Refusal::new(RefusalCode::PermissionMissing, rule, message).doable_by(roles_with(permission))
}

pub fn state_not_allowed(deed: ReadingDeed) -> Refusal {
    let message = match deed {
        ReadingDeed::Confirm => Message::new(
            "查阅人签字归还后，才能确认档案完好。",
            "The reader signs off first; then the files are checked.",
        ),
        _ => {
            Message::new("查阅申请的当前状态不允许此操作。", "The reading is not in a state in which this can be done.")
        }
    };
    Refusal::new(RefusalCode::StateNotAllowed, deed.rule(), message)
}

pub fn approvals_incomplete(waits_for: Option<Role>) -> Refusal {
    let message = Message::new("审批尚未完成，不能放行。", "Not everybody has agreed yet: nothing is released.");
    Refusal::new(RefusalCode::ApprovalsOpen, "SG-14.6", message).doable_by(Vec::from_iter(waits_for))
}

pub fn own_reading() -> Refusal {
    let message = Message::new("不得审批或经办本人的查阅申请。", "Nobody decides on their own reading.");
    Refusal::new(RefusalCode::OwnWork, "SG-14.10", message)
}

pub fn agreed_already() -> Refusal {
    let message = Message::new("您已审批过上一环节。", "You agreed to it before: the next link is somebody else.");
    Refusal::new(RefusalCode::AlreadyDone, "SG-14.2", message)
}

pub fn not_your_turn(role: Role) -> Refusal {
    let message = Message::new("当前环节由其他岗位审批。", "It is the turn of another role.");
    Refusal::new(RefusalCode::AboveAuthority, "SG-14.2", message).doable_by([role])
}

pub fn other_department() -> Refusal {
    let message = Message::new("须由查阅人所在部门的负责人审批。", "The head of the reader's own department agrees.");
    Refusal::new(RefusalCode::NotTheDepartment, "SG-14.1", message).doable_by([Role::DepartmentHead])
}

pub fn period_over(rule: &'static str) -> Refusal {
    let message = Message::new("不在查阅期限内。", "The period is over, or has not begun.");
    Refusal::new(RefusalCode::TimeNotAllowed, rule, message)
}

pub fn reader_only() -> Refusal {
    let message = Message::new("只有查阅人本人可以签字归还。", "Only the reader signs off.");
    Refusal::new(RefusalCode::NotYourPart, "SG-14.8", message)
}

pub fn requester_only() -> Refusal {
    let message = Message::new("只有申请人可以撤回。", "Only whoever asked takes it back.");
    Refusal::new(RefusalCode::NotTheRequester, "SG-14.5", message)
}

pub fn escort_only(deed: ReadingDeed) -> Refusal {
    let message = Message::new("只有指定的陪同人可以办理。", "Only the escort that was named does this.");
    Refusal::new(RefusalCode::NotYourPart, deed.rule(), message)
}

pub fn escorted_already() -> Refusal {
    let message = Message::new("陪同已经开始。", "The escort is there already.");
    Refusal::new(RefusalCode::AlreadyDone, "SG-14.4", message)
}

pub fn not_escorted() -> Refusal {
    let message = Message::new("陪同没有开始。", "The escort is not there.");
    Refusal::new(RefusalCode::StateNotAllowed, "SG-14.4", message)
}

pub fn other_purpose() -> Refusal {
    let message =
        Message::new("查阅目的与批准的不符。", "It may be read for the purpose that was agreed to, and no other.");
    Refusal::new(RefusalCode::InputNotAllowed, "SG-14.9", message).about("purpose")
}

pub fn not_revealed() -> Refusal {
    let message = Message::new(
        "您无权查看该信息的明文。",
        "You may not see this value whole: the policy lets certain roles, of their own open cases.",
    );
    Refusal::new(RefusalCode::NotAllowedByProfile, "SG-16.3", message)
}

pub fn no_such_value() -> Refusal {
    let message = Message::new("该字段没有内容。", "There is no such value.");
    Refusal::new(RefusalCode::ObjectNotFound, "SG-16.3", message).about("field")
}
