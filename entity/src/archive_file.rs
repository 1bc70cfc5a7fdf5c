//! Archive files (投诉档案): a closed case as it stood when it was filed. The database refuses to change a row.

use crate::case::CaseOutcome;
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

value_enum! {
    /// On what a file is kept.
    ArchiveMedium {
        /// 电子档案
        Electronic,
        /// 纸质档案
        Paper,
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
    /// Code of the severity when it was filed: the level (等级) that files are arranged by.
    pub severity: String,
    /// By the profile that the case followed.
    pub audience: ArchiveAudience,
    /// Code of a category of the profile; none where the profile has no categories.
    pub category: Option<String>,
    pub medium: ArchiveMedium,
    pub outcome: Option<CaseOutcome>,
    /// Who handled the case last.
    pub handler_id: Option<StaffId>,
    /// When the handling was completed: the case was closed.
    pub completed_at: Option<DateTimeUtc>,
    pub filed_by: StaffId,
    pub filed_at: DateTimeUtc,
    /// The frozen case in canonical JSON, sealed.
    pub snapshot_sealed: String,
    /// SHA-256 of the canonical JSON.
    pub snapshot_sha256: String,
    /// SHA-256 of each part, by its kind; none of what was filed before these were kept.
    pub part_hashes: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
