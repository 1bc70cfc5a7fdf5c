//! Figures and monthly reports as portals show them.

use super::figures::CaseFigures;
use super::service::generate_monthly_report::{GenerateMonthlyReport, Month};
use super::store::{self, POSITION};
use crate::calendar::{day_start, local_day};
use crate::identity::graphql::{Staff, person};
use crate::lessons::graphql::Suggestion;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::scope::Scope;
use crate::profiles;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{MonthlyReportId, SuggestionId, monthly_report};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};

/// A monthly report (月度报表) as it was generated; it never changes (HK-3.5).
#[derive(Clone, Description)]
pub struct MonthlyReport(pub monthly_report::Model);

impl MonthlyReport {
    /// The report of a key, as far as the person may read it.
    pub async fn find(ctx: &Context<'_>, id: MonthlyReportId) -> Result<Option<Self>> {
        let scope = Scope::of(ctx);
        Ok(store::by_id(scope.db.read(&scope.actor), &scope.actor, id).await?.map(Self))
    }

    fn period(&self) -> Result<Month> {
        Ok(Month::new(self.0.year, u32::try_from(self.0.month).unwrap_or_default())?)
    }
}

#[Object(use_type_description)]
impl MonthlyReport {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// First local day of the month.
    #[graphql(directive = access::apply(vec![Permission::ReportRead]))]
    async fn from(&self) -> Result<NaiveDate> {
        Ok(self.period()?.first)
    }

    /// Last local day of the month.
    #[graphql(directive = access::apply(vec![Permission::ReportRead]))]
    async fn until(&self) -> Result<NaiveDate> {
        Ok(self.period()?.last())
    }

    /// False when it was generated before the month was over.
    #[graphql(directive = access::apply(vec![Permission::ReportRead]))]
    async fn complete(&self) -> Result<bool> {
        Ok(self.0.generated_at >= self.period()?.ends())
    }

    /// True when it counts every case; false: only those that its author could see.
    #[graphql(directive = access::apply(vec![Permission::ReportRead]))]
    async fn covers_all(&self) -> bool {
        self.0.covers_all
    }

    #[graphql(directive = access::apply(vec![Permission::ReportRead]))]
    async fn generated_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.generated_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::ReportRead]))]
    async fn generated_at(&self) -> DateTime<Utc> {
        self.0.generated_at
    }

    /// The issues and suggestions that had been reported in the month when it was generated, the first one first, of the cases
    /// that you may see (HK-5.7).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn suggestions(&self, ctx: &Context<'_>) -> Result<Vec<Suggestion>> {
        let keys: Vec<SuggestionId> = serde_json::from_value(self.0.suggestion_ids.clone()).map_err(Failure::from)?;
        Suggestion::of_keys(ctx, &keys).await
    }

    #[graphql(directive = access::apply(vec![Permission::ReportRead]))]
    async fn figures(&self) -> Result<CaseFigures> {
        serde_json::from_value(self.0.figures.clone()).map_err(|error| Failure::from(error).into())
    }
}

#[derive(Default)]
pub struct ReportQueries;

#[Object]
impl ReportQueries {
    /// Figures of the cases that you may see, from one local day to another, both counted (HK-5.1.1).
    #[graphql(directive = access::apply(vec![Permission::ReportGenerate]))]
    async fn case_figures(&self, ctx: &Context<'_>, from: NaiveDate, until: NaiveDate) -> Result<CaseFigures> {
        let scope = Scope::of(ctx);
        if until < from {
            return Err(Failure::bad_input("until", "The period ends before it begins.").into());
        }
        let after = until.succ_opt().ok_or_else(|| Failure::bad_input("until", "There is no such period."))?;
        let db = scope.db.read(&scope.actor);
        let published = profiles::store::effective_on(db, local_day(scope.clock.now())).await?;
        let profile = published.as_ref().map(|published| &*published.profile);
        Ok(store::figures(db, &scope.actor, profile, day_start(from), day_start(after)).await?)
    }

    /// The monthly reports that you may read, the latest first: your own; everybody's for those who answer for the work.
    #[graphql(directive = access::apply(vec![Permission::ReportRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn monthly_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Local year of the month.")] year: Option<i32>,
        #[graphql(desc = "1 to 12.")] month: Option<i32>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<MonthlyReport>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let query = store::visible_to(&scope.actor)
            .apply_if(year, |query, year| query.filter(monthly_report::Column::Year.eq(year)))
            .apply_if(month, |query, month| query.filter(monthly_report::Column::Month.eq(month)));
        let listed =
            page.list(scope.db.read(&scope.actor), query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &monthly_report::Model| Cursor::new(row.generated_at, row.id), MonthlyReport))
    }
}

payloads!(report: MonthlyReport { GenerateMonthlyReportPayload });

#[derive(Default)]
pub struct ReportMutations;

#[Object]
impl ReportMutations {
    /// Generates the report of a local month and keeps it. A month that is not over gives the figures until now (HK-3.5).
    #[graphql(directive = access::apply(vec![Permission::ReportGenerate]))]
    async fn generate_monthly_report(
        &self,
        ctx: &Context<'_>,
        input: GenerateMonthlyReport,
    ) -> Option<Result<GenerateMonthlyReportPayload>> {
        Some(generate(ctx, input).await)
    }
}

async fn generate(ctx: &Context<'_>, input: GenerateMonthlyReport) -> Result<GenerateMonthlyReportPayload> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, &input).await)?;
    let report = match id {
        Some(id) => MonthlyReport::find(ctx, id).await?,
        None => None,
    };
    Ok((report, refusals).into())
}
