//! The reading register (档案查阅登记台账): who looked at which archive file or evidence, when and what for. The database refuses to
//! change a row.

use crate::{AccessRegisterId, ArchiveFileId, EvidenceId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What confidential material is read for (SG-14.9).
    ReadingPurpose {
        /// Handling a complaint.
        Handling,
        /// Holding somebody to account.
        Accountability,
        /// Making the service better.
        ServiceImprovement,
        /// Training staff.
        Training,
        /// Checking that rules are kept.
        ComplianceCheck,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_register")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessRegisterId,
    pub occurred_at: DateTimeUtc,
    pub reader_id: StaffId,
    /// The roles that the reader held at that moment, comma-separated.
    pub reader_roles: String,
    /// What was read: one of the two.
    pub archive_file_id: Option<ArchiveFileId>,
    pub evidence_id: Option<EvidenceId>,
    pub purpose: ReadingPurpose,
    pub request_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
