//! Complaint cases (投诉案件): one row per accepted complaint.
//!
//! Columns ending in `_sealed` hold ciphertext (`platform::vault`); `_index` columns hold blind indexes for exact look-up.

use crate::{CaseId, ProfileVersionId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// Where a case stands on its road.
    CaseState {
        /// Registered, waiting to be allocated (登记).
        Registered,
        /// Allocated to a handler who has not begun (分配).
        Allocated,
        /// The handler investigates and keeps in touch (调查取证).
        Investigating,
        /// A handling plan is being drafted (处理方案).
        PlanDraft,
        /// The plan waits for review (复核审批).
        PlanReview,
        /// The plan is approved; the reply is due.
        PlanApproved,
        /// The complainant has the answer (回复客户).
        Replied,
        /// Closed by the handler (结案).
        Closed,
        /// Filed in the archive (归档).
        Archived,
    }
}

value_enum! {
    /// How the complainant relates to the policyholder (与投保人关系).
    RelationToPolicyholder {
        /// The policyholder in person.
        Oneself,
        /// 配偶
        Spouse,
        /// 子女
        Child,
        /// 父母
        Parent,
        /// 其他亲属
        OtherRelative,
        /// 受益人
        Beneficiary,
        /// An authorised representative (受托人).
        Representative,
        /// 其他
        Other,
    }
}

value_enum! {
    /// What the handling found of the complaint.
    CaseOutcome {
        /// The complaint is right (投诉成立).
        Upheld,
        /// The complaint is right in part (部分成立).
        PartlyUpheld,
        /// The complaint is not right (投诉不成立).
        NotUpheld,
        /// The complainant took it back (撤诉).
        Withdrawn,
    }
}

value_enum! {
    /// What the complainant says of the result (客户意见).
    ComplainantOpinion {
        /// 满意
        Satisfied,
        /// Accepts the result without being satisfied (接受).
        Accepting,
        /// 不满意
        Dissatisfied,
        /// 未表态
        NotStated,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    #[sea_orm(unique)]
    pub number: String,
    /// The profile version of the acceptance (HK-3.8).
    pub profile_version_id: ProfileVersionId,
    pub state: CaseState,
    pub version: i32,
    /// Code of a channel of the profile.
    pub channel: String,
    /// Code of a severity of the profile.
    pub severity: String,
    pub summary: String,
    pub complainant_name_sealed: String,
    pub phone_sealed: Option<String>,
    pub phone_index: Option<String>,
    pub contract_number_sealed: Option<String>,
    pub contract_number_index: Option<String>,
    pub policyholder_name_sealed: Option<String>,
    pub insured_name_sealed: Option<String>,
    pub relation: RelationToPolicyholder,
    /// When the complaint was taken in; deadlines count from here (HK-A18).
    pub received_at: DateTimeUtc,
    pub registered_at: DateTimeUtc,
    pub registered_by: StaffId,
    pub handler_id: Option<StaffId>,
    /// First contact with the complainant after acceptance (HK-8.1).
    pub contacted_at: Option<DateTimeUtc>,
    /// When both the facts and the responsibility were found (HK-8.1).
    pub investigated_at: Option<DateTimeUtc>,
    pub replied_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    pub outcome: Option<CaseOutcome>,
    pub complainant_opinion: Option<ComplainantOpinion>,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
