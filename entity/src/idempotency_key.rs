//! What a command with an idempotency key answered the first time.

use crate::StaffId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    /// The mutation, a space and the key that the person gave for it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Blind index over the command's name and its input, which may hold personal data.
    pub payload_index: String,
    /// The command's output as JSON; written before the transaction commits.
    pub output: Json,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
