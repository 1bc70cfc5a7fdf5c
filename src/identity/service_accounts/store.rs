//! The only file that queries service accounts, their keys and what was remembered of their use.

use super::assertion::Used;
use crate::identity::store;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Database, Tx, any_of};
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ServiceAccountId, ServiceAccountKeyId, StaffId, service_account, service_account_key, service_account_key_use,
    service_assertion, staff,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationDef, Select,
};
use std::collections::HashMap;
use uuid::Uuid;

/// An account and its row of `staff`, which has name, department, version and whether it is disabled.
#[derive(Clone, Debug)]
pub struct Account {
    pub row: service_account::Model,
    pub staff: staff::Model,
}

/// The row of `staff` behind an account.
pub fn staff_id(account: ServiceAccountId) -> StaffId {
    Uuid::from(account).into()
}

/// The accounts that a person may read: all or none.
pub fn visible_to(actor: &Actor) -> Select<service_account::Entity> {
    let query = service_account::Entity::find();
    if actor.may(Permission::ServiceAccountRead) { query } else { query.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (service_account::Column, service_account::Column) =
    (service_account::Column::CreatedAt, service_account::Column::Id);

pub async fn by_id<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: ServiceAccountId,
) -> Result<Option<service_account::Model>> {
    Ok(visible_to(actor).filter(service_account::Column::Id.eq(id)).one(db).await?)
}

/// The keys of several accounts with their last use, the latest first.
pub async fn keys<C: ConnectionTrait>(
    db: &C,
    accounts: &[ServiceAccountId],
) -> Result<HashMap<ServiceAccountId, Vec<(service_account_key::Model, Option<DateTime<Utc>>)>>> {
    use service_account_key::{Column, Entity};
    let used: RelationDef = Entity::belongs_to(service_account_key_use::Entity)
        .from(Column::Id)
        .to(service_account_key_use::Column::KeyId)
        .into();
    let rows = Entity::find()
        .filter(any_of(db.get_database_backend(), Column::ServiceAccountId, accounts))
        .join(JoinType::LeftJoin, used)
        .select_also(service_account_key_use::Entity)
        .order_by_desc(Column::AddedAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (key, used) in rows {
        found.entry(key.service_account_id).or_default().push((key, used.map(|used| used.last_used_at)));
    }
    Ok(found)
}

fn is_good(now: DateTime<Utc>) -> Condition {
    use service_account_key::Column;
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(now)))
}

/// The keys of an account that are good now.
pub async fn good_keys<C: ConnectionTrait>(
    db: &C,
    account: ServiceAccountId,
    now: DateTime<Utc>,
) -> Result<Vec<service_account_key::Model>> {
    let own = service_account_key::Column::ServiceAccountId.eq(account);
    Ok(service_account_key::Entity::find().filter(own).filter(is_good(now)).all(db).await?)
}

/// An account that may act, with its row of `staff`.
pub async fn active<C: ConnectionTrait>(db: &C, id: ServiceAccountId) -> Result<Option<Account>> {
    account(service_account::Entity::find_by_id(id).filter(staff::Column::DisabledAt.is_null()), db).await
}

/// An account that may act, if this key of it is good.
pub async fn acting<C: ConnectionTrait>(
    db: &C,
    id: ServiceAccountId,
    key: ServiceAccountKeyId,
    now: DateTime<Utc>,
) -> Result<Option<Account>> {
    let keys: RelationDef = service_account::Entity::belongs_to(service_account_key::Entity)
        .from(service_account::Column::Id)
        .to(service_account_key::Column::ServiceAccountId)
        .into();
    let by_key = service_account::Entity::find_by_id(id)
        .filter(staff::Column::DisabledAt.is_null())
        .join(JoinType::InnerJoin, keys)
        .filter(service_account_key::Column::Id.eq(key))
        .filter(is_good(now));
    account(by_key, db).await
}

async fn account<C: ConnectionTrait>(query: Select<service_account::Entity>, db: &C) -> Result<Option<Account>> {
    let behind: RelationDef = service_account::Entity::belongs_to(staff::Entity)
        .from(service_account::Column::Id)
        .to(staff::Column::Id)
        .into();
    let found = query.join(JoinType::InnerJoin, behind).select_also(staff::Entity).one(db).await?;
    Ok(found.and_then(|(row, staff)| Some(Account { row, staff: staff? })))
}

/// An account in the version that was seen, locked until the transaction ends.
pub async fn lock_version(tx: &Tx, id: ServiceAccountId, expected: i32) -> Result<Account> {
    let staff = staff::Entity::find_by_id(staff_id(id)).lock_exclusive().one(tx.db()).await?;
    let row = service_account::Entity::find_by_id(id).one(tx.db()).await?;
    let (staff, row) = staff.zip(row).ok_or(Failure::NotFound)?;
    if staff.version != expected {
        return Err(Failure::conflict(expected, staff.version));
    }
    Ok(Account { row, staff })
}

/// Counts the version up, and writes what changed of the row of `staff`.
pub async fn changed(tx: &Tx, account: &Account, changes: staff::ActiveModel) -> Result<()> {
    store::update(tx, &account.staff, changes).await
}

pub async fn key(tx: &Tx, id: ServiceAccountKeyId) -> Result<service_account_key::Model> {
    service_account_key::Entity::find_by_id(id).one(tx.db()).await?.ok_or(Failure::NotFound)
}

/// Whether a key is or was anybody's.
pub async fn is_known(tx: &Tx, thumbprint: &str) -> Result<bool> {
    let known = service_account_key::Entity::find().filter(service_account_key::Column::Thumbprint.eq(thumbprint));
    Ok(known.one(tx.db()).await?.is_some())
}

/// For so long the last use of a key is not written again.
const TO_THE_MINUTE: TimeDelta = TimeDelta::minutes(1);

/// Remembers that a key was used now.
pub async fn remember_use(db: &Database, key: ServiceAccountKeyId) -> Result<()> {
    use service_account_key_use::{ActiveModel, Column, Entity};
    let now = db.now();
    let stale = Expr::col((Entity, Column::LastUsedAt)).lte(now - TO_THE_MINUTE);
    let latest = OnConflict::column(Column::KeyId).update_column(Column::LastUsedAt).action_and_where(stale).to_owned();
    let used = Entity::insert(ActiveModel { key_id: Set(key), last_used_at: Set(now) }).on_conflict(latest);
    db.tally(&used.into_query()).await?;
    Ok(())
}

/// Remembers an assertion; false when it was used before.
pub async fn remember_assertion(db: &Database, used: Used) -> Result<bool> {
    use service_assertion::{ActiveModel, Column, Entity};
    let row = ActiveModel { sha256: Set(used.sha256), expires_at: Set(used.expires_at) };
    let once = OnConflict::column(Column::Sha256).do_nothing().to_owned();
    Ok(db.tally(&Entity::insert(row).on_conflict(once).into_query()).await? == 1)
}

/// Removes assertions that could be used no more; gives how many there were.
pub async fn forget_old_assertions(db: &Database) -> Result<u64> {
    let over = service_assertion::Entity::delete_many().filter(service_assertion::Column::ExpiresAt.lt(db.now()));
    db.tally(&over.into_query()).await
}
