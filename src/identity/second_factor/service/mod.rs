//! What is done with second factors, one use case per file.

pub mod confirm_second_factor;
pub mod enrol_second_factor;
pub mod remove_second_factor;
pub mod renew_recovery_codes;
pub mod reset_second_factor;

use crate::identity::store::{self, Sessions};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use entity::{StaffId, StaffSessionId, staff_session};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

/// After a second factor came or went: this session says so, and every other one of the person ends; gives those.
async fn leave_this_session_alone(
    tx: &Tx,
    person: StaffId,
    session: StaffSessionId,
    proved: bool,
) -> Result<Vec<StaffSessionId>> {
    let changes = staff_session::ActiveModel { id: Set(session), second_factor: Set(proved), ..Default::default() };
    changes.update_without_returning(tx.db()).await?;
    store::end_sessions(tx, person, Sessions::AllBut(session)).await
}
