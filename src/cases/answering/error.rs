//! The refusals of routing, in words.

use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::staff_role::Role;

const RULE: &str = "HK-5.4.9";

pub fn not_routed_here() -> Refusal {
    let message = Message::new(
        "制度未规定由责任部门答复涉及内勤的投诉。",
        "The policy does not say who answers complaints about office staff.",
    );
    Refusal::new(RefusalCode::NotAllowedByProfile, RULE, message)
}

pub fn concerns_you() -> Refusal {
    let message =
        Message::new("涉及本人的投诉应由他人转办。", "A complaint about yourself is routed by somebody else.");
    Refusal::new(RefusalCode::PersonComplainedAbout, RULE, message).about("respondentId")
}

pub fn respondent_handles() -> Refusal {
    let message = Message::new(
        "被投诉人是本案经办人，请先改派。",
        "The person complained about handles the case: give it to somebody else first.",
    );
    Refusal::new(RefusalCode::PersonComplainedAbout, "HK-5.3", message).about("respondentId")
}

pub fn nobody_above_answers() -> Refusal {
    let message = Message::new(
        "被投诉人之上没有可以答复的岗位。",
        "Nobody in the line of the policy stands above the person complained about.",
    );
    Refusal::new(RefusalCode::NobodyToAnswer, RULE, message).about("respondentId")
}

pub fn post_is_vacant(role: Role) -> Refusal {
    let message = Message::new(
        format!("无人担任应答复此投诉的岗位（{role}）。"),
        format!("Nobody holds the post that answers this complaint ({role})."),
    );
    Refusal::new(RefusalCode::NobodyToAnswer, RULE, message).about("respondentId").doable_by([role])
}

pub fn several_could_answer(role: Role) -> Refusal {
    let message = Message::new(
        format!("有多人担任该岗位（{role}），请指定答复人。"),
        format!("Several people hold the post ({role}): choose who answers."),
    );
    Refusal::new(RefusalCode::FieldRequired, RULE, message).about("answererId").doable_by([role])
}

pub fn does_not_answer(role: Role) -> Refusal {
    let message = Message::new(
        format!("此人不担任应答复此投诉的岗位（{role}）。"),
        format!("This person does not hold the post that answers this complaint ({role})."),
    );
    Refusal::new(RefusalCode::NotAssignable, RULE, message).about("answererId").doable_by([role])
}
