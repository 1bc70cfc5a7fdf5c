//! The refusals of this slice, in words.

use crate::identity::permissions::roles_with;
use crate::platform::access::Permission;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use crate::profiles::{ContentsPart, Label};
use entity::case::CaseState;
use entity::staff_role::Role;

pub fn part_missing(part: &ContentsPart) -> Refusal {
    let Label { zh, en } = &part.label;
    let message = Message::new(
        format!("档案缺少“{zh}”：请补齐，或在 absentParts 中写明没有的原因。"),
        format!("The file has no part “{en}” ({}): add it, or say in absentParts why there is none.", part.code),
    );
    Refusal::new(RefusalCode::FieldRequired, part.rule.clone(), message).about("absentParts")
}

pub fn part_there(part: &ContentsPart) -> Refusal {
    let Label { zh, en } = &part.label;
    let message = Message::new(
        format!("案件中已有“{zh}”，不能写明没有。"),
        format!("The case has the part “{en}” ({}): it cannot be said that there is none.", part.code),
    );
    Refusal::new(RefusalCode::InputNotAllowed, part.rule.clone(), message).about("absentParts")
}

pub fn category_required() -> Refusal {
    let message = Message::new("归档须选择类别。", "The file needs a category.");
    Refusal::new(RefusalCode::FieldRequired, "SG-12.2", message).about("category")
}

pub fn category_unknown() -> Refusal {
    let message = Message::new("制度中没有此类别。", "The policy knows no such category.");
    Refusal::new(RefusalCode::InputNotAllowed, "SG-12.2", message).about("category")
}

pub fn no_paper_files() -> Refusal {
    let message = Message::new("本机构不保存纸质档案。", "This organisation keeps no files on paper.");
    Refusal::new(RefusalCode::NotAllowedByProfile, "SG-13.1", message).about("medium")
}

pub fn placement_required() -> Refusal {
    let message = Message::new(
        "纸质档案须写明档案柜、位置和钥匙保管人。",
        "A paper file needs a cabinet, a place in it, and who holds the key.",
    );
    Refusal::new(RefusalCode::FieldRequired, "SG-13.1", message).about("placement")
}

pub fn placement_not_allowed() -> Refusal {
    let message = Message::new("电子档案没有存放位置。", "An electronic file stands in no cabinet.");
    Refusal::new(RefusalCode::InputNotAllowed, "SG-13.1", message).about("placement")
}

pub fn not_a_key_holder() -> Refusal {
    let message = Message::new(
        "档案柜钥匙只能由档案管理员保管。",
        "Only somebody who keeps the archive holds the key of a cabinet.",
    );
    Refusal::new(RefusalCode::NotEligible, "SG-16.2", message).about("keyHolderId").doable_by([Role::Archivist])
}

pub fn permission_missing() -> Refusal {
    let message = Message::new("您的角色没有此项权限。", "Your roles do not let you do this.");
    Refusal::new(RefusalCode::PermissionMissing, "HK-5.6.4", message)
        .doable_by(roles_with(Permission::ArchiveSupplement))
}

pub fn not_filed(state: CaseState) -> Refusal {
    let message = Message::new(
        format!("案件当前状态为 {state}，归档后才能补充材料。"),
        format!("The case is {state}; something is added to its file after it was filed."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, "HK-5.6.4", message)
}

pub fn not_the_handler(others: &[Role]) -> Refusal {
    let message = Message::new(
        "只有本案的经办人（及制度规定的岗位）才能补充档案材料。",
        "Only the handler of the case, or whom the policy names, adds to its file.",
    );
    Refusal::new(RefusalCode::NotTheHandler, "HK-5.6.4", message).doable_by(others)
}

pub fn time_in_the_future(rule: &'static str, field: &'static str) -> Refusal {
    let message = Message::new("时间不能晚于现在。", "The time must not be in the future.");
    Refusal::new(RefusalCode::TimeNotAllowed, rule, message).about(field)
}

pub fn treated_before() -> Refusal {
    let message = Message::new("此损坏已处理。", "This damage was treated before.");
    Refusal::new(RefusalCode::AlreadyDone, "SG-13.3", message)
}
