//! Backups of the electronic archive, as they were made (备份记录, SG-13.2). The database refuses to change a row.

use crate::{ArchiveBackupId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_backups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveBackupId,
    pub made_at: DateTimeUtc,
    /// Where it is kept.
    pub place: String,
    pub succeeded: bool,
    pub remark: Option<String>,
    pub recorded_by: StaffId,
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
