//! A sign-in of one person on one device; the `sid` of an access token of ours names it.

use crate::{StaffId, StaffSessionId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffSessionId,
    pub staff_id: StaffId,
    /// What the browser or program called itself.
    pub device: Option<String>,
    /// The configured name of the issuer where the person signed in; none with a password.
    pub issuer: Option<String>,
    /// What tells the sign-in from others at the issuers, hashed.
    #[sea_orm(unique)]
    pub issuer_session: Option<String>,
    /// True until the person has chosen another password; nothing else may be done then.
    pub must_change_password: bool,
    pub created_at: DateTimeUtc,
    /// When it last got an access token.
    pub last_used_at: DateTimeUtc,
    /// When it ends unless it is refreshed.
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
