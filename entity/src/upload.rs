//! Files that were brought and belong to nothing yet, or are kept apart. A row goes when its file becomes evidence, or when
//! nobody has attached it for a day.

use crate::{StaffId, UploadId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    /// Also names the contents in the store.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UploadId,
    pub uploader_id: StaffId,
    pub created_at: DateTimeUtc,
    pub name_sealed: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Of the contents as they were sent.
    pub sha256: String,
    /// The key of the contents, sealed.
    pub key_sealed: String,
    /// What the virus scanner found: the contents are in quarantine, and the row is nobody's.
    pub infected_with: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
