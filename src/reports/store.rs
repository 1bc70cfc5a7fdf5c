//! The only file that counts cases for figures, and that queries reports.

use super::figures::{CaseFigures, CodeCount, OpinionCount, OutcomeCount, by_code, by_group};
use crate::cases::store::visible_to as cases_visible_to;
use crate::platform::access::{Actor, Permission};
use crate::platform::error::Result;
use crate::profiles::Profile;
use chrono::{DateTime, Utc};
use entity::case::Column;
use entity::staff_role::Role;
use entity::{case, case_deadline, monthly_report};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, TryGetable,
};

/// The figures of the cases that a person may see, from one instant until before another.
pub async fn figures<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    profile: Option<&Profile>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<CaseFigures> {
    let within = |column: Column| Condition::all().add(column.gte(from)).add(column.lt(until));
    let received = || cases_visible_to(actor).filter(within(Column::ReceivedAt));
    let closed = || cases_visible_to(actor).filter(within(Column::ClosedAt));
    let code_count = |(code, count)| CodeCount { code, count };

    let channels: Vec<_> = counts(db, received(), Column::Channel).await?.into_iter().map(code_count).collect();
    let severities = counts(db, received(), Column::Severity).await?.into_iter().map(code_count).collect();
    let outcomes: Vec<(Option<_>, i64)> = counts(db, closed(), Column::Outcome).await?;
    let opinions: Vec<(Option<_>, i64)> = counts(db, closed(), Column::ComplainantOpinion).await?;
    let still_open = Condition::any().add(Column::ClosedAt.is_null()).add(Column::ClosedAt.gte(until));
    let open = cases_visible_to(actor).filter(Column::ReceivedAt.lt(until)).filter(still_open).count(db).await?;
    Ok(CaseFigures {
        received: channels.iter().map(|channel| channel.count).sum(),
        received_by_channel_group: by_group(profile, channels),
        received_by_severity: severities,
        closed: outcomes.iter().map(|(_, count)| count).sum(),
        closed_by_outcome: outcomes
            .into_iter()
            .filter_map(|(outcome, count)| Some(OutcomeCount { outcome: outcome?, count }))
            .collect(),
        closed_by_opinion: opinions
            .into_iter()
            .filter_map(|(opinion, count)| Some(OpinionCount { opinion: opinion?, count }))
            .collect(),
        open_at_end: i64::try_from(open).unwrap_or(i64::MAX),
        deadlines: by_code(deadlines_due(db, actor, from, until).await?),
    })
}

/// How many cases there are of each value.
async fn counts<C: ConnectionTrait, T: TryGetable>(
    db: &C,
    cases: Select<case::Entity>,
    column: Column,
) -> Result<Vec<(T, i64)>>
where
    (T, i64): sea_orm::TryGetableMany,
{
    let counted = cases.select_only().column(column).column_as(Column::Id.count(), "cases");
    Ok(counted.group_by(column).order_by_asc(column).into_tuple().all(db).await?)
}

async fn deadlines_due<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<(String, DateTime<Utc>, Option<DateTime<Utc>>)>> {
    let cases = cases_visible_to(actor).select_only().column(Column::Id).into_query();
    let due = case_deadline::Entity::find()
        .select_only()
        .columns([case_deadline::Column::Code, case_deadline::Column::DueAt, case_deadline::Column::MetAt])
        .filter(case_deadline::Column::DueAt.gte(from))
        .filter(case_deadline::Column::DueAt.lt(until))
        .filter(case_deadline::Column::CaseId.in_subquery(cases));
    Ok(due.into_tuple().all(db).await?)
}

/// The reports that a person may read: their own, and all of them for those who answer for the work or audit it.
pub fn visible_to(actor: &Actor) -> Select<monthly_report::Entity> {
    let query = monthly_report::Entity::find();
    let reads_all =
        |role: &Role| matches!(role, Role::Supervisor | Role::Manager | Role::GeneralManager | Role::Auditor);
    match actor.staff_id().filter(|_| actor.may(Permission::ReportRead)) {
        Some(_) if actor.roles.iter().any(reads_all) => query,
        Some(me) => query.filter(monthly_report::Column::GeneratedBy.eq(me)),
        None => query.filter(Expr::val(1).eq(0)),
    }
}

pub const POSITION: (monthly_report::Column, monthly_report::Column) =
    (monthly_report::Column::GeneratedAt, monthly_report::Column::Id);

pub async fn by_id<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: entity::MonthlyReportId,
) -> Result<Option<monthly_report::Model>> {
    Ok(visible_to(actor).filter(monthly_report::Column::Id.eq(id)).one(db).await?)
}
