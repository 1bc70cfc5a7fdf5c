//! What notifications say, in Chinese and English: the number of the case, where there is one, and nothing about anybody.

use crate::platform::language::{Language, Message};
use entity::notification::NotificationKind;

/// One line.
pub fn title(kind: NotificationKind, number: &str) -> Message {
    match kind {
        NotificationKind::CaseAllocated => {
            Message::new(format!("案件 {number} 已分派给您办理"), format!("Case {number} was allocated to you"))
        }
        NotificationKind::DeadlineNear => {
            Message::new(format!("案件 {number} 的办理期限将至"), format!("A deadline of case {number} is near"))
        }
        NotificationKind::DeadlineMissed => {
            Message::new(format!("案件 {number} 已逾期"), format!("A deadline of case {number} was missed"))
        }
        NotificationKind::CaseUrgent => {
            Message::new(format!("案件 {number} 需紧急处理"), format!("Case {number} is urgent"))
        }
        NotificationKind::ProgressReported => {
            Message::new(format!("案件 {number} 有新的进展汇报"), format!("Progress was reported on case {number}"))
        }
        NotificationKind::CoordinationNoteAdded => Message::new(
            format!("案件 {number} 有新的协调记录"),
            format!("A coordination note was added to case {number}"),
        ),
        NotificationKind::ClassificationProposed => {
            Message::new(format!("案件 {number} 提请定级"), format!("A classification of case {number} was proposed"))
        }
        NotificationKind::CaseClassified => {
            Message::new(format!("案件 {number} 已定级"), format!("Case {number} was classified"))
        }
        NotificationKind::CaseEscalated => {
            Message::new(format!("案件 {number} 汇报请示"), format!("Case {number} was reported to you for guidance"))
        }
        NotificationKind::EscalationAnswered => {
            Message::new(format!("案件 {number} 的请示已批示"), format!("The report on case {number} was answered"))
        }
        NotificationKind::CaseTakenOver => {
            Message::new(format!("案件 {number} 已改由他人办理"), format!("Case {number} was given to another handler"))
        }
        NotificationKind::CaseRouted => Message::new(
            format!("案件 {number} 需由您答复客户"),
            format!("Case {number} waits for your answer to the complainant"),
        ),
        NotificationKind::CaseSuspended => {
            Message::new(format!("案件 {number} 已暂结案"), format!("Case {number} was suspended"))
        }
        NotificationKind::CaseReopened => {
            Message::new(format!("案件 {number} 已恢复处理"), format!("Case {number} goes on"))
        }
        NotificationKind::SuspensionExpired => Message::new(
            format!("案件 {number} 暂结案到期，已结案"),
            format!("Case {number} was closed: its suspension ended"),
        ),
        NotificationKind::VoidingAsked => Message::new(
            format!("案件 {number} 申请作废，待您同意"),
            format!("Voiding case {number} waits for your consent"),
        ),
        NotificationKind::VoucherVoided => {
            Message::new(format!("案件 {number} 已作废"), format!("Case {number} is void"))
        }
        NotificationKind::ApprovalRequested => Message::new(
            format!("案件 {number} 有审批事项待您办理"),
            format!("An approval item of case {number} waits for you"),
        ),
        NotificationKind::ApprovalReminded => Message::new(
            format!("催办：案件 {number} 的审批事项待您办理"),
            format!("Reminder: an approval item of case {number} waits for you"),
        ),
        NotificationKind::ApprovalDecided => Message::new(
            format!("案件 {number} 的审批事项已审批"),
            format!("An approval item of case {number} was decided"),
        ),
        NotificationKind::ApprovalReturned => Message::new(
            format!("案件 {number} 的审批事项被退回"),
            format!("An approval item of case {number} was returned to you"),
        ),
        NotificationKind::ApprovalVoided => Message::new(
            format!("案件 {number} 的审批事项已修改，您此前的意见作废"),
            format!("An approval item of case {number} was changed: what you said of it is void"),
        ),
        NotificationKind::ApprovalReversed => Message::new(
            format!("案件 {number} 的审批决定已被撤销"),
            format!("An approval of case {number} was taken back"),
        ),
        NotificationKind::ApprovalLapsed => Message::new(
            format!("案件 {number} 的审批逾期未执行，已失效"),
            format!("An approval of case {number} lapsed: nothing was executed in time"),
        ),
        NotificationKind::AuthorityDelegated => {
            Message::new("一项审批授权委托已生效或将生效", "Authority over approval items was delegated")
        }
        NotificationKind::DelegationRevoked => {
            Message::new("一项审批授权委托已撤销", "A delegation of authority was revoked")
        }
        NotificationKind::AssistanceDelivered => Message::new(
            format!("案件 {number} 需贵部门协办，材料已移交"),
            format!("Case {number} needs the help of your department: the material was delivered"),
        ),
        NotificationKind::AssistanceReminded => Message::new(
            format!("催办：案件 {number} 待贵部门协办"),
            format!("Reminder: case {number} waits for the help of your department"),
        ),
        NotificationKind::AssistanceReturned => Message::new(
            format!("案件 {number} 的协办部门已反馈意见"),
            format!("A department returned its opinion on case {number}"),
        ),
        NotificationKind::AssistanceWithdrawn => Message::new(
            format!("案件 {number} 的协办已撤回"),
            format!("Case {number} no longer needs the help of your department"),
        ),
        NotificationKind::InformationRequested => Message::new(
            format!("案件 {number} 的协办部门要求补充材料"),
            format!("A department that helps with case {number} asks for information"),
        ),
        NotificationKind::InformationProvided => Message::new(
            format!("案件 {number} 的经办人已答复贵部门"),
            format!("What your department asked about case {number} was answered"),
        ),
        NotificationKind::HandlerRecused => Message::new(
            format!("案件 {number} 的经办人须回避，待改派"),
            format!("The handler of case {number} must step back; it waits for another"),
        ),
        NotificationKind::JointReviewConvened => Message::new(
            format!("请参加案件 {number} 的合议"),
            format!("You are invited to a joint review of case {number}"),
        ),
        NotificationKind::JointReviewRescheduled => Message::new(
            format!("案件 {number} 的合议安排有变动"),
            format!("The joint review of case {number} was rearranged"),
        ),
        NotificationKind::JointReviewCancelled => Message::new(
            format!("您不再参加案件 {number} 的合议，或合议已取消"),
            format!("The joint review of case {number} is not held, or not with you"),
        ),
        NotificationKind::InvitationAnswered => Message::new(
            format!("案件 {number} 的合议邀请有新的答复"),
            format!("An invitation to the joint review of case {number} was answered"),
        ),
        NotificationKind::MinutesToSign => Message::new(
            format!("案件 {number} 的合议记录待您签名"),
            format!("The minutes of the joint review of case {number} wait for your signature"),
        ),
        NotificationKind::SigningRefused => Message::new(
            format!("有参会人拒绝在案件 {number} 的合议记录上签名"),
            format!("Somebody refused to sign the minutes of the joint review of case {number}"),
        ),
        NotificationKind::JointReviewFiled => Message::new(
            format!("案件 {number} 的合议记录已全部签名并归档"),
            format!("All have signed the minutes of the joint review of case {number}"),
        ),
        NotificationKind::ArchiveReadingRequested => {
            Message::new("一份档案查阅申请待您审批", "A request to read archive files waits for your consent")
        }
        NotificationKind::ArchiveReadingToHandle => {
            Message::new("一份档案查阅申请待档案管理员办理", "A reading of archive files waits for an archivist")
        }
        NotificationKind::ArchiveReadingDecided => {
            Message::new("一份档案查阅申请有新的结果", "There is news of a reading of archive files")
        }
    }
}

/// The text of an e-mail below its title.
pub fn letter(title: &str, link: Option<&str>, language: Language) -> String {
    let link = link.map(|link| format!("\n{link}\n")).unwrap_or_default();
    let end = match language {
        Language::Chinese => "本邮件由投诉处理系统自动发送，请勿回复。如不需要此类邮件，可在系统的通知设置中关闭。",
        Language::English => {
            "This message was sent by the complaint system; replies are not read. You can turn such messages off in your notification preferences."
        }
    };
    format!("{title}\n{link}\n{end}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn every_kind_names_the_case_in_both_languages() {
        for kind in NotificationKind::iter() {
            let title = title(kind, "TS2026-000123");
            let of_no_case = matches!(
                kind,
                NotificationKind::AuthorityDelegated
                    | NotificationKind::DelegationRevoked
                    | NotificationKind::ArchiveReadingRequested
                    | NotificationKind::ArchiveReadingToHandle
                    | NotificationKind::ArchiveReadingDecided
            );
            for text in [&title.chinese, &title.english] {
                assert_eq!(text.contains("TS2026-000123"), !of_no_case, "{kind}");
            }
            assert!(
                !title.chinese.contains('\n') && !title.english.contains('\n') && title.english.is_ascii(),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_letter_without_a_link_is_whole() {
        let letter = letter("标题", None, Language::Chinese);
        assert!(letter.starts_with("标题\n\n本邮件"), "{letter}");
    }
}
