//! What was added to an archive file after the filing (补充归档, HK-5.6.4). The database refuses to change a row.

use crate::{ArchiveFileId, ArchiveSupplementId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// What a supplement is about.
    SupplementKind {
        /// The complainant sued: judgments and what belongs to them (判决).
        Judgment,
        /// It went to the press or was made public elsewhere (曝光).
        Exposure,
        /// The complainant was asked again later (回访).
        ReturnVisit,
        /// 其他
        Other,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "archive_supplements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveSupplementId,
    pub archive_file_id: ArchiveFileId,
    /// Counted from 1 within the file.
    pub position: i32,
    pub kind: SupplementKind,
    /// The supplement in canonical JSON, sealed.
    pub content_sealed: String,
    /// SHA-256 of the canonical JSON.
    pub content_sha256: String,
    /// What it was added to: the hash of the supplement before it, or of the file as it was filed. It stands in the content, too.
    pub previous_sha256: String,
    pub added_by: StaffId,
    pub added_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
