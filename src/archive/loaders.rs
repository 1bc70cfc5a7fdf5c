//! Archive files by key, for resolvers of one request.

use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{ArchiveFileId, archive_file};
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
