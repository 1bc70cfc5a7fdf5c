//! The only file that queries delegations. Those who lend and those who are lent to see theirs; who reads the audit trail, and
//! whoever ranks highest, sees all.

use crate::identity;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use chrono::NaiveDate;
use entity::delegation::{self, Column, Entity};
use entity::staff_role::Role;
use entity::{DelegationId, StaffId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

/// The delegations that a person may see.
pub fn visible_to(actor: &Actor) -> Select<Entity> {
    let query = Entity::find();
    if actor.may(Permission::AuditRead) || actor.has_role(Role::GeneralManager) {
        return query;
    }
    let mine = match actor.staff_id() {
        Some(me) => Condition::any().add(Column::DelegatorId.eq(me)).add(Column::DelegateId.eq(me)),
        None => Condition::all().add(Expr::val(1).eq(0)),
    };
    query.filter(mine)
}

pub const POSITION: (Column, Column) = (Column::CreatedAt, Column::Id);

/// Narrows a list to those that are in force on a day.
pub fn in_force(query: Select<Entity>, day: NaiveDate) -> Select<Entity> {
    query.filter(Column::RevokedAt.is_null()).filter(Column::FirstDay.lte(day)).filter(Column::LastDay.gte(day))
}

/// Everything that is lent on a day, in the order in which it was lent.
pub async fn lent_on<C: ConnectionTrait>(db: &C, day: NaiveDate) -> Result<Vec<delegation::Model>> {
    Ok(in_force(Entity::find(), day).order_by_asc(POSITION.0).order_by_asc(POSITION.1).all(db).await?)
}

/// What is lent to a person on a day, with the roles of whom lends it; nothing of somebody who may no longer sign in.
pub async fn lent_to<C: ConnectionTrait>(
    db: &C,
    person: StaffId,
    day: NaiveDate,
) -> Result<Vec<(delegation::Model, Vec<Role>)>> {
    let lent = in_force(Entity::find().filter(Column::DelegateId.eq(person)), day).all(db).await?;
    let lenders: Vec<_> = lent.iter().map(|delegation| delegation.delegator_id).collect();
    let cards = identity::store::cards(db, &lenders).await?;
    let active = |lender: StaffId| cards.iter().any(|card| card.id == lender && card.disabled_at.is_none());
    let roles = identity::store::roles(db, &lenders).await?;
    let with_roles = |delegation: delegation::Model| {
        let roles = roles.get(&delegation.delegator_id).cloned().unwrap_or_default();
        (delegation, roles)
    };
    Ok(lent.into_iter().filter(|delegation| active(delegation.delegator_id)).map(with_roles).collect())
}

/// A delegation that the person may see, locked until the transaction ends.
pub async fn lock_version(tx: &Tx, id: DelegationId, expected: i32) -> Result<delegation::Model> {
    let seen = visible_to(tx.actor()).filter(Column::Id.eq(id)).lock_exclusive().one(tx.db()).await?;
    let delegation = seen.ok_or(Failure::NotFound)?;
    if delegation.version != expected {
        return Err(Failure::conflict(expected, delegation.version));
    }
    Ok(delegation)
}

pub async fn by_id<C: ConnectionTrait>(db: &C, actor: &Actor, id: DelegationId) -> Result<Option<delegation::Model>> {
    Ok(visible_to(actor).filter(Column::Id.eq(id)).one(db).await?)
}
