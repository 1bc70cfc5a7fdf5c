//! Authority that somebody lends for some days (授权委托, HK-A8). The database keeps every row; it is revoked, never deleted.

use crate::{DelegationId, DepartmentId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DelegationId,
    /// Whose authority it is.
    pub delegator_id: StaffId,
    /// Who acts for that person.
    pub delegate_id: StaffId,
    /// Local days, both included.
    pub first_day: Date,
    pub last_day: Date,
    /// Kinds of items; empty for every kind.
    pub kinds: Json,
    /// In fen, inclusive; none for no bound.
    pub max_amount: Option<i64>,
    /// Only items that somebody of this department asked for.
    pub department_id: Option<DepartmentId>,
    pub reason: String,
    pub created_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub revoked_by: Option<StaffId>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
