//! The second factor of a person: the secret that an authenticator application shares with us (TOTP, RFC 6238).

use crate::StaffId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    /// The secret in force; none before the first code was given.
    pub secret_sealed: Option<String>,
    /// When the secret came into force.
    pub confirmed_at: Option<DateTimeUtc>,
    /// The last step whose code was accepted. No code of this step or an earlier one is accepted again.
    pub last_step: Option<i64>,
    /// A secret that waits for its first code.
    pub pending_sealed: Option<String>,
    pub pending_since: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
