//! Calendars by version, for resolvers.

use super::{CalendarName, WorkingCalendar, store};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;
use std::sync::Arc;

pub struct CalendarLoader {
    pub db: Database,
    pub actor: Actor,
}

impl Loader<(CalendarName, i32)> for CalendarLoader {
    type Value = Arc<WorkingCalendar>;
    type Error = async_graphql::Error;

    async fn load(
        &self,
        versions: &[(CalendarName, i32)],
    ) -> Result<HashMap<(CalendarName, i32), Arc<WorkingCalendar>>, Self::Error> {
        Ok(store::versions(self.db.read(&self.actor), versions).await?)
    }
}
