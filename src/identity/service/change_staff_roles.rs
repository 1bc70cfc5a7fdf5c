//! Other roles for a person, effective within a second. Conflicting ones are refused (requirements T1.1).

use super::add_staff::{checked_roles, grant};
use super::another_administrator_stays;
use crate::identity::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use entity::{StaffId, staff, staff_role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Give a person exactly these roles.
#[derive(InputObject)]
#[graphql(name = "ChangeStaffRolesInput")]
pub struct ChangeStaffRoles {
    pub staff_id: Global<StaffId>,
    /// The `version` of the person that you saw.
    pub expected_version: i32,
    /// All roles that the person holds from here on.
    pub roles: Vec<Role>,
}

impl Command for ChangeStaffRoles {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let roles = checked_roles(&self.roles)?;
        if !roles.contains(&Role::Admin) {
            another_administrator_stays(tx, self.staff_id.0).await?;
        }
        let before = store::lock_version(tx, self.staff_id.0, self.expected_version).await?;
        let held = store::roles_of(tx.db(), before.id).await?;
        let (taken, given): (Vec<_>, Vec<_>) = (
            held.iter().copied().filter(|role| !roles.contains(role)).collect(),
            roles.iter().copied().filter(|role| !held.contains(role)).collect(),
        );
        staff_role::Entity::delete_many()
            .filter(staff_role::COLUMN.staff_id.eq(before.id))
            .filter(staff_role::Column::Role.is_in(taken))
            .exec(tx.db())
            .await?;
        if !given.is_empty() {
            grant(tx, before.id, &given).await?;
        }
        store::update(tx, &before, staff::ActiveModel::default()).await?;
        let record = AuditRecord::new(AuditAction::StaffRolesChanged, before.id).change("roles", held, roles);
        Ok(Done { output: before.id, record })
    }
}
