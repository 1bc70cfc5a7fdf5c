//! Complaints about office staff: whose department answers, and who does so for it (HK-5.4.9). One row for each case that
//! was routed; what was before stands in the handling record.

use crate::{CaseId, DepartmentId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_routings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    /// The member of the office staff whom the complaint is about.
    pub respondent_id: StaffId,
    /// Where that person worked then.
    pub department_id: DepartmentId,
    /// Who arranges the answer: the head of that department, or somebody above when the head is the respondent.
    pub answerer_id: StaffId,
    pub routed_by: StaffId,
    pub routed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
