//! A new program: what it is called, who answers for it, whose rows it sees and what it may do. Its first key comes next.

use super::{checked_scopes, free_name, known_department, number, responsible};
use crate::platform::access::Permission;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use entity::{DepartmentId, ServiceAccountId, StaffId, service_account, staff};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use uuid::Uuid;

/// Add a program that asks for itself.
#[derive(InputObject)]
#[graphql(name = "AddServiceAccountInput")]
pub struct AddServiceAccount {
    /// What it is called wherever it acted: `客户门户后端`, for example. No two accounts have one name.
    pub name: String,
    /// The department that it works for.
    pub department_id: Global<DepartmentId>,
    /// Who answers for it. Where the profile has a confidentiality pledge, the account has no rights until this person has signed
    /// (SG-16.4).
    pub responsible_id: Global<StaffId>,
    /// It sees the rows that this role sees, and no more; it does not hold the role.
    pub role: Role,
    /// What it may do: permissions of the role. Refused with `SCOPE_NOT_ALLOWED` for those that the role does not have, and those that
    /// are for people only: deciding, signing, handling.
    pub scopes: Vec<Permission>,
}

impl Command for AddServiceAccount {
    type Output = ServiceAccountId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ServiceAccountId>> {
        let name = text::required("name", &self.name, text::LINE)?;
        let scopes = checked_scopes(self.role, &self.scopes)?;
        free_name(tx, &name, None).await?;
        let department_id = known_department(tx, self.department_id.0).await?;
        let responsible_id = responsible(tx, self.responsible_id.0).await?;
        let id: Uuid = tx.id();
        staff::Entity::insert(staff::ActiveModel {
            id: Set(id.into()),
            // No login of a person has a colon, and no password has this hash.
            login: Set(format!("service:{}", id.simple())),
            employee_number: Set(number(&name)),
            name: Set(name),
            title: Set(None),
            department_id: Set(department_id),
            agent_code: Set(None),
            email_sealed: Set(None),
            password_hash: Set(String::new()),
            password_temporary: Set(false),
            password_set_at: Set(None),
            version: Set(1),
            disabled_at: Set(None),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let id = ServiceAccountId(id);
        service_account::Entity::insert(service_account::ActiveModel {
            id: Set(id),
            responsible_id: Set(responsible_id),
            role: Set(self.role),
            scopes: Set(scopes.clone()),
            created_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::ServiceAccountAdded, id)
            .fact("department", department_id)
            .fact("responsible", responsible_id)
            .fact("role", self.role)
            .fact("scopes", scopes);
        Ok(Done { output: id, record })
    }
}
