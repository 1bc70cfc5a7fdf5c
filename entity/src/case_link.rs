//! Which cases somebody decided to see together. The database refuses to change a row.

use crate::{CaseId, CaseLinkId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// How two cases belong together.
    CaseLinkKind {
        /// The same complaint again (重复投诉).
        Repeat,
        /// Another matter of the same people or contract (关联案件).
        Related,
        /// One matter, handled together; its complainants count as one group (并案).
        Merged,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseLinkId,
    /// The case on which it was decided.
    pub case_id: CaseId,
    pub other_case_id: CaseId,
    pub kind: CaseLinkKind,
    pub reason: String,
    pub linked_by: StaffId,
    pub linked_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
