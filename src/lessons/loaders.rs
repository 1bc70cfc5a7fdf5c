//! Tags of the library and suggestions by key, for resolvers of one request.

use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{LibraryEntryId, SuggestionId, suggestion};
use std::collections::HashMap;

pub struct LessonLoader {
    pub db: Database,
    pub actor: Actor,
}

/// Asks for the tags of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TagsOf(pub LibraryEntryId);

impl Loader<TagsOf> for LessonLoader {
    type Value = Vec<String>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[TagsOf]) -> Result<HashMap<TagsOf, Vec<String>>, async_graphql::Error> {
        let entries: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<TagsOf, Vec<String>> = HashMap::new();
        for row in store::tags(self.db.read(&self.actor), &entries).await? {
            found.entry(TagsOf(row.entry_id)).or_default().push(row.tag);
        }
        Ok(found)
    }
}

/// The suggestion of a key, as far as the person may read it.
impl Loader<SuggestionId> for LessonLoader {
    type Value = suggestion::Model;
    type Error = async_graphql::Error;

    async fn load(
        &self,
        keys: &[SuggestionId],
    ) -> Result<HashMap<SuggestionId, suggestion::Model>, async_graphql::Error> {
        let rows = store::suggestions_by_ids(self.db.read(&self.actor), &self.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}
