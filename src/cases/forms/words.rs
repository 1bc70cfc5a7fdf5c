//! The values of the case's columns as words on paper.

use crate::platform::language::Message;
use entity::approval::{AssistanceGround, LegalGround};
use entity::authority_letter::AuthorityScope;
use entity::case::{CaseOutcome, ClosureReason, ComplainantOpinion, RelationToPolicyholder};
use entity::case_entry::{
    CaseEntryKind, ContactDirection, ContactMeans, FindingKind, ResponsibleParty, StatementParty,
};
use entity::case_link::CaseLinkKind;
use entity::case_respondent::RespondentKind;
use entity::case_suspension::{ReopeningGround, SuspensionGround};
use entity::evidence::EvidenceKind;
use entity::joint_review::JointReviewOutcome;
use entity::joint_review_attendee::JointReviewCapacity;
use entity::plan::PlanVerdict;

/// A value that forms show in words.
pub trait Worded {
    fn words(self) -> Message;
}

macro_rules! worded {
    ($($name:ident { $($variant:ident: $chinese:literal, $english:literal;)+ })+) => {$(
        impl Worded for $name {
            fn words(self) -> Message {
                match self {
                    $(Self::$variant => Message::new($chinese, $english),)+
                }
            }
        }
    )+};
}

worded! {
    CaseEntryKind {
        Registered: "登记", "Registered";
        Acknowledged: "受理告知", "Acknowledged";
        Allocated: "分配", "Allocated";
        Reassigned: "改派", "Reassigned";
        Routed: "转责任部门负责人答复", "Routed to a department";
        ComplainantAdded: "补充投诉人", "Complainant added";
        HeadCountChanged: "变更投诉人数", "Number of complainants changed";
        RespondentAdded: "补充被投诉人", "Respondent added";
        AuthorityLetterRecorded: "登记授权委托", "Letter of authority recorded";
        CasesLinked: "关联案件", "Cases linked";
        RecusalDeclared: "申请回避", "Recusal declared";
        Contact: "联系客户", "Contact";
        Statement: "当事人陈述", "Statement";
        Finding: "调查认定", "Finding";
        ClassificationProposed: "提请定级", "Classification proposed";
        Classified: "定级", "Classified";
        ProgressReported: "进展汇报", "Progress reported";
        CoordinationNoted: "协调记录", "Coordination note";
        Escalated: "汇报请示", "Reported up";
        EscalationAnswered: "批示", "Guidance given";
        AgentFaultRecorded: "代理人过错", "Fault of the agent";
        MisappropriationRecorded: "挪用保费", "Misappropriated premium";
        EvidenceTransferred: "移交证据材料", "Evidence transferred";
        EvidenceAdded: "收集证据", "Evidence added";
        PlanDrafted: "起草方案", "Plan drafted";
        PlanSubmitted: "提交方案", "Plan submitted";
        PlanReviewed: "复核方案", "Plan reviewed";
        ApprovalRequested: "提请审批", "Approval requested";
        ApprovalAmended: "修改审批事项", "Approval amended";
        ApprovalEndorsed: "复核审批事项", "Approval endorsed";
        ApprovalDecided: "审批决定", "Approval decided";
        ApprovalReturned: "退回审批事项", "Approval returned";
        ApprovalWithdrawn: "撤回审批事项", "Approval withdrawn";
        ApprovalReversed: "撤销审批", "Approval reversed";
        ApprovalLapsed: "审批失效", "Approval lapsed";
        ApprovalExecuted: "执行付款", "Approval paid";
        AssistanceDelivered: "移交协办材料", "Delivered for assistance";
        AssistanceReceived: "协办部门签收", "Received by the department";
        InformationRequested: "协办部门要求补充", "The department asks for more";
        InformationProvided: "答复协办部门", "The department was answered";
        AssistanceReminded: "催办协办", "The department was reminded";
        AssistanceReturned: "协办反馈", "The department's opinion";
        AssistanceWithdrawn: "撤回协办", "Assistance withdrawn";
        Reply: "回复客户", "Reply";
        Suspended: "暂结案", "Suspended";
        Reopened: "恢复处理", "Reopened";
        SuspensionExpired: "暂结案到期结案", "Suspension expired";
        Closed: "结案", "Closed";
        Archived: "归档", "Filed";
        DeadlinePaused: "暂停计时", "Deadline paused";
        DeadlineResumed: "恢复计时", "Deadline resumed";
        DeadlineExtended: "延长期限", "Deadline extended";
        DeadlineMoved: "期限变动", "Deadline moved";
        DeadlineMissed: "逾期", "Deadline missed";
        VoidingAsked: "申请作废", "Voiding asked";
        Voided: "作废", "Void";
        JointReviewConvened: "召集合议", "Joint review convened";
        JointReviewClosed: "合议意见", "Joint review held";
        FinalOpinionGiven: "合议最终意见", "Final opinion of the joint review";
        JointReviewFiled: "合议记录归档", "Joint review filed";
        JointReviewCancelled: "取消合议", "Joint review cancelled";
    }
    JointReviewOutcome {
        Decision: "明确意见", "decision";
        Preliminary: "倾向性意见", "preliminary opinion";
    }
    JointReviewCapacity {
        Management: "客服部经理助理以上", "Management";
        Supervisor: "咨诉主管", "Supervisor";
        Handler: "经办人员", "Handler";
        Department: "其他部门", "Other department";
    }
    RelationToPolicyholder {
        Oneself: "本人", "Oneself";
        Spouse: "配偶", "Spouse";
        Child: "子女", "Child";
        Parent: "父母", "Parent";
        OtherRelative: "其他亲属", "Other relative";
        Beneficiary: "受益人", "Beneficiary";
        Representative: "受托人", "Representative";
        Other: "其他", "Other";
    }
    CaseOutcome {
        Upheld: "投诉成立", "Upheld";
        PartlyUpheld: "部分成立", "Partly upheld";
        NotUpheld: "投诉不成立", "Not upheld";
        Withdrawn: "撤诉", "Withdrawn";
    }
    ClosureReason {
        Handled: "处理完毕", "Handled";
        SuspensionExpired: "暂结案到期", "Suspension expired";
    }
    ComplainantOpinion {
        Satisfied: "满意", "Satisfied";
        Accepting: "接受", "Accepting";
        Dissatisfied: "不满意", "Dissatisfied";
        NotStated: "未表态", "Not stated";
    }
    ContactDirection {
        Outbound: "我方联系客户", "We to the complainant";
        Inbound: "客户来联系", "The complainant to us";
    }
    ContactMeans {
        Phone: "电话", "phone";
        Letter: "信函", "letter";
        Email: "电子邮件", "e-mail";
        Visit: "面谈", "in person";
        TextMessage: "短信", "text message";
        Other: "其他", "other";
    }
    StatementParty {
        Complainant: "投诉人", "Complainant";
        Policyholder: "投保人", "Policyholder";
        Insured: "被保险人", "Insured";
        Agent: "代理人", "Agent";
        Staff: "内勤", "Office staff";
        Other: "其他", "Other";
    }
    FindingKind {
        Fact: "事实", "Fact";
        Responsibility: "责任认定", "Responsibility";
    }
    ResponsibleParty {
        Company: "公司", "company";
        Agent: "代理人", "agent";
        Staff: "内勤", "office staff";
        Complainant: "投诉人", "complainant";
        ThirdParty: "第三方", "third party";
        Nobody: "无人有责", "nobody";
    }
    PlanVerdict {
        Approve: "同意", "approved";
        Reinvestigate: "重新调查", "investigate again";
        Redraft: "重拟方案", "draft again";
    }
    SuspensionGround {
        PlanRefused: "客户不接受方案且无法调解", "The complainant refuses the plan";
        ComplainantSilent: "客户长期不配合", "The complainant has long been silent";
        ComplainantUnreachable: "长期无法联系客户", "The complainant cannot be reached";
    }
    ReopeningGround {
        Contact: "与客户取得联系", "Contact with the complainant";
        NewEvidence: "有新证据", "New evidence";
    }
    RespondentKind {
        Agent: "代理人", "Agent";
        Staff: "内勤", "Office staff";
        Department: "部门", "Department";
    }
    AuthorityScope {
        General: "一般授权", "General authority";
        Special: "特别授权", "Special authority";
    }
    CaseLinkKind {
        Repeat: "重复投诉", "The same complaint again";
        Related: "关联案件", "Related";
        Merged: "并案", "Handled together";
    }
    AssistanceGround {
        Expertise: "专业在他部门且处理更快捷", "Its expertise, and quicker there";
        Guidance: "需专业指导或评估", "Professional guidance or an assessment";
        Authority: "需他部门职权", "Its authority";
        Necessity: "经办人认为必要", "The handler thinks it necessary";
    }
    LegalGround {
        NegativePress: "负面报道后的投诉", "A complaint after negative press";
        WrittenExplanation: "监管或政府要求书面说明", "A written explanation is demanded";
        ReporterOnSite: "记者到场", "A reporter is on site";
        PolicyWording: "条款瑕疵或表述不清", "Flawed or unclear policy wording";
        MajorOrDifficult: "重大、疑难或影响较大", "Major, difficult or of high impact";
    }
    EvidenceKind {
        Contract: "保险合同", "Contract";
        ApplicationForm: "投保申请资料", "Application form";
        Recording: "录音录像", "Recording";
        Photo: "照片", "Photo";
        Correspondence: "来信、邮件", "Correspondence";
        IdentityDocument: "身份证明", "Identity document";
        AuthorityLetter: "授权委托书", "Letter of authority";
        Medical: "医疗资料", "Medical papers";
        PaymentRecord: "收付费凭证", "Payment record";
        RegulatorReferral: "监管转办件", "Regulator referral";
        InvestigationMaterial: "调查材料", "Investigation material";
        Other: "其他", "Other";
    }
}
