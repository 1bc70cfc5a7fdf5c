//! The handling record of a case (投诉处理记录表): what was done, when, by whom. The database refuses to change a row.

use crate::{CaseEntryId, CaseId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// What kind of act an entry of the handling record tells.
    CaseEntryKind {
        /// 登记
        Registered,
        /// 受理告知
        Acknowledged,
        /// 分配
        Allocated,
        /// 改派
        Reassigned,
        /// 转责任部门负责人答复
        Routed,
        /// 补充投诉人
        ComplainantAdded,
        /// 变更投诉人数
        HeadCountChanged,
        /// 补充被投诉人
        RespondentAdded,
        /// 登记授权委托
        AuthorityLetterRecorded,
        /// 关联案件
        CasesLinked,
        /// 申请回避
        RecusalDeclared,
        /// 联系客户
        Contact,
        /// 当事人陈述
        Statement,
        /// 调查认定
        Finding,
        /// 提请定级
        ClassificationProposed,
        /// 定级
        Classified,
        /// 进展汇报
        ProgressReported,
        /// 协调记录
        CoordinationNoted,
        /// 汇报请示
        Escalated,
        /// 批示
        EscalationAnswered,
        /// 代理人过错
        AgentFaultRecorded,
        /// 挪用保费
        MisappropriationRecorded,
        /// 移交证据材料
        EvidenceTransferred,
        /// 收集证据
        EvidenceAdded,
        /// 起草方案
        PlanDrafted,
        /// 提交方案
        PlanSubmitted,
        /// 复核方案
        PlanReviewed,
        /// 提请审批
        ApprovalRequested,
        /// 修改审批事项
        ApprovalAmended,
        /// 复核审批事项
        ApprovalEndorsed,
        /// 审批决定
        ApprovalDecided,
        /// 退回审批事项
        ApprovalReturned,
        /// 撤回审批事项
        ApprovalWithdrawn,
        /// 撤销审批
        ApprovalReversed,
        /// 审批失效
        ApprovalLapsed,
        /// 执行付款
        ApprovalExecuted,
        /// 移交协办材料
        AssistanceDelivered,
        /// 协办部门签收
        AssistanceReceived,
        /// 协办部门要求补充
        InformationRequested,
        /// 答复协办部门
        InformationProvided,
        /// 催办协办
        AssistanceReminded,
        /// 协办反馈
        AssistanceReturned,
        /// 撤回协办
        AssistanceWithdrawn,
        /// 回复客户
        Reply,
        /// 暂结案
        Suspended,
        /// 恢复处理
        Reopened,
        /// 暂结案到期
        SuspensionExpired,
        /// 结案
        Closed,
        /// 归档
        Archived,
        /// 暂停计时
        DeadlinePaused,
        /// 恢复计时
        DeadlineResumed,
        /// 延长期限
        DeadlineExtended,
        /// 期限因工作日历更正而变动
        DeadlineMoved,
        /// 逾期
        DeadlineMissed,
        /// 申请作废
        VoidingAsked,
        /// 作废
        Voided,
        /// 召集合议
        JointReviewConvened,
        /// 合议意见
        JointReviewClosed,
        /// 合议最终意见
        FinalOpinionGiven,
        /// 合议记录归入合议档案
        JointReviewFiled,
        /// 取消合议
        JointReviewCancelled,
    }
}

value_enum! {
    /// Who began a contact.
    ContactDirection {
        /// The organisation turned to the complainant.
        Outbound,
        /// The complainant turned to the organisation.
        Inbound,
    }
}

value_enum! {
    /// By what means people were in touch.
    ContactMeans {
        /// 电话
        Phone,
        /// 信函
        Letter,
        /// 电子邮件
        Email,
        /// In person (面谈).
        Visit,
        /// 短信
        TextMessage,
        /// 其他
        Other,
    }
}

value_enum! {
    /// Whose account of the matter a statement gives (当事人陈述).
    StatementParty {
        /// 投诉人
        Complainant,
        /// 投保人
        Policyholder,
        /// 被保险人
        Insured,
        /// The insurance agent (代理人).
        Agent,
        /// A member of the office staff (内勤).
        Staff,
        /// 其他
        Other,
    }
}

value_enum! {
    /// What a finding settles.
    FindingKind {
        /// What happened (事实).
        Fact,
        /// Who is responsible (责任认定).
        Responsibility,
    }
}

value_enum! {
    /// Who is responsible for what the complaint is about.
    ResponsibleParty {
        /// 公司
        Company,
        /// 代理人
        Agent,
        /// 内勤
        Staff,
        /// 投诉人
        Complainant,
        /// 第三方
        ThirdParty,
        /// No fault was found; this must be said explicitly (HK-5.4.3).
        Nobody,
    }
}

value_enum! {
    /// What makes a complaint a major one (重大投诉); any one is enough (HK-7.2.6).
    MajorGround {
        /// So many complainants that it is a group complaint (群诉, HK-7.2.1).
        GroupComplaint,
        /// Mainstream media are involved (HK-7.2.2).
        MediaExposure,
        /// A petition to a government, and the company may be seriously at fault (HK-7.2.3).
        PetitionWithSeriousFault,
        /// Somebody was or may be seriously injured (HK-7.2.4).
        SeriousInjury,
        /// Another serious effect (HK-7.2.5).
        OtherSeriousEffect,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "case_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseEntryId,
    pub case_id: CaseId,
    pub kind: CaseEntryKind,
    /// When it happened.
    pub occurred_at: DateTimeUtc,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// None when the system acted.
    pub recorded_by: Option<StaffId>,
    /// What is particular to the kind; `cases::entry::Detail` is its type.
    pub detail: Json,
}

impl ActiveModelBehavior for ActiveModel {}
