//! Another name or department of a program, or somebody else who answers for it.

use super::{free_name, known_department, number, responsible};
use crate::identity::service_accounts::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{DepartmentId, ServiceAccountId, StaffId, service_account, staff};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

/// Change a service account; what is not given stays.
#[derive(InputObject)]
#[graphql(name = "UpdateServiceAccountInput")]
pub struct UpdateServiceAccount {
    pub service_account_id: Global<ServiceAccountId>,
    /// The `version` of the account that you saw.
    pub expected_version: i32,
    pub name: Option<String>,
    pub department_id: Option<Global<DepartmentId>>,
    /// Who answers for it.
    pub responsible_id: Option<Global<StaffId>>,
}

impl Command for UpdateServiceAccount {
    type Output = ServiceAccountId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ServiceAccountId>> {
        let account = store::lock_version(tx, self.service_account_id.0, self.expected_version).await?;
        let id = account.row.id;
        let mut changes = staff::ActiveModel { ..Default::default() };
        let mut record = AuditRecord::new(AuditAction::ServiceAccountUpdated, id);
        if let Some(name) = &self.name {
            let name = text::required("name", name, text::LINE)?;
            free_name(tx, &name, Some(account.staff.id)).await?;
            changes.employee_number = Set(number(&name));
            changes.name = Set(name);
            record = record.fact("name", "changed");
        }
        if let Some(Global(department)) = self.department_id {
            changes.department_id = Set(known_department(tx, department).await?);
            record = record.change("department", account.staff.department_id, department);
        }
        if let Some(Global(person)) = self.responsible_id {
            let responsible_id = Set(responsible(tx, person).await?);
            let changes = service_account::ActiveModel { id: Set(id), responsible_id, ..Default::default() };
            changes.update_without_returning(tx.db()).await?;
            record = record.change("responsible", account.row.responsible_id, person);
        }
        store::changed(tx, &account, changes).await?;
        Ok(Done { output: id, record })
    }
}
