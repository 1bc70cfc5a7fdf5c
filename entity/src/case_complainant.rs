//! Whoever complains besides the lead complainant of a case, who stands in the case's own row (群诉). The database refuses to
//! change a row.

use crate::case::RelationToPolicyholder;
use crate::{CaseId, ComplainantId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_complainants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ComplainantId,
    pub case_id: CaseId,
    pub name_sealed: String,
    pub phone_sealed: Option<String>,
    pub relation: RelationToPolicyholder,
    /// True for one who speaks for the group (诉讼代表人).
    pub representative: bool,
    pub added_by: StaffId,
    pub added_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
