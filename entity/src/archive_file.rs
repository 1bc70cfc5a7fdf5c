//! Archive files (投诉档案): a closed case as it stood when it was filed. The database refuses to change a row.

use crate::{ArchiveFileId, CaseId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// Who reads a file without asking, besides the archive and the audit.
    ArchiveAudience {
        /// Who handled, supervised, decided or helped with the case (HK-5.6.3).
        Participants,
        /// Who handled it; everybody else asks (SG-14.1).
        Handler,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "archive_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveFileId,
    #[sea_orm(unique)]
    pub case_id: CaseId,
    #[sea_orm(unique)]
    pub number: String,
    /// Local year of the filing.
    pub year: i32,
    pub case_number: String,
    pub channel: String,
    pub severity: String,
    /// By the profile that the case followed.
    pub audience: ArchiveAudience,
    pub filed_by: StaffId,
    pub filed_at: DateTimeUtc,
    /// The frozen case in canonical JSON, sealed.
    pub snapshot_sealed: String,
    /// SHA-256 of the canonical JSON.
    pub snapshot_sha256: String,
}

impl ActiveModelBehavior for ActiveModel {}
