//! Serial numbers without gaps: the row of a series is locked from taking a number until the transaction ends, so a
//! number that is not committed is given to the next who asks. Take it as late as the work allows: others wait.

use super::Tx;
use crate::platform::error::{Failure, Result};
use entity::number_series as series;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};

/// The next number of a series; the first is 1.
pub async fn next(tx: &Tx, name: String) -> Result<i64> {
    let advance = OnConflict::column(series::Column::Name)
        .value(series::Column::LastValue, Expr::col((series::Entity, series::Column::LastValue)).add(1))
        .to_owned();
    let row = series::Entity::insert(series::ActiveModel { name: Set(name), last_value: Set(1) })
        .on_conflict(advance)
        .exec_with_returning(tx.db())
        .await?;
    u64::try_from(row.last_value).map_err(|_| Failure::internal("a number series is negative"))?;
    Ok(row.last_value)
}
