//! The only file that queries suspensions.

use super::{Suspension, policy};
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use entity::case::{self, CaseState};
use entity::case_suspension::{self, Column, ReopeningGround};
use entity::{CaseId, CaseSuspensionId, case_deadline};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, Select};

/// Suspensions with their ends, which the deadlines of the same matter say.
fn suspensions() -> Select<case_suspension::Entity> {
    let deadline = case_suspension::Entity::belongs_to(case_deadline::Entity)
        .from((Column::CaseId, Column::Id))
        .to((case_deadline::Column::CaseId, case_deadline::Column::AboutId));
    case_suspension::Entity::find()
        .join(JoinType::InnerJoin, deadline.into())
        .column_as(case_deadline::Column::DueAt, "ends_at")
}

/// Suspensions by case, the first one first.
pub async fn of_cases<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<Suspension>> {
    let query = suspensions().filter(any_of(db.get_database_backend(), Column::CaseId, cases));
    Ok(query.order_by_asc(Column::SuspendedAt).order_by_asc(Column::Id).into_model().all(db).await?)
}

/// The suspension that runs on a case; none when the case is not suspended.
pub async fn running_on<C: ConnectionTrait>(db: &C, case: &case::Model) -> Result<Option<Suspension>> {
    if case.state != CaseState::Suspended {
        return Ok(None);
    }
    let running = suspensions().filter(Column::ReopenedAt.is_null()).filter(Column::ExpiredAt.is_null());
    let found = running.filter(Column::CaseId.eq(case.id)).into_model().one(db).await?;
    found.map(Some).ok_or_else(|| Failure::internal("a suspended case has no suspension"))
}

/// The suspension that runs on a case; refused when its period is over.
pub async fn going_on(tx: &Tx, case: &case::Model) -> Result<Option<Suspension>> {
    let suspension = running_on(tx.db(), case).await?;
    if let Some(suspension) = &suspension {
        policy::may_go_on(suspension, tx.now())?;
    }
    Ok(suspension)
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
