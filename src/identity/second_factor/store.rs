//! The only file that queries second factors and recovery codes.

use crate::platform::db::{Tx, any_of};
use crate::platform::error::Result;
use crate::platform::page;
use chrono::{DateTime, Utc};
use entity::{StaffId, recovery_code, second_factor};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use second_factor::Column;
use std::collections::HashMap;

/// The sealed secret of a second factor in force.
pub async fn secret_in_force<C: ConnectionTrait>(db: &C, person: StaffId) -> Result<Option<String>> {
    let found = second_factor::Entity::find_by_id(person).one(db).await?;
    Ok(found.and_then(|factor| factor.secret_sealed))
}

/// The sealed secret that waits for its first code, if it was made after an instant.
pub async fn pending_secret<C: ConnectionTrait>(
    db: &C,
    person: StaffId,
    after: DateTime<Utc>,
) -> Result<Option<String>> {
    let found = second_factor::Entity::find_by_id(person).filter(Column::PendingSince.gt(after)).one(db).await?;
    Ok(found.and_then(|factor| factor.pending_sealed))
}

/// Since when people have a second factor in force: those who have one.
pub async fn since<C: ConnectionTrait>(db: &C, people: &[StaffId]) -> Result<HashMap<StaffId, DateTime<Utc>>> {
    let found = second_factor::Entity::find()
        .filter(any_of(db.get_database_backend(), Column::StaffId, people))
        .all(db)
        .await?;
    Ok(found.into_iter().filter_map(|factor| Some((factor.staff_id, factor.confirmed_at?))).collect())
}

/// How many recovery codes of a person were not used yet.
pub async fn recovery_codes_left<C: ConnectionTrait>(db: &C, person: StaffId) -> Result<i64> {
    page::count(db, recovery_code::Entity::find().filter(recovery_code::Column::StaffId.eq(person))).await
}

/// Keeps a secret that waits for its first code, in the place of another that does.
pub async fn put_pending(tx: &Tx, person: StaffId, sealed: String) -> Result<()> {
    let row = second_factor::ActiveModel {
        staff_id: Set(person),
        secret_sealed: Set(None),
        confirmed_at: Set(None),
        last_step: Set(None),
        pending_sealed: Set(Some(sealed)),
        pending_since: Set(Some(tx.now())),
    };
    second_factor::Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::StaffId)
                .update_columns([Column::PendingSealed, Column::PendingSince])
                .to_owned(),
        )
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
}

/// Puts the secret that waits for its first code into force; the code was that of this step.
pub async fn confirm(tx: &Tx, person: StaffId, step: i64) -> Result<()> {
    second_factor::Entity::update_many()
        .col_expr(Column::SecretSealed, Expr::col(Column::PendingSealed))
        .col_expr(Column::ConfirmedAt, Expr::val(tx.now()))
        .col_expr(Column::LastStep, Expr::val(step))
        .col_expr(Column::PendingSealed, Expr::val(None::<String>))
        .col_expr(Column::PendingSince, Expr::val(None::<DateTime<Utc>>))
        .filter(Column::StaffId.eq(person))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Takes a step, unless it or a later one was taken before: of many at once, one takes it (RFC 6238, 5.2).
pub async fn take_step(tx: &Tx, person: StaffId, step: i64) -> Result<bool> {
    let taken = second_factor::Entity::update_many()
        .col_expr(Column::LastStep, Expr::val(step))
        .filter(Column::StaffId.eq(person))
        .filter(Column::LastStep.lt(step))
        .exec(tx.db())
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Takes a recovery code, unless it was taken before: of many at once, one takes it.
pub async fn take_recovery_code(tx: &Tx, person: StaffId, index: &str) -> Result<bool> {
    let taken = recovery_code::Entity::delete_by_id((person, index.to_owned())).exec(tx.db()).await?;
    Ok(taken.rows_affected == 1)
}

/// Keeps new recovery codes in the place of those that are left.
pub async fn replace_recovery_codes(tx: &Tx, person: StaffId, indexes: impl Iterator<Item = String>) -> Result<()> {
    forget_recovery_codes(tx, person).await?;
    let rows =
        indexes.map(|code_index| recovery_code::ActiveModel { staff_id: Set(person), code_index: Set(code_index) });
    recovery_code::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Removes a second factor, in force or not, and its recovery codes; gives whether there was one.
pub async fn remove(tx: &Tx, person: StaffId) -> Result<bool> {
    forget_recovery_codes(tx, person).await?;
    let removed = second_factor::Entity::delete_by_id(person).exec(tx.db()).await?;
    Ok(removed.rows_affected == 1)
}

async fn forget_recovery_codes(tx: &Tx, person: StaffId) -> Result<()> {
    recovery_code::Entity::delete_many().filter(recovery_code::Column::StaffId.eq(person)).exec(tx.db()).await?;
    Ok(())
}
