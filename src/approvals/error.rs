//! The refusals of this slice, in words.

use crate::identity::permissions::roles_with;
use crate::platform::access::Permission;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::approval::{ApprovalKind, ApprovalState};
use entity::case::CaseState;
use entity::staff_role::Role;

pub fn permission_missing(permission: Permission) -> Refusal {
    let message = Message::new("您的角色没有此项权限。", "Your roles do not let you do this.");
    Refusal::new(RefusalCode::PermissionMissing, "HK-4.9", message).doable_by(roles_with(permission))
}

pub fn not_the_handler() -> Refusal {
    let message = Message::new("只有本案的经办人才能提请审批。", "Only the handler of the case asks for approvals.");
    Refusal::new(RefusalCode::NotTheHandler, "HK-4.0", message)
}

pub fn not_the_requester() -> Refusal {
    let message = Message::new(
        "只有提请人或本案经办人才能修改或撤回。",
        "Only the person who asked, or who now handles the case, may amend or withdraw it.",
    );
    Refusal::new(RefusalCode::NotTheRequester, "HK-4.10", message)
}

pub fn wrong_case_state(state: CaseState) -> Refusal {
    let message = Message::new(
        format!("案件当前状态为 {state}，不能提请或办理审批。"),
        format!("The case is {state}; nothing is asked for or decided in this state."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, "HK-4.0", message)
}

pub fn wrong_state(state: ApprovalState) -> Refusal {
    let message = Message::new(
        format!("审批事项当前状态为 {state}，不能进行此操作。"),
        format!("The item is {state}; this cannot be done in this state."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, "HK-4.10", message)
}

pub fn kind_not_allowed(kind: ApprovalKind) -> Refusal {
    let message = Message::new(
        format!("本机构制度没有 {kind} 事项。"),
        format!("The policy has no approval of the kind {kind}."),
    );
    Refusal::new(RefusalCode::NotAllowedByProfile, "HK-4.0", message)
}

pub fn another_kind(kind: ApprovalKind) -> Refusal {
    let message = Message::new(
        format!("该事项的类别为 {kind}，修改时不得变更类别。"),
        format!("The item is a {kind} and stays one; withdraw it and ask for the other."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, "HK-4.0", message).about("content")
}

pub fn not_evidence_of_the_case() -> Refusal {
    let message = Message::new("所列证据不属于本案。", "Some of this is no evidence of the case.");
    Refusal::new(RefusalCode::ObjectNotFound, "HK-5.4.2", message).about("evidenceIds")
}

pub fn not_a_record_of_the_case() -> Refusal {
    let message = Message::new(
        "所引合议不存在、不涉及本案，或其记录尚未归档。",
        "There is no such joint review, it was not about the case, or its record is not filed yet.",
    );
    Refusal::new(RefusalCode::ObjectNotFound, "HK-7.7", message).about("jointReviewId")
}

pub fn contract_required() -> Refusal {
    let message = Message::new("缺少保险合同编号。", "Missing: the contract number.");
    Refusal::new(RefusalCode::FieldRequired, "HK-4.1.9", message).about("contractNumber")
}

pub fn amount_not_allowed(field: &'static str) -> Refusal {
    let message = Message::new("金额须大于零。", "The amount must be more than zero.");
    Refusal::new(RefusalCode::AmountNotAllowed, "HK-4.0", message).about(field)
}

pub fn not_misappropriated() -> Refusal {
    let message = Message::new(
        "本案未认定挪用保费，不得申请公司垫付。",
        "Nobody recorded that premium of this case was misappropriated, so the company advances nothing.",
    );
    Refusal::new(RefusalCode::FieldRequired, "HK-4.5", message).about("premiumMisappropriated")
}

pub fn not_frozen() -> Refusal {
    let message = Message::new(
        "该代理人的此项款项没有已批准的冻结，无从解冻。",
        "No freeze of this agent's account was approved, so there is nothing to release.",
    );
    Refusal::new(RefusalCode::NotFrozen, "HK-4.6", message).about("action")
}

pub fn legal_ground_required() -> Refusal {
    let message =
        Message::new("提请法规部协办须说明法定情形。", "The legal department is asked on one of its grounds.");
    Refusal::new(RefusalCode::FieldRequired, "HK-6.3", message).about("legalGround")
}

pub fn question_required() -> Refusal {
    let message = Message::new("缺少需要协办的事项。", "Missing: what the department is asked.");
    Refusal::new(RefusalCode::FieldRequired, "HK-6.4", message).about("question")
}

pub fn nobody_left() -> Refusal {
    let message = Message::new(
        "本事项已无可审批之人。",
        "Nobody is left who could act on this item; it is listed as unassignable.",
    );
    Refusal::new(RefusalCode::NobodyAbove, "HK-4.8", message)
}

pub fn surrender_amount_not_allowed(field: &'static str) -> Refusal {
    let message = Message::new(
        "金额不能为负，已缴保费必须大于零。",
        "No amount may be negative, and the premiums paid must not be zero.",
    );
    Refusal::new(RefusalCode::AmountNotAllowed, "HK-4.1.5", message).about(field)
}

pub fn below_cash_value() -> Refusal {
    let message = Message::new(
        "协议金额低于现金价值，客户本应取得现金价值。",
        "The agreed total is less than the cash value, which the customer is owed anyway.",
    );
    Refusal::new(RefusalCode::AmountNotAllowed, "HK-4.1.6", message).about("agreedTotal")
}

pub fn full_surrender_exists() -> Refusal {
    let message = Message::new(
        "同一合同在本案中已有一项全额解约申请。",
        "This contract already has a live item for the full surrender in this case.",
    );
    Refusal::new(RefusalCode::FullSurrenderExists, "HK-4.1.9", message).about("scope")
}

pub fn own_item(may: &[Role]) -> Refusal {
    let message = Message::new(
        "不得审批自己提请或经办的事项，应由他人或上一级审批。",
        "Nobody decides what they asked for, nor an item of a case they handle; another person or the next rank does.",
    );
    Refusal::new(RefusalCode::OwnWork, "HK-4.8", message).doable_by(may)
}

pub fn nobody_above() -> Refusal {
    let message = Message::new(
        "提请人已是最高审批岗位，无人可审批其事项，不得提请。",
        "You hold the highest rank; nobody could decide what you ask for, so you may not ask.",
    );
    Refusal::new(RefusalCode::NobodyAbove, "HK-4.8", message)
}

pub fn endorsed_it(may: &[Role]) -> Refusal {
    let message = Message::new("复核与审批应由不同的人进行。", "You endorsed this item; another person decides it.");
    Refusal::new(RefusalCode::OwnWork, "HK-4.11", message).doable_by(may)
}

pub fn above_authority(rule: &str, may: &[Role]) -> Refusal {
    let message = Message::new("此事项超出您的审批权限。", "This item exceeds your authority.");
    Refusal::new(RefusalCode::AboveAuthority, rule.to_owned(), message).doable_by(may)
}

pub fn awaiting_endorsement(may: &[Role]) -> Refusal {
    let message = Message::new("此事项须先经咨诉主管复核。", "The supervisor has not reviewed this item yet.");
    Refusal::new(RefusalCode::AwaitingEndorsement, "HK-4.11", message).doable_by(may)
}

pub fn endorsement_not_needed() -> Refusal {
    let message = Message::new("此事项无须复核，可直接审批。", "This item needs no endorsement; it can be decided.");
    Refusal::new(RefusalCode::EndorsementNotNeeded, "HK-4.11", message)
}

pub fn opinion_required() -> Refusal {
    let message = Message::new("审批须填写意见。", "A decision needs an opinion in words.");
    Refusal::new(RefusalCode::OpinionRequired, "HK-4.10", message).about("opinion")
}

pub fn reminded_today() -> Refusal {
    let message = Message::new("今日已催办过。", "Today a reminder was sent already.");
    Refusal::new(RefusalCode::AlreadyDone, "HK-4.10", message)
}

/// The same as `NOT_FOUND` where one answer speaks of many items.
pub fn not_there() -> Refusal {
    let message = Message::new("没有此审批事项。", "There is no such item.");
    Refusal::unruled(RefusalCode::ObjectNotFound, message).about("approvalId")
}

/// The same as `CONFLICT` where one answer speaks of many items.
pub fn changed(current: i32) -> Refusal {
    let message = Message::new(
        format!("审批事项已被他人修改或审批，当前版本为 {current}。"),
        format!("Somebody changed or decided the item; its version is {current} now."),
    );
    Refusal::unruled(RefusalCode::ObjectChanged, message).about("expectedVersion")
}

/// The same as `BAD_USER_INPUT` where one answer speaks of many items.
pub fn input_not_allowed(message: &str) -> Refusal {
    Refusal::unruled(RefusalCode::InputNotAllowed, Message::new(format!("输入有误：{message}"), message))
}

pub fn follows_already(kind: ApprovalKind) -> Refusal {
    let message = Message::new(
        format!("{kind} 事项批准后已进入后续流程，不能撤销。"),
        format!("What follows from an approved {kind} has begun; it is not taken back."),
    );
    Refusal::new(RefusalCode::StateNotAllowed, "HK-4.10", message)
}

pub fn plan_is_submitted() -> Refusal {
    let message = Message::new(
        "处理方案通过重新起草并提交来修改。",
        "A plan is changed by drafting and submitting another, not by amending or withdrawing its item.",
    );
    Refusal::new(RefusalCode::StateNotAllowed, "HK-5.4.4", message)
}

pub fn undecided() -> Refusal {
    let message = Message::new("本案尚有审批事项未决。", "An approval item of the case waits for its decision.");
    Refusal::new(RefusalCode::ApprovalsOpen, "HK-5.5.1", message)
}
