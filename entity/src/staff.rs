//! People who sign in. One person has one row; what they may do is in `staff_roles`.

use crate::{DepartmentId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffId,
    #[sea_orm(unique)]
    pub login: String,
    /// The number of the person in the organisation (工号): one person has one account.
    #[sea_orm(unique)]
    pub employee_number: String,
    pub name: String,
    /// The post as the organisation calls it (岗位), for example 咨诉主管.
    pub title: Option<String>,
    pub department_id: DepartmentId,
    /// The code under which the person sells policies, if they do (业务员工号).
    pub agent_code: Option<String>,
    /// Where notifications are sent to.
    pub email_sealed: Option<String>,
    /// Argon2id, as a PHC string; empty for who has no password.
    pub password_hash: String,
    /// True for a password that somebody else gave; the person must choose their own.
    pub password_temporary: bool,
    /// When the password was set.
    pub password_set_at: Option<DateTimeUtc>,
    pub version: i32,
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
