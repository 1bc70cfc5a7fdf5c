//! Another name, post, department, e-mail address or agent code of a person.

use super::add_staff::{checked_email, checked_number, one_account_each};
use crate::identity::{sealed, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{DepartmentId, StaffId, staff};
use sea_orm::ActiveValue::Set;

/// Change a person's name, post, department, e-mail address or agent code; what is not given stays.
#[derive(InputObject)]
#[graphql(name = "UpdateStaffInput")]
pub struct UpdateStaff {
    pub staff_id: Global<StaffId>,
    /// The `version` of the person that you saw.
    pub expected_version: i32,
    /// The number of the person in the organisation (工号). One person has one account (HK-4.8).
    pub employee_number: Option<String>,
    pub name: Option<String>,
    /// The post as the organisation calls it; an empty text removes it.
    pub title: Option<String>,
    pub department_id: Option<Global<DepartmentId>>,
    /// The code under which the person sells policies; an empty text removes it. Cases of policies that they sold are not
    /// given to them.
    pub agent_code: Option<String>,
    /// Where notifications are sent to; an empty text removes it.
    pub email: Option<String>,
}

impl Command for UpdateStaff {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let before = store::lock_version(tx, self.staff_id.0, self.expected_version).await?;
        let mut changes = staff::ActiveModel::default();
        let mut record = AuditRecord::new(AuditAction::StaffUpdated, before.id);
        if let Some(name) = &self.name {
            changes.name = Set(text::required("name", name, text::LINE)?);
            record = record.fact("name", "changed");
        }
        if let Some(number) = checked_number(self.employee_number.as_deref())? {
            one_account_each(tx, &number, Some(before.id)).await?;
            record = record.change("employeeNumber", before.employee_number.clone(), number.clone());
            changes.employee_number = Set(number);
        }
        if let Some(title) = &self.title {
            let title = text::optional("title", Some(title), text::LINE)?;
            record = record.change("title", before.title.clone(), title.clone());
            changes.title = Set(title);
        }
        if let Some(Global(department)) = self.department_id {
            if store::departments(tx.db(), &[department]).await?.is_empty() {
                return Err(Failure::NotFound);
            }
            record = record.change("department", before.department_id, department);
            changes.department_id = Set(department);
        }
        if let Some(code) = &self.agent_code {
            let code = text::optional("agentCode", Some(code), text::LINE)?;
            record = record.change("agentCode", before.agent_code.clone(), code.clone());
            changes.agent_code = Set(code);
        }
        if let Some(email) = &self.email {
            let email = checked_email(Some(email))?;
            record = record.fact("email", if email.is_some() { "changed" } else { "removed" });
            changes.email_sealed =
                Set(email.map(|email| tx.vault().system()?.seal(sealed::EMAIL, before.id, &email)).transpose()?);
        }
        store::update(tx, &before, changes).await?;
        Ok(Done { output: before.id, record })
    }
}
