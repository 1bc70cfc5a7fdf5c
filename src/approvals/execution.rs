//! Paying what was approved: pure decisions. Whoever had a part in the decision does not pay (HK-4.8).

use super::kinds::Content;
use super::policy::has;
use crate::cases::policy::Verdict;
use crate::platform::access::{Actor, Permission};
use crate::platform::error::Result;
use entity::approval::{self, ApprovalKind, ApprovalState};
use entity::approval_step;

/// The kinds of items on which something is paid.
pub const PAYABLE: [ApprovalKind; 4] = [
    ApprovalKind::NegotiatedSurrender,
    ApprovalKind::LateFeeWaiver,
    ApprovalKind::PremiumCallback,
    ApprovalKind::CompanyAdvance,
];

/// What there is to pay on an item, in fen; none for what is not paid.
pub fn payable(item: &approval::Model) -> Result<Option<i64>> {
    Ok(match serde_json::from_value(item.content.clone())? {
        Content::NegotiatedSurrender(surrender) => Some(surrender.agreed_total),
        Content::LateFeeWaiver(amount) | Content::PremiumCallback(amount) | Content::CompanyAdvance(amount) => {
            Some(amount.amount)
        }
        Content::AgentChange(_)
        | Content::CommissionOrDepositFreeze(_)
        | Content::Assistance(_)
        | Content::JointReviewRequest(_)
        | Content::HandlingPlan(_) => None,
    })
}

/// Whether somebody may pay on an item at all.
pub fn may_execute(actor: &Actor, item: &approval::Model, steps: &[approval_step::Model]) -> Result<()> {
    has(actor, Permission::ApprovalExecute)?;
    if item.state != ApprovalState::Approved {
        return Err(super::error::wrong_state(item.state).into());
    }
    if payable(item)?.is_none() {
        return Err(error::nothing_to_pay().into());
    }
    let took_part =
        |step: &approval_step::Model| [step.acted_by, step.acted_for].into_iter().flatten().any(|who| actor.is(who));
    if steps.iter().any(took_part) {
        return Err(super::error::own_item(&[]).into());
    }
    Ok(())
}

/// Partial payments add up to no more than was approved.
pub fn may_pay(item: &approval::Model, amount: i64) -> Result<()> {
    if amount <= 0 {
        return Err(super::error::amount_not_allowed("amount").into());
    }
    let left = payable(item)?.unwrap_or(0) - item.executed_amount;
    if amount > left { Err(error::more_than_approved(left).into()) } else { Ok(()) }
}

/// What was paid on is not changed any more.
pub fn may_change(item: &approval::Model) -> Verdict {
    if item.executed_amount > 0 { Err(vec![error::paid_already()]) } else { Ok(()) }
}

pub mod error {
    //! The refusals of payments, in words.

    use crate::platform::language::Message;
    use crate::platform::money::Money;
    use crate::platform::refusal::{Refusal, RefusalCode};

    pub fn nothing_to_pay() -> Refusal {
        let message = Message::new("此类事项无须付款。", "There is nothing to pay on an item of this kind.");
        Refusal::new(RefusalCode::StateNotAllowed, "HK-4.0", message)
    }

    pub fn more_than_approved(left: i64) -> Refusal {
        let left = Money::fen(left);
        let message = Message::new(
            format!("超出批准金额，尚可支付 {left} 元。"),
            format!("More than was approved; {left} is left to pay."),
        );
        Refusal::new(RefusalCode::AmountNotAllowed, "HK-4.0", message).about("amount")
    }

    pub fn voucher_used() -> Refusal {
        let message =
            Message::new("该凭证号已登记，不得重复执行。", "This voucher was recorded already; nothing is paid twice.");
        Refusal::new(RefusalCode::AlreadyDone, "HK-4.0", message).about("voucherNumber")
    }

    pub fn content_changed() -> Refusal {
        let message = Message::new("审批内容与您所见不一致。", "What was approved is not what you saw.");
        Refusal::new(RefusalCode::ObjectChanged, "HK-4.1.8", message).about("expectedContentSha256")
    }

    pub fn day_not_allowed() -> Refusal {
        let message = Message::new(
            "执行日期不得早于审批日期或晚于今日。",
            "It is paid from the day of the decision on, and not in the future.",
        );
        Refusal::new(RefusalCode::TimeNotAllowed, "HK-4.0", message).about("executedOn")
    }

    pub fn paid_already() -> Refusal {
        let message = Message::new(
            "该事项已执行付款，不得再修改。",
            "Something was paid on the item; it is not changed any more.",
        );
        Refusal::new(RefusalCode::AlreadyDone, "HK-4.1.8", message)
    }
}
