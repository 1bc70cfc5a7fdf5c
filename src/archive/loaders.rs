//! Archive files by key, for resolvers of one request.

use super::{disposal, store};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{ArchiveFileId, DisposalId, archive_file, disposal_item};
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
