//! The refusals of oversight, in words.

use crate::cases::error::field_required;
use crate::cases::policy::CaseAct;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::staff_role::Role;

pub fn other_reason_required() -> Refusal {
    field_required("HK-7.2.5", "otherReason", "其他严重影响的说明", "which other serious effect there is")
}

pub fn not_configured(act: CaseAct) -> Refusal {
    let message = Message::new("本机构的制度对此未作规定。", "The policy of this organisation says nothing of this.");
    Refusal::new(RefusalCode::NotAllowedByProfile, act.rule(), message)
}

pub fn not_a_classifier(deciders: &[Role]) -> Refusal {
    let message =
        Message::new("制度规定由其他岗位定级。", "The policy gives the classification of cases to other roles.");
    Refusal::new(RefusalCode::NotAllowedByProfile, CaseAct::Classify.rule(), message).doable_by(deciders)
}

pub fn not_below(below: &[Role]) -> Refusal {
    let message = Message::new(
        "只有本案经办人或其上级才能汇报请示，且须向更高岗位汇报。",
        "Only the handler of the case, or somebody above who ranks below the one who answers, reports it up.",
    );
    Refusal::new(RefusalCode::NotTheHandler, CaseAct::Escalate.rule(), message).doable_by(below)
}

pub fn not_an_answerer(deciders: &[Role]) -> Refusal {
    let message = Message::new("您的岗位无权批示。", "Your roles do not answer such reports.");
    Refusal::new(RefusalCode::AboveAuthority, CaseAct::AnswerEscalation.rule(), message).doable_by(deciders)
}

pub fn own_report(deciders: &[Role]) -> Refusal {
    let message = Message::new(
        "不得批示自己汇报或经办的事项，应由他人批示。",
        "Nobody answers their own report, or a report on a case they handle.",
    );
    Refusal::new(RefusalCode::OwnWork, "HK-4.8", message).doable_by(deciders)
}

pub fn nothing_to_answer() -> Refusal {
    field_required("HK-5.4.7", "escalationId", "待批示的请示报告", "a report that waits for an answer")
}

pub fn not_a_lifter(reviewers: &[Role]) -> Refusal {
    let message = Message::new(
        "撤销代理人过错认定须由上级办理，经办人不得自行撤销。",
        "That no agent is at fault after all is said by somebody above, not by the handler.",
    );
    Refusal::new(RefusalCode::AboveAuthority, CaseAct::RecordAgentFault.rule(), message).doable_by(reviewers)
}

pub fn no_agent_fault() -> Refusal {
    field_required("HK-5.4.8", "agentAtFault", "代理人过错认定", "the finding that an agent is at fault")
}

pub fn evidence_required() -> Refusal {
    field_required("HK-5.4.8", "evidence", "移交的证据材料", "the evidence that is handed over")
}

pub fn department_required() -> Refusal {
    field_required("HK-5.4.8", "department", "接收部门", "the department that gets the evidence")
}
