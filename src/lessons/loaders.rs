//! Tags of the library, for resolvers of one request.

use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::LibraryEntryId;
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
