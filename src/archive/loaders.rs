//! Archive files by key, for resolvers of one request.

use super::{custody, store, supplements};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{
    ArchiveCheckId, ArchiveDamageId, ArchiveFileId, archive_damage, archive_file, archive_placement,
    archive_supplement, archive_treatment,
};
use std::collections::HashMap;

pub struct ArchiveLoader {
    pub db: Database,
    pub actor: Actor,
}

impl Loader<ArchiveFileId> for ArchiveLoader {
    type Value = archive_file::Model;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[ArchiveFileId]) -> Result<HashMap<ArchiveFileId, archive_file::Model>, Self::Error> {
        let files = store::by_ids(self.db.read(&self.actor), &self.actor, ids).await?;
        Ok(files.into_iter().map(|file| (file.id, file)).collect())
    }
}

/// Asks where a paper file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlacementOf(pub ArchiveFileId);

impl Loader<PlacementOf> for ArchiveLoader {
    type Value = archive_placement::Model;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[PlacementOf]) -> Result<HashMap<PlacementOf, archive_placement::Model>, Self::Error> {
        let files: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut last = HashMap::new();
        for row in custody::store::placements(self.db.read(&self.actor), &files).await? {
            last.entry(PlacementOf(row.archive_file_id)).or_insert(row);
        }
        Ok(last)
    }
}

/// Asks for the damage of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DamagesOf(pub ArchiveFileId);

impl Loader<DamagesOf> for ArchiveLoader {
    type Value = Vec<archive_damage::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[DamagesOf]) -> Result<HashMap<DamagesOf, Vec<archive_damage::Model>>, Self::Error> {
        let files: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in custody::store::of_files(self.db.read(&self.actor), &files).await? {
            found.entry(row.archive_file_id.map(DamagesOf)).or_default().push(row);
        }
        Ok(found.into_iter().filter_map(|(key, rows)| Some((key?, rows))).collect())
    }
}

/// Asks what a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FoundBy(pub ArchiveCheckId);

impl Loader<FoundBy> for ArchiveLoader {
    type Value = Vec<archive_damage::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[FoundBy]) -> Result<HashMap<FoundBy, Vec<archive_damage::Model>>, Self::Error> {
        let checks: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in custody::store::found_by(self.db.read(&self.actor), &checks).await? {
            found.entry(row.check_id.map(FoundBy)).or_default().push(row);
        }
        Ok(found.into_iter().filter_map(|(key, rows)| Some((key?, rows))).collect())
    }
}

/// Asks what was done about damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TreatmentOf(pub ArchiveDamageId);

impl Loader<TreatmentOf> for ArchiveLoader {
    type Value = archive_treatment::Model;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[TreatmentOf]) -> Result<HashMap<TreatmentOf, archive_treatment::Model>, Self::Error> {
        let damages: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = custody::store::treatments(self.db.read(&self.actor), &damages).await?;
        Ok(found.into_iter().map(|row| (TreatmentOf(row.damage_id), row)).collect())
    }
}

/// Asks what was added to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SupplementsOf(pub ArchiveFileId);

impl Loader<SupplementsOf> for ArchiveLoader {
    type Value = Vec<archive_supplement::Model>;
    type Error = async_graphql::Error;

    async fn load(
        &self,
        keys: &[SupplementsOf],
    ) -> Result<HashMap<SupplementsOf, Vec<archive_supplement::Model>>, Self::Error> {
        let files: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in supplements::store::of_files(self.db.read(&self.actor), &files).await? {
            found.entry(SupplementsOf(row.archive_file_id)).or_default().push(row);
        }
        Ok(found)
    }
}
