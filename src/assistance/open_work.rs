//! An assistance that is not returned keeps its case from being replied to and closed (HK-5.5.1).

use super::{error, store};
use crate::cases::open_work::OpenWork;
use crate::platform::error::Result;
use crate::platform::refusal::Refusal;
use entity::CaseId;
use futures_util::future::BoxFuture;
use sea_orm::DatabaseExecutor;

pub struct OpenAssistances;

impl OpenWork for OpenAssistances {
    fn of<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        cases: &'a [CaseId],
    ) -> BoxFuture<'a, Result<Vec<(CaseId, Refusal)>>> {
        Box::pin(async move {
            let cases = store::with_open(&db, cases).await?;
            Ok(cases.into_iter().map(|case| (case, error::open())).collect())
        })
    }
}
