//! The handling record of a case (投诉处理记录表): what was done, when, by whom. The database refuses to change a row.

use crate::{CaseEntryId, CaseId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// What kind of act an entry of the handling record tells.
    CaseEntryKind {
        /// 登记
        Registered,
        /// 分配
        Allocated,
        /// 联系客户
        Contact,
        /// 当事人陈述
        Statement,
        /// 调查认定
        Finding,
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
        /// 撤回审批事项
        ApprovalWithdrawn,
        /// 回复客户
        Reply,
        /// 结案
        Closed,
        /// 归档
        Archived,
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
