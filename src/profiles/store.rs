//! The only file that queries profile versions.

use super::Profile;
use crate::platform::error::{Failure, Result};
use chrono::NaiveDate;
use entity::{ProfileVersionId, profile_version};
use moka::sync::Cache;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Parsed profiles. A published version never changes and its key is unique, so it is parsed once per process.
static PARSED: LazyLock<Cache<ProfileVersionId, Arc<Profile>>> = LazyLock::new(|| Cache::new(256));

/// A published version and what it says.
#[derive(Clone, Debug)]
pub struct Published {
    pub id: ProfileVersionId,
    pub profile: Arc<Profile>,
}

/// The profile of one version.
pub async fn profile<C: ConnectionTrait>(db: &C, id: ProfileVersionId) -> Result<Arc<Profile>> {
    let mut found = profiles(db, &[id]).await?;
    found.remove(&id).ok_or_else(|| Failure::internal("a profile version vanished"))
}

/// Every version that was ever published.
pub async fn all_profiles<C: ConnectionTrait>(db: &C) -> Result<HashMap<ProfileVersionId, Arc<Profile>>> {
    let ids = profile_version::Entity::find().select_only().column(profile_version::Column::Id);
    let ids: Vec<ProfileVersionId> = ids.into_tuple().all(db).await?;
    profiles(db, &ids).await
}

/// The profiles of several versions, with at most one statement.
pub async fn profiles<C: ConnectionTrait>(
    db: &C,
    ids: &[ProfileVersionId],
) -> Result<HashMap<ProfileVersionId, Arc<Profile>>> {
    let mut found: HashMap<_, _> = ids.iter().filter_map(|id| Some((*id, PARSED.get(id)?))).collect();
    let unknown: Vec<_> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
    if !unknown.is_empty() {
        let rows = profile_version::Entity::find().filter(profile_version::COLUMN.id.is_in(unknown)).all(db).await?;
        for row in rows {
            found.insert(row.id, parsed(&row)?);
        }
    }
    Ok(found)
}

fn parsed(row: &profile_version::Model) -> Result<Arc<Profile>> {
    if let Some(profile) = PARSED.get(&row.id) {
        return Ok(profile);
    }
    let profile = Profile::read(&row.content)
        .map_err(|_| Failure::internal(format!("profile {} version {} cannot be read", row.code, row.version)))?;
    let profile = Arc::new(profile);
    PARSED.insert(row.id, Arc::clone(&profile));
    Ok(profile)
}

/// The version that complaints accepted on a local day follow.
pub async fn effective_on<C: ConnectionTrait>(db: &C, day: NaiveDate) -> Result<Option<Published>> {
    let row = profile_version::Entity::find()
        .filter(profile_version::COLUMN.effective_from.lte(day))
        .order_by_desc(profile_version::COLUMN.effective_from)
        .one(db)
        .await?;
    row.map(|row| Ok(Published { id: row.id, profile: parsed(&row)? })).transpose()
}

/// Every version, the one that took effect last at the end.
pub async fn in_order<C: ConnectionTrait>(db: &C) -> Result<Vec<Published>> {
    let ids: Vec<ProfileVersionId> = profile_version::Entity::find()
        .select_only()
        .column(profile_version::Column::Id)
        .order_by_asc(profile_version::COLUMN.effective_from)
        .into_tuple()
        .all(db)
        .await?;
    let mut profiles = profiles(db, &ids).await?;
    Ok(ids.into_iter().filter_map(|id| Some(Published { id, profile: profiles.remove(&id)? })).collect())
}

/// All versions, oldest first.
pub async fn all<C: ConnectionTrait>(db: &C) -> Result<Vec<profile_version::Model>> {
    Ok(profile_version::Entity::find().order_by_asc(profile_version::COLUMN.version).all(db).await?)
}
