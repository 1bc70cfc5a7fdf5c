//! The same key and payload: the first answer again. The same key and another payload: an error.

use super::{Database, Tx};
use crate::platform::digest::canonical_json;
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, Utc};
use entity::idempotency_key as keys;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde::Serialize;
use serde_json::Value;

/// What identifies a command that may be sent twice: the key that a person gave for this command.
pub struct IdempotencyKey {
    key: String,
    payload: String,
}

impl IdempotencyKey {
    /// A key for this command with this input.
    pub fn new<I: Serialize>(key: &str, command: &'static str, input: &I) -> Result<Self> {
        if key.is_empty() || key.len() > 200 || key.chars().any(char::is_control) {
            return Err(Failure::bad_input("idempotencyKey", "An idempotency key has 1 to 200 characters."));
        }
        Ok(Self { key: format!("{command} {key}"), payload: canonical_json(&(command, input))? })
    }
}

/// Claims the key in this transaction; a twin that is under way is waited for. Gives the first answer if there is one.
pub async fn claim(tx: &Tx, key: &IdempotencyKey) -> Result<Option<Value>> {
    let Some(staff_id) = tx.actor().staff_id() else { return Ok(None) };
    let payload = tx.vault().index("idempotency_keys.payload", &key.payload);
    let claimed = keys::Entity::insert(keys::ActiveModel {
        staff_id: Set(staff_id),
        key: Set(key.key.clone()),
        payload_index: Set(payload.clone()),
        output: Set(Value::Null),
        created_at: Set(tx.now()),
    })
    .on_conflict(OnConflict::columns([keys::Column::StaffId, keys::Column::Key]).do_nothing().to_owned())
    .exec_without_returning(tx.db())
    .await?;
    if claimed == 1 {
        return Ok(None);
    }
    let first = keys::Entity::find()
        .filter(keys::Column::StaffId.eq(staff_id))
        .filter(keys::Column::Key.eq(key.key.as_str()))
        .one(tx.db())
        .await?
        .ok_or_else(|| Failure::internal("an idempotency key vanished"))?;
    if first.payload_index != payload {
        return Err(Failure::bad_input("idempotencyKey", "This key was used before with another input."));
    }
    Ok(Some(first.output))
}

/// Keeps the answer, to be given again.
pub async fn remember(tx: &Tx, key: &IdempotencyKey, output: Value) -> Result<()> {
    let Some(staff_id) = tx.actor().staff_id() else { return Ok(()) };
    keys::ActiveModel { staff_id: Set(staff_id), key: Set(key.key.clone()), output: Set(output), ..Default::default() }
        .update_without_returning(tx.db())
        .await?;
    Ok(())
}

/// How many keys are forgotten with one statement.
const AT_ONCE: u64 = 1_000;

/// Forgets keys that were used before an instant: a command that is sent again after that is carried out again. Gives how
/// many there were.
pub async fn forget(db: &Database, before: DateTime<Utc>) -> Result<u64> {
    let mut forgotten = 0;
    loop {
        let old = keys::Entity::find()
            .select_only()
            .column(keys::Column::StaffId)
            .column(keys::Column::Key)
            .filter(keys::Column::CreatedAt.lt(before))
            .order_by_asc(keys::Column::CreatedAt)
            .limit(AT_ONCE)
            .into_query();
        let position = Expr::tuple([Expr::col(keys::Column::StaffId), Expr::col(keys::Column::Key)]);
        let gone = db.tally(&keys::Entity::delete_many().filter(position.in_subquery(old)).into_query()).await?;
        forgotten += gone;
        if gone < AT_ONCE {
            return Ok(forgotten);
        }
    }
}
