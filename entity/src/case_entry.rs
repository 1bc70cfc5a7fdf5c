//! The handling record of a case (投诉处理记录表): what was done, when, by whom. The database refuses to change a row.

use crate::{CaseEntryId, CaseId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// What kind of act an entry of the handling record tells.
    CaseEntryKind {
        Registered,
        Allocated,
        Contact,
        Statement,
        Finding,
        PlanDrafted,
        PlanSubmitted,
        PlanReviewed,
        ApprovalRequested,
        ApprovalAmended,
        ApprovalEndorsed,
        ApprovalDecided,
        ApprovalWithdrawn,
        Reply,
        Closed,
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
        Phone,
        Letter,
        Email,
        /// In person.
        Visit,
        TextMessage,
        Other,
    }
}

value_enum! {
    /// Whose account of the matter a statement gives (当事人陈述).
    StatementParty {
        Complainant,
        Policyholder,
        Insured,
        /// The insurance agent (代理人).
        Agent,
        /// A member of the office staff (内勤).
        Staff,
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
        Company,
        Agent,
        Staff,
        Complainant,
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
