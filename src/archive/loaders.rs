//! Archive files by key, and what belongs to readings, for resolvers of one request.

use super::reading;
use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{ArchiveFileId, ArchiveReadingId, archive_file, archive_reading, archive_reading_step};
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
