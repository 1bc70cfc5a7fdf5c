//! What keeps archive files, batched over a page.

use super::store::{self, Keeping};
use crate::archive::loaders::ArchiveLoader;
use async_graphql::dataloader::Loader;
use entity::ArchiveFileId;
use std::collections::HashMap;

/// Asks what keeps an archive file that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeepingOf(pub ArchiveFileId);

impl Loader<KeepingOf> for ArchiveLoader {
    type Value = Keeping;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[KeepingOf]) -> Result<HashMap<KeepingOf, Keeping>, Self::Error> {
        let files: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::keeping(self.db.read(&self.actor), &files).await?;
        Ok(found.into_iter().map(|(file, keeping)| (KeepingOf(file), keeping)).collect())
    }
}
