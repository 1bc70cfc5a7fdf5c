//! Which roles a person holds, and the closed list of roles.

use crate::{StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What a person is in complaint casework. One person may hold several roles.
    Role {
        /// Takes complaints in and registers them (登记人员).
        Registrar,
        /// Investigates, proposes, replies, closes and files own cases (咨诉岗).
        Handler,
        /// Allocates cases, reviews plans, decides the lowest authority tier (咨诉主管).
        Supervisor,
        /// Attends joint review meetings (客服部经理助理). Decides nothing.
        AssistantManager,
        /// Decides the middle authority tier (客服部经理).
        Manager,
        /// Decides the highest authority tier (总经理).
        GeneralManager,
        /// Answers complaints about own staff (部门负责人).
        DepartmentHead,
        /// Helps with cases of other departments (协办).
        CoHandler,
        /// Writes legal opinions (法规部).
        Legal,
        /// Pays what was approved, and records it (财务).
        Finance,
        /// Keeps the archive (档案管理员).
        Archivist,
        /// Reads and never writes cases (审计).
        Auditor,
        /// Manages accounts; sees no case.
        Admin,
        /// Somebody of a court or a regulator: reads the archive files of one reading with an escort, and nothing else
        /// (外部查阅人员).
        External,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: Role,
    pub granted_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
