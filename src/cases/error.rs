//! The refusals of this slice, in words.

use super::policy::CaseAct;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::case::CaseState;
use entity::staff_role::Role;

pub fn wrong_state(act: CaseAct, state: CaseState) -> Refusal {
    let allowed: Vec<_> = act.states().iter().map(ToString::to_string).collect();
    let allowed = allowed.join(", ");
    let message = Message::new(
        format!("案件当前状态为 {state}，只有在 {allowed} 状态下才能进行此操作。"),
        format!("The case is {state}; this can be done only when it is {allowed}."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, act.rule(), message)
}

pub fn permission_missing(act: CaseAct, may: &[Role]) -> Refusal {
    let message = Message::new("您的角色没有此项权限。", "Your roles do not let you do this.");
    Refusal::new(RefusalCode::PermissionMissing, act.rule(), message).doable_by(may)
}

pub fn not_the_handler(act: CaseAct) -> Refusal {
    let message = Message::new("只有本案的经办人才能进行此操作。", "Only the handler of the case may do this.");
    Refusal::new(RefusalCode::NotTheHandler, act.rule(), message)
}

pub fn already_done(act: CaseAct) -> Refusal {
    let message = Message::new("此事已办理，不能重复。", "This was done before; it is done once only.");
    Refusal::new(RefusalCode::AlreadyDone, act.rule(), message)
}

pub fn guidance_required() -> Refusal {
    let message = Message::new(
        "重大或疑难案件须先汇报请示并得到批示，或提请合议，方可批准处理方案。",
        "The plan of a major or difficult case is approved only after a report to those above was answered, or a joint review was held.",
    );
    Refusal::new(RefusalCode::GuidanceRequired, "HK-5.4.7", message)
}

pub fn transfer_required() -> Refusal {
    let message = Message::new(
        "代理人存在过错，须先将全部证据材料移交代理人管理部门，方可结案。",
        "An agent is at fault: the evidence must go to the department that manages the agents before the case is closed.",
    );
    Refusal::new(RefusalCode::TransferRequired, "HK-5.4.8", message)
}

pub fn not_an_allocator(act: CaseAct, allocators: &[Role]) -> Refusal {
    let message =
        Message::new("制度规定由其他岗位分配案件。", "The policy gives the allocation of cases to other roles.");
    Refusal::new(RefusalCode::NotAllowedByProfile, act.rule(), message).doable_by(allocators)
}

pub fn already_the_handler() -> Refusal {
    let message = Message::new("此人已是本案的经办人。", "This person handles the case already.");
    Refusal::new(RefusalCode::AlreadyTheHandler, "HK-3.6", message).about("handlerId")
}

pub fn complained_about() -> Refusal {
    let message =
        Message::new("被投诉人不得承办本案。", "A case is never given to the person whom the complaint is about.");
    Refusal::new(RefusalCode::PersonComplainedAbout, "HK-5.3", message).about("handlerId")
}

/// The same as `NOT_FOUND` where one answer speaks of many cases.
pub fn not_there() -> Refusal {
    let message = Message::new("没有此案件。", "There is no such case.");
    Refusal::unruled(RefusalCode::ObjectNotFound, message).about("caseId")
}

/// The same as `CONFLICT` where one answer speaks of many cases.
pub fn changed(current: i32) -> Refusal {
    let message = Message::new(
        format!("案件已被他人修改，当前版本为 {current}。"),
        format!("Somebody changed the case; its version is {current} now."),
    );
    Refusal::unruled(RefusalCode::ObjectChanged, message).about("expectedVersion")
}

pub fn not_assignable() -> Refusal {
    let message = Message::new("此人不能承办案件。", "This person cannot handle cases.");
    Refusal::new(RefusalCode::NotAssignable, "HK-5.3", message).about("handlerId")
}

pub fn had_a_say() -> Refusal {
    let message = Message::new(
        "此人已复核或审批本案的事项，不得再经办本案。",
        "This person endorsed or decided an item of the case, and does not come to handle it.",
    );
    Refusal::new(RefusalCode::OwnWork, "HK-4.8", message).about("handlerId")
}

pub fn channel_not_allowed() -> Refusal {
    let message =
        Message::new("本机构不受理此途径的投诉。", "This organisation takes no complaints over this channel.");
    Refusal::new(RefusalCode::ChannelNotAllowed, "HK-3.2", message).about("channel")
}

pub fn severity_unknown() -> Refusal {
    let message = Message::new("制度中没有此案件等级。", "The policy knows no such severity.");
    Refusal::new(RefusalCode::SeverityUnknown, "HK-8.3", message).about("severity")
}

pub fn no_profile() -> Refusal {
    let message = Message::new("受理当日没有生效的投诉制度。", "No policy is in force for the day of the acceptance.");
    Refusal::new(RefusalCode::NotAllowedByProfile, "HK-3.8", message).about("receivedAt")
}

pub fn field_required(rule: &'static str, field: &'static str, chinese: &str, english: &str) -> Refusal {
    let message = Message::new(format!("缺少{chinese}。"), format!("Missing: {english}."));
    Refusal::new(RefusalCode::FieldRequired, rule, message).about(field)
}

pub fn time_not_allowed(rule: &'static str, field: &'static str) -> Refusal {
    let message = Message::new(
        "时间不能晚于现在，也不能早于受理时间。",
        "The time must not be in the future, nor before the acceptance.",
    );
    Refusal::new(RefusalCode::TimeNotAllowed, rule, message).about(field)
}

pub fn before_approval() -> Refusal {
    let message =
        Message::new("答复时间不能早于方案审批时间。", "The answer must not be given before its plan was approved.");
    Refusal::new(RefusalCode::TimeNotAllowed, "HK-5.4.5", message).about("occurredAt")
}

pub fn not_the_owner(act: CaseAct) -> Refusal {
    let message = Message::new(
        "只有本案的经办人（分配之前为登记人）才能进行此操作。",
        "Only the handler of the case may do this, and before there is one the person who registered it.",
    );
    Refusal::new(RefusalCode::NotTheHandler, act.rule(), message)
}

pub fn recused(rule: &'static str) -> Refusal {
    let message = Message::new(
        "此人应当回避本案：系被投诉人、保单销售人员、被投诉人的下属，或已申请回避。",
        "This person must not take part in the case: they are complained about, sold the policy, report to who is complained about, or stepped back.",
    );
    Refusal::new(RefusalCode::Recused, rule, message)
}

pub fn already_recused() -> Refusal {
    let message = Message::new("您已申请回避本案。", "You have stepped back from this case already.");
    Refusal::new(RefusalCode::AlreadyThere, CaseAct::DeclareRecusal.rule(), message)
}

pub fn form_not_allowed(field: &'static str) -> Refusal {
    let message =
        Message::new("此投诉途径不使用该受理单。", "Complaints over this channel are not taken in with this form.");
    Refusal::new(RefusalCode::FormNotAllowed, "HK-5.2.1", message).about(field)
}

pub fn not_signed_by_a_complainant() -> Refusal {
    let message = Message::new("受理单应由投诉人签名。", "The slip is signed by a complainant.");
    Refusal::new(RefusalCode::SignatureNotAllowed, "HK-F.3", message).about("visitForm.signature")
}

pub fn too_many_representatives(most: usize) -> Refusal {
    let message =
        Message::new(format!("推选的代表不得超过 {most} 人。"), format!("At most {most} people speak for a group."));
    Refusal::new(RefusalCode::TooMany, CaseAct::AddComplainant.rule(), message).about("representative")
}

pub fn too_many_people(most: usize) -> Refusal {
    let message = Message::new(
        format!("一案最多登记 {most} 人，其余计入人数即可。"),
        format!("At most {most} people are named on a case; the others count in the head count."),
    );
    Refusal::new(RefusalCode::TooMany, CaseAct::AddComplainant.rule(), message)
}

pub fn fewer_than_named(named: usize) -> Refusal {
    let message = Message::new(
        format!("投诉人数不得少于已登记的 {named} 人。"),
        format!("The head count cannot be less than the {named} people who are named."),
    );
    Refusal::new(RefusalCode::HeadCountNotAllowed, CaseAct::UpdateHeadCount.rule(), message).about("headCount")
}

pub fn named_already() -> Refusal {
    let message = Message::new("此投诉人已登记。", "This complainant is named already.");
    Refusal::new(RefusalCode::AlreadyThere, CaseAct::AddComplainant.rule(), message).about("name")
}

pub fn respondent_unnamed(rule: &'static str) -> Refusal {
    let message = Message::new(
        "被投诉人应有姓名、工号、人员或部门。",
        "Somebody who is complained about needs a name, an agent code, a person or a department.",
    );
    Refusal::new(RefusalCode::FieldRequired, rule, message).about("respondents")
}

pub fn letter_not_valid(field: &'static str) -> Refusal {
    let message = Message::new(
        "授权委托书的日期不能晚于今天，且须在有效期内。",
        "A letter of authority is not of a later day than today, and has not expired.",
    );
    Refusal::new(RefusalCode::TimeNotAllowed, CaseAct::RecordAuthorityLetter.rule(), message).about(field)
}

pub fn linked_already() -> Refusal {
    let message = Message::new("两案已作此关联。", "The two cases are linked in this way already.");
    Refusal::new(RefusalCode::AlreadyThere, CaseAct::LinkCases.rule(), message).about("otherNumber")
}

pub fn linked_to_itself() -> Refusal {
    let message = Message::new("案件不能与自身关联。", "A case is not linked to itself.");
    Refusal::new(RefusalCode::SameCase, CaseAct::LinkCases.rule(), message).about("otherNumber")
}
