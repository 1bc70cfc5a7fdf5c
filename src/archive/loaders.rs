//! Archive files by key, and what belongs to readings, for resolvers of one request.

use super::{custody, disposal, reading, store};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{
    ArchiveCheckId, ArchiveDamageId, ArchiveFileId, ArchiveReadingId, DisposalId, archive_damage, archive_file,
    archive_placement, archive_reading, archive_reading_step, archive_treatment, disposal_item,
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
        let files = store::by_ids(self.db.read(&self.actor), &self.actor, self.db.now(), ids).await?;
        Ok(files.into_iter().map(|file| (file.id, file)).collect())
    }
}

impl Loader<ArchiveReadingId> for ArchiveLoader {
    type Value = archive_reading::Model;
    type Error = async_graphql::Error;

    async fn load(
        &self,
        ids: &[ArchiveReadingId],
    ) -> Result<HashMap<ArchiveReadingId, archive_reading::Model>, Self::Error> {
        let readings = reading::store::by_ids(self.db.read(&self.actor), &self.actor, ids).await?;
        Ok(readings.into_iter().map(|reading| (reading.id, reading)).collect())
    }
}

/// What was done about a reading that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepsOf(pub ArchiveReadingId);

impl Loader<StepsOf> for ArchiveLoader {
    type Value = Vec<archive_reading_step::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[StepsOf]) -> Result<HashMap<StepsOf, Self::Value>, Self::Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<StepsOf, Self::Value> = HashMap::new();
        for step in reading::store::steps(self.db.read(&self.actor), &ids).await? {
            found.entry(StepsOf(step.reading_id)).or_default().push(step);
        }
        Ok(found)
    }
}

/// The files that a reading that was found is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FilesOf(pub ArchiveReadingId);

impl Loader<FilesOf> for ArchiveLoader {
    type Value = Vec<archive_file::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[FilesOf]) -> Result<HashMap<FilesOf, Self::Value>, Self::Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<FilesOf, Self::Value> = HashMap::new();
        for (reading, file) in reading::store::files(self.db.read(&self.actor), &ids).await? {
            found.entry(FilesOf(reading)).or_default().push(file);
        }
        Ok(found)
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

/// Asks for the files of a disposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ItemsOf(pub DisposalId);

impl Loader<ItemsOf> for ArchiveLoader {
    type Value = Vec<(disposal_item::Model, archive_file::Model)>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[ItemsOf]) -> Result<HashMap<ItemsOf, Self::Value>, Self::Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<ItemsOf, Self::Value> = HashMap::new();
        for (item, file) in disposal::store::items(self.db.read(&self.actor), &ids).await? {
            found.entry(ItemsOf(item.disposal_id)).or_default().push((item, file));
        }
        Ok(found)
    }
}
