//! Legal holds (保全): why somebody keeps an archive file from disposal. The database refuses to change a row.

use crate::{ArchiveFileId, LegalHoldId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "legal_holds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LegalHoldId,
    pub archive_file_id: ArchiveFileId,
    pub reason_sealed: String,
    pub placed_by: StaffId,
    pub placed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
