//! Programs that ask for themselves: back ends of portals, exports. One row beside a row of `staff`, which holds name and department
//! and holds no role, so that nobody gives the program a case, asks it to decide or lets it sign in.

use crate::staff_role::Role;
use crate::{ServiceAccountId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_accounts")]
pub struct Model {
    /// The key of the row of `staff` as well.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServiceAccountId,
    /// Who answers for what the program does.
    pub responsible_id: StaffId,
    /// Whose rows it sees.
    pub role: Role,
    /// Names of the permissions that it was given.
    pub scopes: Json,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
