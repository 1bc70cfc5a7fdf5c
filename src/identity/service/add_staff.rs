//! A new person, with roles that do not conflict.

use crate::identity::permissions::conflict;
use crate::identity::{error, sealed, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::text;
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId, department, staff, staff_role};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

/// Which department a new person belongs to.
#[derive(Clone, Debug)]
pub enum InDepartment {
    Known(DepartmentId),
    /// By its name; made if it is new.
    Named(String),
}

pub struct AddStaff {
    pub login: String,
    /// The number of the person in the organisation; the login, if none is given.
    pub employee_number: Option<String>,
    pub name: String,
    pub title: Option<String>,
    pub department: InDepartment,
    /// Where notifications are sent to.
    pub email: Option<String>,
    pub roles: Vec<Role>,
    pub password_hash: String,
    /// True when the person must choose their own password first.
    pub password_temporary: bool,
}

impl Command for AddStaff {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let login = checked_login(&self.login)?;
        let name = text::required("name", &self.name, text::LINE)?;
        let title = text::optional("title", self.title.as_deref(), text::LINE)?;
        let roles = checked_roles(&self.roles)?;
        if store::by_login(tx.db(), &login).await?.is_some() {
            return Err(error::taken("login").into());
        }
        let number = checked_number(self.employee_number.as_deref())?.unwrap_or_else(|| login.to_uppercase());
        one_account_each(tx, &number, None).await?;
        let id: StaffId = tx.id();
        let email = checked_email(self.email.as_deref())?;
        staff::Entity::insert(staff::ActiveModel {
            id: Set(id),
            login: Set(login.clone()),
            employee_number: Set(number),
            name: Set(name),
            title: Set(title),
            department_id: Set(self.department.find(tx).await?),
            agent_code: Set(None),
            email_sealed: Set(email.map(|email| tx.vault().system()?.seal(sealed::EMAIL, id, &email)).transpose()?),
            password_hash: Set(self.password_hash.clone()),
            password_temporary: Set(self.password_temporary),
            password_set_at: Set(Some(tx.now())),
            version: Set(1),
            disabled_at: Set(None),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        grant(tx, id, &roles).await?;
        let record = AuditRecord::new(AuditAction::StaffAdded, id).fact("login", login).fact("roles", &roles);
        Ok(Done { output: id, record })
    }
}

/// The number of a person in the organisation (工号), in the one way in which it is compared.
pub(super) fn checked_number(given: Option<&str>) -> Result<Option<String>> {
    let number = text::optional("employeeNumber", given, text::LINE)?;
    Ok(number.map(|number| number.to_uppercase()))
}

/// HK-4.8: duties are separated between persons; a person with a second account would be two. `but` is the account itself.
pub(super) async fn one_account_each(tx: &Tx, number: &str, but: Option<StaffId>) -> Result<()> {
    let holder = store::by_employee_number(tx.db(), number).await?.filter(|holder| Some(*holder) != but);
    if holder.is_some() { Err(error::has_an_account().into()) } else { Ok(()) }
}

pub(super) async fn grant(tx: &Tx, id: StaffId, roles: &[Role]) -> Result<()> {
    let grants = roles.iter().map(|role| staff_role::ActiveModel {
        staff_id: Set(id),
        role: Set(*role),
        granted_at: Set(tx.now()),
    });
    staff_role::Entity::insert_many(grants).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The roles, each once; one at least, and none that conflict (requirements T1.1).
pub(super) fn checked_roles(roles: &[Role]) -> Result<Vec<Role>> {
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    if roles.is_empty() {
        return Err(Failure::bad_input("roles", "A person needs at least one role."));
    }
    match conflict(&roles) {
        Some((one, other)) => Err(error::roles_conflict(one, other).into()),
        None => Ok(roles),
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

/// An e-mail address as mail servers take it, or none when there is nothing in it.
pub(super) fn checked_email(email: Option<&str>) -> Result<Option<String>> {
    let Some(email) = text::optional("email", email, 254)? else { return Ok(None) };
    if email.is_ascii() && email.parse::<lettre::Address>().is_ok() {
        return Ok(Some(email));
    }
    Err(Failure::bad_input("email", "This is not an e-mail address."))
}

impl InDepartment {
    async fn find(&self, tx: &Tx) -> Result<DepartmentId> {
        let name = match self {
            Self::Known(id) => {
                let found = store::departments(tx.db(), &[*id]).await?;
                return found.first().map(|department| department.id).ok_or(Failure::NotFound);
            }
            Self::Named(name) => text::required("department", name, text::LINE)?,
        };
        match store::department_by_name(tx.db(), &name).await? {
            Some(department) => Ok(department.id),
            None => insert_department(tx, name).await,
        }
    }
}

pub(super) async fn insert_department(tx: &Tx, name: String) -> Result<DepartmentId> {
    let id: DepartmentId = tx.id();
    let row = department::ActiveModel { id: Set(id), name: Set(name), version: Set(1), created_at: Set(tx.now()) };
    department::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(id)
}
