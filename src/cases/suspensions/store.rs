//! The only file that queries suspensions.

use super::policy;
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, SubsecRound, Utc};
use entity::case::{self, CaseState};
use entity::case_suspension::{self, Column, ReopeningGround};
use entity::{CaseId, CaseSuspensionId};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

/// Suspensions by case, the first one first.
pub async fn of_cases<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<case_suspension::Model>> {
    let query = case_suspension::Entity::find().filter(any_of(db.get_database_backend(), Column::CaseId, cases));
    Ok(query.order_by_asc(Column::SuspendedAt).order_by_asc(Column::Id).all(db).await?)
}

fn running() -> Select<case_suspension::Entity> {
    case_suspension::Entity::find().filter(Column::ReopenedAt.is_null()).filter(Column::ExpiredAt.is_null())
}

/// The suspension that runs on a case; none when the case is not suspended.
pub async fn running_on<C: ConnectionTrait>(db: &C, case: &case::Model) -> Result<Option<case_suspension::Model>> {
    if case.state != CaseState::Suspended {
        return Ok(None);
    }
    let found = running().filter(Column::CaseId.eq(case.id)).one(db).await?;
    found.map(Some).ok_or_else(|| Failure::internal("a suspended case has no suspension"))
}

/// The suspension that runs on a case; refused when its period is over.
pub async fn going_on(tx: &Tx, case: &case::Model) -> Result<Option<case_suspension::Model>> {
    let suspension = running_on(tx.db(), case).await?;
    if let Some(suspension) = &suspension {
        policy::may_go_on(suspension, tx.now())?;
    }
    Ok(suspension)
}

/// Where a page of suspensions begins: after this end and key.
pub type Position = (DateTime<Utc>, CaseSuspensionId);

/// Suspensions whose period is over and that are not closed yet, the earliest end first.
pub async fn over<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    after: Option<Position>,
    most: u64,
) -> Result<Vec<case_suspension::Model>> {
    let query = running().filter(Column::EndsAt.lt(now.trunc_subsecs(0))).apply_if(after, |query, (end, id)| {
        let same_end = Condition::all().add(Column::EndsAt.eq(end)).add(Column::Id.gt(id));
        query.filter(Condition::any().add(Column::EndsAt.gt(end)).add(same_end))
    });
    Ok(query.order_by_asc(Column::EndsAt).order_by_asc(Column::Id).limit(most).all(db).await?)
}

/// A suspended case whose period is over, locked until the transaction ends; none when somebody else was faster. For the
/// system, which has no scope.
pub async fn lock_over(tx: &Tx, case: CaseId) -> Result<Option<(case::Model, case_suspension::Model)>> {
    let suspended = case::Entity::find_by_id(case).filter(case::Column::State.eq(CaseState::Suspended));
    let Some(case) = suspended.lock_exclusive().one(tx.db()).await? else { return Ok(None) };
    let suspension = running_on(tx.db(), &case).await?;
    Ok(suspension.filter(|suspension| policy::is_over(suspension, tx.now())).map(|suspension| (case, suspension)))
}

pub async fn insert(tx: &Tx, suspension: case_suspension::ActiveModel) -> Result<()> {
    case_suspension::Entity::insert(suspension).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Ends a suspension because the case goes on.
pub async fn reopen(tx: &Tx, id: CaseSuspensionId, ground: ReopeningGround) -> Result<()> {
    let ended = case_suspension::ActiveModel {
        id: Set(id),
        reopened_at: Set(Some(tx.now())),
        reopening_ground: Set(Some(ground)),
        ..Default::default()
    };
    case_suspension::Entity::update(ended).exec(tx.db()).await?;
    Ok(())
}

/// Ends a suspension because its period is over.
pub async fn expire(tx: &Tx, id: CaseSuspensionId) -> Result<()> {
    let ended = case_suspension::ActiveModel { id: Set(id), expired_at: Set(Some(tx.now())), ..Default::default() };
    case_suspension::Entity::update(ended).exec(tx.db()).await?;
    Ok(())
}
