//! What belongs to cases, for resolvers of one request, batched over the cases of a page.

use super::deadlines::{self, Adjustments};
use super::open_work::OpenWorks;
use super::store::{self, CaseRead, Shape};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::page::{Direction, Page};
use crate::platform::refusal::Refusal;
use async_graphql::dataloader::Loader;
use entity::{CaseDeadlineId, CaseId, StaffId, case_deadline, case_entry, plan};
use std::collections::HashMap;
use std::hash::Hash;

pub struct CaseLoader {
    pub db: Database,
    pub actor: Actor,
    pub open_works: OpenWorks,
}

type Found<K, V> = Result<HashMap<K, V>, async_graphql::Error>;

impl Loader<CaseId> for CaseLoader {
    type Value = CaseRead;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[CaseId]) -> Found<CaseId, CaseRead> {
        let read = store::by_ids(self.db.read(&self.actor), &self.actor, ids, Shape::default()).await?;
        Ok(read.into_iter().map(|read| (read.case.id, read)).collect())
    }
}

/// Asks for the deadlines of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeadlinesOf(pub CaseId);

impl Loader<DeadlinesOf> for CaseLoader {
    type Value = Vec<case_deadline::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[DeadlinesOf]) -> Found<DeadlinesOf, Vec<case_deadline::Model>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::deadlines(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(rows, |row| DeadlinesOf(row.case_id)))
    }
}

/// Asks for the pauses and extensions of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AdjustmentsOf(pub CaseDeadlineId);

impl Loader<AdjustmentsOf> for CaseLoader {
    type Value = Adjustments;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AdjustmentsOf]) -> Found<AdjustmentsOf, Adjustments> {
        let deadlines: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = deadlines::store::adjustments(self.db.read(&self.actor), &deadlines).await?;
        Ok(found.into_iter().map(|(deadline, adjustments)| (AdjustmentsOf(deadline), adjustments)).collect())
    }
}

/// Asks for the plans of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlansOf(pub CaseId);

impl Loader<PlansOf> for CaseLoader {
    type Value = Vec<plan::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[PlansOf]) -> Found<PlansOf, Vec<plan::Model>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::plans(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(rows, |row| PlansOf(row.case_id)))
    }
}

/// Asks for everybody who handles a case or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HandlersOf(pub CaseId);

impl Loader<HandlersOf> for CaseLoader {
    type Value = Vec<StaffId>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[HandlersOf]) -> Found<HandlersOf, Vec<StaffId>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::handlers(self.db.read(&self.actor), &cases).await?;
        Ok(found.into_iter().map(|(case, handlers)| (HandlersOf(case), handlers)).collect())
    }
}

/// Asks for a page of the handling record of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimelineOf {
    pub case: CaseId,
    pub page: Page,
    pub direction: Direction,
}

impl Loader<TimelineOf> for CaseLoader {
    type Value = Vec<case_entry::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[TimelineOf]) -> Found<TimelineOf, Vec<case_entry::Model>> {
        let mut found = HashMap::new();
        let mut pages: HashMap<_, Vec<CaseId>> = HashMap::new();
        for key in keys {
            pages.entry((key.page, key.direction)).or_default().push(key.case);
        }
        // One statement for each page that the document asks for, however many cases it asks for it on.
        for ((page, direction), cases) in pages {
            let entries = store::entry_pages(self.db.read(&self.actor), &cases, page, direction).await?;
            found.extend(entries.into_iter().map(|(case, entries)| (TimelineOf { case, page, direction }, entries)));
        }
        Ok(found)
    }
}

/// Asks how many entries the handling record of a case has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntryCountOf(pub CaseId);

impl Loader<EntryCountOf> for CaseLoader {
    type Value = i64;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[EntryCountOf]) -> Found<EntryCountOf, i64> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let counts = store::entry_counts(self.db.read(&self.actor), &cases).await?;
        Ok(counts.into_iter().map(|(case, count)| (EntryCountOf(case), count)).collect())
    }
}

/// Asks for the whole handling record of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntriesOf(pub CaseId);

impl Loader<EntriesOf> for CaseLoader {
    type Value = Vec<case_entry::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[EntriesOf]) -> Found<EntriesOf, Vec<case_entry::Model>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::entries(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(rows, |row| EntriesOf(row.case_id)))
    }
}

/// Asks for the cases that go on with a case, as far as the person may see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SuccessorsOf(pub CaseId);

impl Loader<SuccessorsOf> for CaseLoader {
    type Value = Vec<CaseRead>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[SuccessorsOf]) -> Found<SuccessorsOf, Vec<CaseRead>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<_, Vec<CaseRead>> = HashMap::new();
        for read in store::successors(self.db.read(&self.actor), &self.actor, &cases).await? {
            if let Some(predecessor) = read.case.predecessor_id {
                found.entry(SuccessorsOf(predecessor)).or_default().push(read);
            }
        }
        Ok(found)
    }
}

/// Asks what stands open on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenWorkOf(pub CaseId);

impl Loader<OpenWorkOf> for CaseLoader {
    type Value = Vec<Refusal>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[OpenWorkOf]) -> Found<OpenWorkOf, Vec<Refusal>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let open = self.open_works.of(self.db.read(&self.actor), &cases).await?;
        Ok(open.into_iter().map(|(case, refusals)| (OpenWorkOf(case), refusals)).collect())
    }
}

/// Rows by the key that they belong to, in their order.
pub fn grouped<K: Eq + Hash, R>(rows: Vec<R>, key: impl Fn(&R) -> K) -> HashMap<K, Vec<R>> {
    let mut groups: HashMap<K, Vec<R>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}
