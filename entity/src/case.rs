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
        /// Set aside for a while: the complainant refuses the plan, is silent or cannot be reached (暂结案).
        Suspended,
        /// Closed by the handler, or by the end of a suspension (结案).
        Closed,
        /// Filed in the archive (归档).
        Archived,
        /// The voucher is void; number and content are kept (作废).
        Voided,
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

value_enum! {
    /// Why a case is closed.
    ClosureReason {
        /// Its handler closed it after the reply (HK-5.5.1).
        Handled,
        /// Nobody was in touch until the suspension ended (HK-5.5.5).
        SuspensionExpired,
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
    pub contract_number_sealed: Option<String>,
    pub contract_number_index: Option<String>,
    pub policyholder_name_sealed: Option<String>,
    pub insured_name_sealed: Option<String>,
    pub relation: RelationToPolicyholder,
    /// How many people complain, whether they are named or not.
    pub head_count: i32,
    /// The code of the agent who sold the policy (销售人员工号).
    pub selling_agent_code: Option<String>,
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
    /// Handled before others: so are major complaints (HK-2.7).
    pub urgent: bool,
    /// When the complainant was told that the complaint is taken up (HK-5.1.2).
    pub acknowledged_at: Option<DateTimeUtc>,
    /// When there was first guidance: a report was answered, or the record of a joint review was final (HK-5.4.7).
    pub guided_at: Option<DateTimeUtc>,
    /// An agent is clearly at fault (HK-5.4.8).
    pub agent_at_fault: bool,
    /// Premium was misappropriated (挪用保费, HK-4.5).
    pub premium_misappropriated: bool,
    /// When the evidence first went to the department that manages the agents (HK-5.4.8).
    pub evidence_transferred_at: Option<DateTimeUtc>,
    pub closure_reason: Option<ClosureReason>,
    /// The closed case that this one goes on with (HK-5.5.6).
    pub predecessor_id: Option<CaseId>,
    pub updated_at: DateTimeUtc,
    /// The data key that its personal data is sealed with, wrapped (`platform::vault`); none once it is destroyed.
    pub data_key: Option<String>,
    /// When its archive file was disposed of: its data key, its files and whatever was written of it are gone.
    pub disposed_at: Option<DateTimeUtc>,
    /// Since when it waits for its next step: the state or the handler changed then.
    pub waiting_since: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
