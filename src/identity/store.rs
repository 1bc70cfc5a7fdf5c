//! The only file that queries people, departments, roles and sessions.

use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId, StaffSessionId, department, staff, staff_role, staff_session};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A person as colleagues see them: no login, no password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DerivePartialModel)]
#[sea_orm(entity = "staff::Entity")]
pub struct StaffCard {
    pub id: StaffId,
    pub name: String,
    pub title: Option<String>,
    pub department_id: DepartmentId,
    pub disabled_at: Option<sea_orm::prelude::DateTimeUtc>,
    pub created_at: sea_orm::prelude::DateTimeUtc,
}

/// The columns of a [`StaffCard`].
pub const CARD: [staff::Column; 6] = [
    staff::Column::Id,
    staff::Column::Name,
    staff::Column::Title,
    staff::Column::DepartmentId,
    staff::Column::DisabledAt,
    staff::Column::CreatedAt,
];

pub async fn cards<C: ConnectionTrait>(db: &C, ids: &[StaffId]) -> Result<Vec<StaffCard>> {
    let found = staff::Entity::find().filter(any_of(db.get_database_backend(), staff::Column::Id, ids));
    Ok(found.into_partial_model().all(db).await?)
}

pub async fn card<C: ConnectionTrait>(db: &C, id: StaffId) -> Result<Option<StaffCard>> {
    Ok(staff::Entity::find_by_id(id).into_partial_model().one(db).await?)
}

/// Everybody, or everybody who holds a role.
pub fn everybody(role: Option<Role>) -> Select<staff::Entity> {
    let query = staff::Entity::find();
    match role {
        None => query,
        Some(role) => {
            let holders = Query::select()
                .column(staff_role::Column::StaffId)
                .from(staff_role::Entity)
                .and_where(Expr::col(staff_role::Column::Role).eq(role))
                .take();
            query.filter(staff::Column::Id.in_subquery(holders))
        }
    }
}

pub async fn by_login<C: ConnectionTrait>(db: &C, login: &str) -> Result<Option<staff::Model>> {
    Ok(staff::Entity::find().filter(staff::COLUMN.login.eq(login)).one(db).await?)
}

/// A person, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: StaffId) -> Result<staff::Model> {
    staff::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?.ok_or(Failure::NotFound)
}

pub async fn roles<C: ConnectionTrait>(db: &C, ids: &[StaffId]) -> Result<HashMap<StaffId, Vec<Role>>> {
    let rows = staff_role::Entity::find()
        .filter(any_of(db.get_database_backend(), staff_role::Column::StaffId, ids))
        .order_by_asc(staff_role::COLUMN.role)
        .all(db)
        .await?;
    let mut found: HashMap<StaffId, Vec<Role>> = HashMap::new();
    for row in rows {
        found.entry(row.staff_id).or_default().push(row.role);
    }
    Ok(found)
}

pub async fn roles_of<C: ConnectionTrait>(db: &C, id: StaffId) -> Result<Vec<Role>> {
    Ok(roles(db, &[id]).await?.remove(&id).unwrap_or_default())
}

pub async fn departments<C: ConnectionTrait>(db: &C, ids: &[DepartmentId]) -> Result<Vec<department::Model>> {
    let wanted = any_of(db.get_database_backend(), department::Column::Id, ids);
    Ok(department::Entity::find().filter(wanted).all(db).await?)
}

pub async fn department_by_name<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<department::Model>> {
    Ok(department::Entity::find().filter(department::COLUMN.name.eq(name)).one(db).await?)
}

/// The person of a session that goes on, if that person may still sign in.
pub async fn signed_in<C: ConnectionTrait>(
    db: &C,
    staff_id: StaffId,
    session_id: StaffSessionId,
) -> Result<Option<staff::Model>> {
    let sessions = Query::select()
        .column(staff_session::Column::StaffId)
        .from(staff_session::Entity)
        .and_where(Expr::col(staff_session::Column::Id).eq(session_id))
        .and_where(Expr::col(staff_session::Column::EndedAt).is_null())
        .take();
    let person = staff::Entity::find_by_id(staff_id)
        .filter(staff::Column::DisabledAt.is_null())
        .filter(staff::Column::Id.in_subquery(sessions));
    Ok(person.one(db).await?)
}

/// Everybody with their department and roles, by login.
pub async fn directory<C: ConnectionTrait>(db: &C) -> Result<Vec<(staff::Model, String, Vec<Role>)>> {
    let people = staff::Entity::find().order_by_asc(staff::COLUMN.login).all(db).await?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let mut roles = roles(db, &ids).await?;
    let departments: HashMap<_, _> = department::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|department| (department.id, department.name))
        .collect();
    Ok(people
        .into_iter()
        .map(|person| {
            let department = departments.get(&person.department_id).cloned().unwrap_or_default();
            let roles = roles.remove(&person.id).unwrap_or_default();
            (person, department, roles)
        })
        .collect())
}
