//! Who is complained about (被投诉人). The database refuses to change a row.

use crate::{CaseId, DepartmentId, RespondentId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What somebody is who is complained about.
    RespondentKind {
        /// An insurance agent (代理人).
        Agent,
        /// A member of the office staff (公司内勤).
        Staff,
        /// 部门
        Department,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_respondents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RespondentId,
    pub case_id: CaseId,
    pub kind: RespondentKind,
    pub name_sealed: Option<String>,
    /// The code under which an agent sells (业务员工号).
    pub agent_code: Option<String>,
    pub staff_id: Option<StaffId>,
    pub department_id: Option<DepartmentId>,
    pub added_by: StaffId,
    pub added_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
