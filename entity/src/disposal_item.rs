//! The archive files of a disposal.

use crate::{ArchiveFileId, DisposalId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What became of a file of a disposal.
    DisposalOutcome {
        /// Not yet its turn.
        Pending,
        /// Its key is destroyed and whatever was written of it is gone; its evidence files are being removed.
        Erased,
        /// Disposed of.
        Disposed,
        /// A legal hold that was placed, or a ground to keep it for good that was given, in the meantime kept it.
        Retained,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disposal_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub disposal_id: DisposalId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub archive_file_id: ArchiveFileId,
    pub state: DisposalOutcome,
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
