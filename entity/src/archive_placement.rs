//! Where a paper file is kept and who holds the key (存放位置, SG-13.1, SG-16.2): one row for each move. The database refuses to
//! change a row.

use crate::{ArchiveFileId, ArchivePlacementId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_placements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchivePlacementId,
    pub archive_file_id: ArchiveFileId,
    pub cabinet: String,
    /// Where in the cabinet.
    pub place: String,
    pub key_holder_id: StaffId,
    pub placed_by: StaffId,
    pub placed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
