//! A new department.

use super::add_staff::insert_department;
use crate::identity::{error, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::text;
use async_graphql::InputObject;
use entity::DepartmentId;
use entity::audit_event::AuditAction;

/// Add a department.
#[derive(InputObject)]
#[graphql(name = "AddDepartmentInput")]
pub struct AddDepartment {
    /// Its name, which no other department has.
    pub name: String,
}

impl Command for AddDepartment {
    type Output = DepartmentId;

    async fn execute(&self, tx: &Tx) -> Result<Done<DepartmentId>> {
        let name = text::required("name", &self.name, text::LINE)?;
        if store::department_by_name(tx.db(), &name).await?.is_some() {
            return Err(error::taken("name").into());
        }
        let id = insert_department(tx, name.clone()).await?;
        Ok(Done { output: id, record: AuditRecord::new(AuditAction::DepartmentAdded, id).fact("name", name) })
    }
}
