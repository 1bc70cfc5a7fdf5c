//! Evidence (证据): files that belong to a case. The database refuses to change a row.

use crate::{CaseId, EvidenceId, StaffId, UploadId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What an evidence item is.
    EvidenceKind {
        /// 保险合同
        Contract,
        /// 投保申请资料
        ApplicationForm,
        /// 录音录像
        Recording,
        /// 照片
        Photo,
        /// A letter or an e-mail (来信、邮件).
        Correspondence,
        /// 身份证明
        IdentityDocument,
        /// 授权委托书
        AuthorityLetter,
        /// 医疗资料
        Medical,
        /// 收付费凭证
        PaymentRecord,
        /// 监管转办件
        RegulatorReferral,
        /// What the investigation made itself: notes of conversations, reports (调查材料).
        InvestigationMaterial,
        /// 其他
        Other,
    }
}

value_enum! {
    /// From whom an evidence item comes.
    EvidenceSource {
        /// 投诉人
        Complainant,
        /// The insurance agent (代理人).
        Agent,
        /// A member of the office staff (内勤).
        Staff,
        /// 第三方
        ThirdParty,
        /// The organisation found it itself (自行调查).
        OwnInquiry,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EvidenceId,
    pub case_id: CaseId,
    pub kind: EvidenceKind,
    pub source: EvidenceSource,
    pub collector_id: StaffId,
    pub collected_at: DateTimeUtc,
    pub description: Option<String>,
    /// Names the contents in the store: the upload that they were.
    #[sea_orm(unique)]
    pub file_id: UploadId,
    pub name_sealed: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Of the contents as they were sent.
    pub sha256: String,
    /// The key of the contents, sealed for the case.
    pub key_sealed: String,
    pub added_by: StaffId,
    pub added_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
