//! What is done with service accounts, one use case per file.

pub mod add_service_account;
pub mod add_service_account_key;
pub mod change_service_account_scopes;
pub mod disable_service_account;
pub mod enable_service_account;
pub mod grant_token;
pub mod revoke_service_account_key;
pub mod update_service_account;

use super::{error, policy};
use crate::identity::store;
use crate::platform::access::{Permission, PermissionSet};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId};
use serde_json::{Value, json};

/// The number in the organisation under which an account stands: its name, so that no two have one. Numbers of people are written in
/// upper case.
fn number(name: &str) -> String {
    format!("service:{name}")
}

/// Refuses a name that another account has.
async fn free_name(tx: &Tx, name: &str, but: Option<StaffId>) -> Result<()> {
    let holder = store::by_employee_number(tx.db(), &number(name)).await?.filter(|holder| Some(*holder) != but);
    if holder.is_some() { Err(error::name_taken().into()) } else { Ok(()) }
}

async fn known_department(tx: &Tx, id: DepartmentId) -> Result<DepartmentId> {
    let found = store::departments(tx.db(), &[id]).await?;
    found.first().map(|department| department.id).ok_or(Failure::NotFound)
}

/// Somebody who works here and answers for an account.
async fn responsible(tx: &Tx, id: StaffId) -> Result<StaffId> {
    let person = store::lock(tx, id).await?;
    if person.disabled_at.is_some() { Err(error::responsible_has_left().into()) } else { Ok(person.id) }
}

/// The scopes, each once, as a row keeps them, if a program with this role may have them.
fn checked_scopes(role: Role, scopes: &[Permission]) -> Result<Value> {
    let scopes: PermissionSet = scopes.iter().copied().collect();
    if scopes.is_empty() {
        return Err(Failure::bad_input("scopes", "An account needs at least one scope."));
    }
    policy::may_have(role, scopes)?;
    Ok(json!(scopes.iter().map(|scope| scope.to_string()).collect::<Vec<_>>()))
}
