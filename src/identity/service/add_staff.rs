//! A new person, with roles that do not conflict; the department is made if it is new.

use crate::identity::permissions::conflict;
use crate::identity::{passwords, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::text;
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId, department, staff, staff_role};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use secrecy::SecretString;

pub struct AddStaff {
    pub login: String,
    pub name: String,
    pub title: Option<String>,
    pub department: String,
    pub roles: Vec<Role>,
    pub password_hash: String,
}

impl AddStaff {
    /// Hashes the password, which takes a while: do it outside the transaction.
    pub fn new(
        login: String,
        name: String,
        title: Option<String>,
        department: String,
        mut roles: Vec<Role>,
        password: &SecretString,
    ) -> Result<Self> {
        roles.sort();
        roles.dedup();
        Ok(Self { login, name, title, department, roles, password_hash: passwords::hash(password)? })
    }
}

impl Command for AddStaff {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let login = checked_login(&self.login)?;
        let name = text::required("name", &self.name, text::LINE)?;
        let title = text::optional("title", self.title.as_deref(), text::LINE)?;
        let department = text::required("department", &self.department, text::LINE)?;
        if self.roles.is_empty() {
            return Err(Failure::bad_input("roles", "A person needs at least one role."));
        }
        if let Some((one, other)) = conflict(&self.roles) {
            return Err(Failure::bad_input("roles", format!("One person must not be {one} and {other}.")));
        }
        if store::by_login(tx.db(), &login).await?.is_some() {
            return Err(Failure::bad_input("login", "This login is taken."));
        }
        let id: StaffId = tx.id();
        staff::Entity::insert(staff::ActiveModel {
            id: Set(id),
            login: Set(login.clone()),
            name: Set(name),
            title: Set(title),
            department_id: Set(department_named(tx, &department).await?),
            password_hash: Set(self.password_hash.clone()),
            version: Set(1),
            disabled_at: Set(None),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let grants = self.roles.iter().map(|role| staff_role::ActiveModel {
            staff_id: Set(id),
            role: Set(*role),
            granted_at: Set(tx.now()),
        });
        staff_role::Entity::insert_many(grants).exec_without_returning(tx.db()).await?;
        let record = AuditRecord::new(AuditAction::StaffAdded, id).fact("login", login).fact("roles", &self.roles);
        Ok(Done { output: id, record })
    }
}

/// A login as it is written: what else is sent is nobody's.
pub fn checked_login(login: &str) -> Result<String> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-' | b'@');
    if (1..=64).contains(&login.len()) && login.bytes().all(allowed) {
        return Ok(login.to_owned());
    }
    Err(Failure::bad_input("login", "A login has 1 to 64 of a–z, 0–9, . _ - and @."))
}

async fn department_named(tx: &Tx, name: &str) -> Result<DepartmentId> {
    if let Some(department) = store::department_by_name(tx.db(), name).await? {
        return Ok(department.id);
    }
    let id: DepartmentId = tx.id();
    let row = department::ActiveModel { id: Set(id), name: Set(name.to_owned()), created_at: Set(tx.now()) };
    department::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(id)
}
