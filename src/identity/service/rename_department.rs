//! Another name for a department.

use crate::identity::{error, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{DepartmentId, department};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

/// Give a department another name.
#[derive(InputObject)]
#[graphql(name = "RenameDepartmentInput")]
pub struct RenameDepartment {
    pub department_id: Global<DepartmentId>,
    /// The `version` of the department that you saw.
    pub expected_version: i32,
    /// Its new name, which no other department has.
    pub name: String,
}

impl Command for RenameDepartment {
    type Output = DepartmentId;

    async fn execute(&self, tx: &Tx) -> Result<Done<DepartmentId>> {
        let name = text::required("name", &self.name, text::LINE)?;
        let before = store::lock_department(tx, self.department_id.0, self.expected_version).await?;
        if store::department_by_name(tx.db(), &name).await?.is_some_and(|other| other.id != before.id) {
            return Err(error::taken("name").into());
        }
        let changes = department::ActiveModel {
            id: Set(before.id),
            name: Set(name.clone()),
            version: Set(before.version + 1),
            ..Default::default()
        };
        changes.update_without_returning(tx.db()).await?;
        let record = AuditRecord::new(AuditAction::DepartmentRenamed, before.id).change("name", before.name, name);
        Ok(Done { output: before.id, record })
    }
}
