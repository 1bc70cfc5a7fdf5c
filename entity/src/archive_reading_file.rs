//! The archive files that a reading is for.

use crate::{ArchiveFileId, ArchiveReadingId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_reading_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub reading_id: ArchiveReadingId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub archive_file_id: ArchiveFileId,
}

impl ActiveModelBehavior for ActiveModel {}
