//! Published policy profiles. A row is never changed: a case keeps the version of its acceptance (HK-3.8).

use crate::{ProfileVersionId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "profile_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProfileVersionId,
    pub code: String,
    pub version: i32,
    /// First local day on which a complaint accepted that day follows this version.
    pub effective_from: Date,
    /// The profile as it was published (TOML).
    pub content: String,
    /// SHA-256 of `content`, lower-case hexadecimal.
    pub sha256: String,
    pub published_at: DateTimeUtc,
    /// None when published from the command line.
    pub published_by: Option<StaffId>,
}

impl ActiveModelBehavior for ActiveModel {}
