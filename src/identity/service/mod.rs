//! What is done with people and their sessions, one use case per file.

pub mod add_department;
pub mod add_staff;
pub mod change_password;
pub mod change_staff_roles;
pub mod confirm_identity;
pub mod disable_staff;
pub mod enable_staff;
pub mod end_sessions;
pub mod refresh_session;
pub mod rename_department;
pub mod reset_password;
pub mod sign_in;
pub mod sign_in_at_issuer;
pub mod sign_pledge;
pub mod unlink_identities;
pub mod update_staff;

use super::{error, store};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use entity::StaffId;

/// Refuses when nobody else could manage people any more.
async fn another_administrator_stays(tx: &Tx, leaving: StaffId) -> Result<()> {
    let administrators = store::lock_administrators(tx).await?;
    if administrators.contains(&leaving) && administrators.len() == 1 {
        return Err(error::last_administrator().into());
    }
    Ok(())
}
