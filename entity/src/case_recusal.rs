//! Who said of themselves that they must not take part in a case (回避). The database refuses to change a row.

use crate::{CaseId, RecusalId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_recusals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecusalId,
    pub case_id: CaseId,
    pub staff_id: StaffId,
    pub reason: String,
    pub declared_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
