//! The only file that asks for jobs: each step is one statement, so that two servers never both succeed.

use super::{LEASE, Periodic};
use crate::platform::db::Database;
use crate::platform::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use entity::job::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryTrait};
use std::time::Duration;
use uuid::Uuid;

/// Takes a job that is due, or that was taken by a run which gives no sign of life; false when there is nothing to take.
pub async fn take(db: &Database, job: &Periodic, run: Uuid) -> Result<bool> {
    if try_to_take(db, job, run).await? {
        return Ok(true);
    }
    let new = ActiveModel { name: Set(job.name.to_owned()), due_at: Set(db.now()), ..Default::default() };
    let insert = Entity::insert(new).on_conflict(OnConflict::column(Column::Name).do_nothing().to_owned());
    Ok(db.tally(&insert.into_query()).await? == 1 && try_to_take(db, job, run).await?)
}

async fn try_to_take(db: &Database, job: &Periodic, run: Uuid) -> Result<bool> {
    let now = db.now();
    let every = span(job.every);
    // A clock that was ahead for a while must not leave a job undone until then.
    let due = Condition::any().add(Column::DueAt.lte(now)).add(Column::DueAt.gt(now + every + span(LEASE)));
    let lost = Condition::any().add(Column::LeasedUntil.lte(now)).add(Column::LeasedUntil.gt(now + span(LEASE) * 2));
    let free = Condition::all().add(Column::LeasedUntil.is_null()).add(due);
    let update = Entity::update_many()
        .col_expr(Column::RunId, Expr::val(run))
        .col_expr(Column::LeasedUntil, Expr::val(now + span(LEASE)))
        .col_expr(Column::StartedAt, Expr::val(now))
        .filter(Column::Name.eq(job.name))
        .filter(Condition::any().add(free).add(lost));
    Ok(db.tally(&update.into_query()).await? == 1)
}

/// A sign of life; false when the run was taken for dead.
pub async fn renew(db: &Database, name: &str, run: Uuid) -> Result<bool> {
    let update =
        Entity::update_many().col_expr(Column::LeasedUntil, Expr::val(db.now() + span(LEASE))).filter(held(name, run));
    Ok(db.tally(&update.into_query()).await? == 1)
}

/// Gives a job back, to be done again after a while.
pub async fn give_back(db: &Database, name: &str, run: Uuid, next: Duration, succeeded: bool) -> Result<()> {
    let now = db.now();
    let mut update = Entity::update_many()
        .col_expr(Column::RunId, Expr::val(None::<Uuid>))
        .col_expr(Column::LeasedUntil, Expr::val(None::<DateTime<Utc>>))
        .col_expr(Column::DueAt, Expr::val(now + span(next)))
        .filter(held(name, run));
    if succeeded {
        update = update.col_expr(Column::SucceededAt, Expr::val(now));
    }
    db.tally(&update.into_query()).await?;
    Ok(())
}

fn held(name: &str, run: Uuid) -> Condition {
    Condition::all().add(Column::Name.eq(name)).add(Column::RunId.eq(run))
}

fn span(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::days(366))
}
