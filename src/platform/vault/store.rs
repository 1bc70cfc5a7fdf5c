//! The only file that queries wrapped data keys: those of no case, and the column of a case that holds its own.

use super::{DataKey, Standing, Vault};
use crate::platform::db::any_of;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::new_id;
use chrono::{DateTime, Utc};
use entity::{CaseId, DataKeyId, case, data_key, staff};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const SYSTEM: &str = "system";
const EARLIER: &str = "earlier:";

/// Reads the data keys that belong to no case, and makes them on the first start. Servers that start at once agree.
pub async fn prepare<C: ConnectionTrait>(db: &C, vault: &Vault, now: DateTime<Utc>) -> Result<()> {
    if vault.standing.get().is_some() {
        return Ok(());
    }
    let mut rows = data_key::Entity::find().all(db).await?;
    if rows.iter().all(|row| row.name != SYSTEM) {
        // A database with people in it is older than data keys: what the configured keys sealed must go on opening, also
        // when they have left the configuration.
        if staff::Entity::find().limit(1).count(db).await? > 0 {
            for (version, key) in &vault.plain {
                insert(db, format!("{EARLIER}{version}"), now, |id| vault.key_encryption.wrap(id.into(), key)).await?;
            }
        }
        insert(db, SYSTEM.to_owned(), now, |id| Ok(vault.make_key(id)?.1)).await?;
        rows = data_key::Entity::find().all(db).await?;
    }
    let mut earlier = BTreeMap::new();
    for row in &rows {
        if let Some(version) = row.name.strip_prefix(EARLIER).and_then(|version| version.parse().ok()) {
            let key = vault.key_encryption.unwrap(row.id.into(), &row.wrapped)?;
            earlier.insert(version, super::cipher(&key)?);
        }
    }
    let system = rows.iter().find(|row| row.name == SYSTEM);
    let system = system.ok_or_else(|| Failure::internal("the system's data key is missing"))?;
    let own = vault.key(system.id, Some(&system.wrapped))?.own;
    let earlier = Arc::new(earlier);
    // Another worker may have been faster, with the same.
    vault.standing.get_or_init(|| Standing { system: DataKey { own, earlier: Arc::clone(&earlier) }, earlier });
    Ok(())
}

async fn insert<C: ConnectionTrait>(
    db: &C,
    name: String,
    now: DateTime<Utc>,
    wrap: impl Fn(DataKeyId) -> Result<String>,
) -> Result<()> {
    let id: DataKeyId = new_id(now);
    let row = data_key::ActiveModel { id: Set(id), name: Set(name), wrapped: Set(wrap(id)?) };
    let once = OnConflict::column(data_key::Column::Name).do_nothing().to_owned();
    db.execute(&data_key::Entity::insert(row).on_conflict(once).into_query()).await?;
    Ok(())
}

/// The data key of a case as its row holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptKey {
    pub wrapped: Option<String>,
    /// When the case was disposed of, and its key destroyed.
    pub disposed_at: Option<DateTime<Utc>>,
}

pub async fn kept<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<HashMap<CaseId, KeptKey>> {
    use case::Column::{DataKey, DisposedAt, Id};
    let query = case::Entity::find().select_only().columns([Id, DataKey, DisposedAt]);
    let query = query.filter(any_of(db.get_database_backend(), Id, cases));
    let rows: Vec<(CaseId, Option<String>, Option<DateTime<Utc>>)> = query.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, wrapped, disposed_at)| (id, KeptKey { wrapped, disposed_at })).collect())
}

/// The data key of a case, to open with; none once the case was disposed of.
pub async fn to_open_with<C: ConnectionTrait>(db: &C, vault: &Vault, case: CaseId) -> Result<Option<DataKey>> {
    let kept = kept(db, &[case]).await?.remove(&case);
    match kept.ok_or_else(|| Failure::internal("opening what belongs to no case"))? {
        KeptKey { disposed_at: Some(_), .. } => Ok(None),
        KeptKey { wrapped, .. } => vault.key(case, wrapped.as_deref()).map(Some),
    }
}

/// The data key of a case, to seal with; none once the case was disposed of. A case that is older than data keys gets one.
pub async fn to_seal_with<C: ConnectionTrait>(db: &C, vault: &Vault, case: CaseId) -> Result<Option<DataKey>> {
    let found = kept(db, &[case]).await?.remove(&case);
    match found.ok_or_else(|| Failure::internal("sealing for a case that is not there"))? {
        KeptKey { disposed_at: Some(_), .. } => Ok(None),
        KeptKey { wrapped: Some(wrapped), .. } => vault.key(case, Some(&wrapped)).map(Some),
        KeptKey { wrapped: None, .. } => {
            let (key, wrapped) = vault.make_key(case)?;
            match set_key(db, case, None, &wrapped).await? {
                true => Ok(Some(key)),
                false => {
                    let other = kept(db, &[case]).await?.remove(&case).and_then(|kept| kept.wrapped);
                    other.map(|wrapped| vault.key(case, Some(&wrapped))).transpose()
                }
            }
        }
    }
}

/// Puts the same key, wrapped anew, in the place of what was read; false when somebody else was faster, or destroyed it.
pub async fn set_key<C: ConnectionTrait>(db: &C, case: CaseId, before: Option<&str>, wrapped: &str) -> Result<bool> {
    use case::Column::{DataKey, DisposedAt, Id};
    let unchanged = before.map_or_else(|| DataKey.is_null(), |before| DataKey.eq(before));
    let update = case::Entity::update_many()
        .col_expr(DataKey, Expr::val(wrapped))
        .filter(Id.eq(case))
        .filter(unchanged)
        .filter(DisposedAt.is_null());
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// Cases after a key, whose data key is not wrapped under this key-encryption key.
pub async fn wrapped_otherwise<C: ConnectionTrait>(
    db: &C,
    active: &str,
    after: Option<CaseId>,
    most: u64,
) -> Result<Vec<(CaseId, String)>> {
    use case::Column::{DataKey, Id};
    let mut query = case::Entity::find().select_only().columns([Id, DataKey]).filter(DataKey.is_not_null());
    query = query.filter(DataKey.not_like(under(active)));
    if let Some(after) = after {
        query = query.filter(Id.gt(after));
    }
    Ok(query.order_by_asc(Id).limit(most).into_tuple().all(db).await?)
}

pub async fn standing<C: ConnectionTrait>(db: &C) -> Result<Vec<data_key::Model>> {
    Ok(data_key::Entity::find().order_by_asc(data_key::Column::Name).all(db).await?)
}

pub async fn set_standing<C: ConnectionTrait>(db: &C, row: &data_key::Model, wrapped: &str) -> Result<bool> {
    let update = data_key::Entity::update_many()
        .col_expr(data_key::Column::Wrapped, Expr::val(wrapped))
        .filter(data_key::Column::Id.eq(row.id))
        .filter(data_key::Column::Wrapped.eq(&row.wrapped));
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// How many data keys each key-encryption key wraps, of those that are known, and how many are wrapped under others.
pub async fn in_use<C: ConnectionTrait>(db: &C, known: &[&str]) -> Result<(Vec<(String, u64)>, u64)> {
    use case::Column::DataKey;
    let standing = standing(db).await?;
    let with_key = case::Entity::find().filter(DataKey.is_not_null());
    let mut others = with_key.clone().count(db).await? + standing.len() as u64;
    let mut counts = Vec::new();
    for id in known {
        let of_cases = with_key.clone().filter(DataKey.like(under(id))).count(db).await?;
        let of_none = standing.iter().filter(|row| row.wrapped.split_once(':').is_some_and(|(by, _)| by == *id));
        let count = of_cases + of_none.count() as u64;
        others = others.saturating_sub(count);
        counts.push(((*id).to_owned(), count));
    }
    Ok((counts, others))
}

fn under(id: &str) -> String {
    format!("{id}:%")
}
