//! What is searched of an archive file: its prose, without the personal data of its case. It can be deleted.

use crate::ArchiveFileId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_texts")]
pub struct Model {
    /// By what the index of SQLite names the row.
    #[sea_orm(primary_key)]
    pub serial: i64,
    #[sea_orm(unique)]
    pub archive_file_id: ArchiveFileId,
    /// Folded: full-width forms and capitals are gone, a line for each text.
    pub folded: String,
}

impl ActiveModelBehavior for ActiveModel {}
