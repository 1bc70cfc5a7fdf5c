//! A joint review that goes on keeps a case from being replied to and closed (HK-5.5.1). One that waits for the supervisor's
//! answer is an undecided item already.

use super::policy::state;
use super::{error, store};
use crate::cases::open_work::OpenWork;
use crate::platform::error::Result;
use crate::platform::refusal::Refusal;
use entity::CaseId;
use futures_util::future::BoxFuture;
use sea_orm::DatabaseExecutor;

pub struct JointReviewsGoingOn;

impl OpenWork for JointReviewsGoingOn {
    fn of<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        cases: &'a [CaseId],
    ) -> BoxFuture<'a, Result<Vec<(CaseId, Refusal)>>> {
        Box::pin(async move {
            let reviews = store::all_of_cases(&db, cases).await?;
            let mut open: Vec<CaseId> = reviews
                .into_iter()
                .filter(|(_, read)| state(&read.review, read.request).goes_on())
                .map(|(case, _)| case)
                .collect();
            open.sort();
            open.dedup();
            Ok(open.into_iter().map(|case| (case, error::goes_on())).collect())
        })
    }
}
