//! The case library (案例库): what typical cases teach. No personal data stands in it.

use crate::{CaseId, LibraryEntryId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "library_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LibraryEntryId,
    /// One entry for each case.
    #[sea_orm(unique)]
    pub case_id: CaseId,
    pub case_number: String,
    pub summary: String,
    pub lesson: String,
    pub added_by: StaffId,
    pub added_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
