//! Archive files (投诉档案): a closed case as it stood when it was filed. The database refuses to change a row.

use crate::{ArchiveFileId, CaseId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
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
    pub filed_by: StaffId,
    pub filed_at: DateTimeUtc,
    /// The frozen case in canonical JSON, sealed.
    pub snapshot_sealed: String,
    /// SHA-256 of the canonical JSON.
    pub snapshot_sha256: String,
}

impl ActiveModelBehavior for ActiveModel {}
