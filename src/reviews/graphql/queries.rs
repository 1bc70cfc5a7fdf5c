//! Looking joint reviews up.

use super::review::JointReview;
use crate::calendar::{day_start, local_day};
use crate::platform::access::{Permission, access};
use crate::platform::error::Failure;
use crate::platform::ids::Global;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use crate::platform::text::wanted;
use crate::reviews::figures::{self, JointReviewFigures};
use crate::reviews::store::{self, FOLDER_POSITION, FolderFilter, POSITION, ReviewRead};
use async_graphql::{Context, InputObject, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use entity::JointReviewId;
use entity::joint_review::JointReviewOutcome;

/// Narrows the folder; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct JointReviewFolderFilter {
    /// The whole number of the record.
    pub number: Option<String>,
    /// The whole number of a case on the agenda.
    pub case_number: Option<String>,
    pub outcome: Option<JointReviewOutcome>,
    /// First local day of the filing.
    pub filed_from: Option<NaiveDate>,
    /// Last local day of the filing.
    pub filed_until: Option<NaiveDate>,
}

#[derive(Default)]
pub struct JointReviewQueries;

#[Object]
impl JointReviewQueries {
    /// The joint review of an id; null when there is none, or it is not yours to see.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn joint_review(&self, ctx: &Context<'_>, id: Global<JointReviewId>) -> Option<Result<JointReview>> {
        JointReview::find(ctx, id.0).await.transpose()
    }

    /// The joint reviews that you attend, and those of the cases that you may see, the latest first.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn joint_reviews(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<JointReview>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let query = store::with_request(store::visible_to(&scope.actor));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        let cursor = |read: &ReviewRead| Cursor::new(read.review.requested_at, read.review.id);
        Ok(page.connect(listed, cursor, JointReview::new))
    }

    /// The joint-review folder (合议档案文件夹, HK-7.6): the records that all have signed, of the cases that you may see, the
    /// latest first.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead, Permission::JointReviewFolder]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn joint_review_folder(
        &self,
        ctx: &Context<'_>,
        filter: Option<JointReviewFolderFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<JointReview>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let JointReviewFolderFilter { number, case_number, outcome, filed_from, filed_until } =
            filter.unwrap_or_default();
        let filter = FolderFilter {
            number: wanted("number", number)?,
            case_number: wanted("caseNumber", case_number)?,
            outcome,
            filed_from: filed_from.map(day_start),
            filed_until: filed_until.map(after_day).transpose()?,
        };
        let query = store::with_request(filter.apply(store::folder(&scope.actor)));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, FOLDER_POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        let cursor = |read: &ReviewRead| Cursor::new(read.review.filed_at.unwrap_or_default(), read.review.id);
        Ok(page.connect(listed, cursor, JointReview::new))
    }

    /// Figures of the joint reviews that you may see and whose meetings ended from one local day to another, both counted.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead, Permission::JointReviewFolder]))]
    async fn joint_review_figures(
        &self,
        ctx: &Context<'_>,
        from: NaiveDate,
        until: Option<NaiveDate>,
    ) -> Result<JointReviewFigures> {
        let scope = Scope::of(ctx);
        let until = until.unwrap_or_else(|| local_day(scope.clock.now()));
        if until < from {
            return Err(Failure::bad_input("until", "The period ends before it begins.").into());
        }
        let db = scope.db.read(&scope.actor);
        let meetings = store::ended_within(db, &scope.actor, day_start(from), after_day(until)?).await?;
        Ok(figures::of(&meetings))
    }
}

/// The instant at which a local day is over.
fn after_day(day: NaiveDate) -> Result<DateTime<Utc>, Failure> {
    let next = day.succ_opt().ok_or_else(|| Failure::bad_input("until", "There is no such period."))?;
    Ok(day_start(next))
}
