//! Checks of the archive (档案检查, SG-13.3). The database refuses to change a row.

use crate::archive_file::ArchiveMedium;
use crate::{ArchiveCheckId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_checks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveCheckId,
    pub medium: ArchiveMedium,
    /// What was seen, in words.
    pub remark: Option<String>,
    pub checked_by: StaffId,
    pub checked_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
