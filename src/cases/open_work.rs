//! Work that must end before a case is replied to or closed. The slices above know it; this is how they are asked.

use crate::platform::error::Result;
use crate::platform::refusal::Refusal;
use entity::CaseId;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseExecutor, IntoDatabaseExecutor};
use std::collections::HashMap;
use std::sync::Arc;

/// One kind of work that may be open on a case.
pub trait OpenWork: Send + Sync {
    /// What stands open on each of the cases.
    fn of<'a>(&'a self, db: DatabaseExecutor<'a>, cases: &'a [CaseId])
    -> BoxFuture<'a, Result<Vec<(CaseId, Refusal)>>>;
}

/// Every kind of work that may be open on a case; `app.rs` lists them.
#[derive(Clone)]
pub struct OpenWorks(pub Arc<[Box<dyn OpenWork>]>);

impl OpenWorks {
    /// What stands open, by case.
    pub async fn of<'a, D>(&'a self, db: D, cases: &'a [CaseId]) -> Result<HashMap<CaseId, Vec<Refusal>>>
    where
        D: IntoDatabaseExecutor<'a> + Copy,
    {
        let mut open: HashMap<CaseId, Vec<Refusal>> = HashMap::new();
        for work in self.0.iter() {
            for (case, refusal) in work.of(db.into_database_executor(), cases).await? {
                open.entry(case).or_default().push(refusal);
            }
        }
        Ok(open)
    }
}
