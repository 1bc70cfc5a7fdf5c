//! What is done about disposals, one use case per file.

pub mod approve_disposal;
pub mod complete_disposal;
pub mod dispose_file;
pub mod forget_contents;
pub mod propose_disposal;
pub mod reject_disposal;

use super::{error, store};
use crate::archive::retention::store::Keeping;
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::profiles;
use entity::disposal::{self, DisposalState};
use entity::staff_role::Role;
use entity::{DisposalId, StaffId};

/// The disposal, waiting for the decision of this person, who is not the one who proposed it and holds the role that decides.
async fn to_decide(tx: &Tx, id: DisposalId, expected: i32) -> Result<(disposal::Model, StaffId)> {
    let by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people decide on disposals"))?;
    let found = store::lock(tx, id, expected).await?;
    if found.state != DisposalState::Proposed {
        return Err(error::not_waiting(found.state).into());
    }
    if found.proposed_by == by {
        return Err(error::own_proposal().into());
    }
    Ok((found, by))
}

/// Whether the person holds the role that the profile of a case names.
async fn holds(tx: &Tx, keeping: &Keeping, named: fn(&profiles::Retention) -> Role) -> Result<()> {
    let profile = profiles::store::profile(tx.db(), keeping.profile_version).await?;
    match profile.retention.as_ref().map(named) {
        Some(role) if !tx.actor().has_role(role) => Err(error::not_the_role(role).into()),
        // Without rules nothing is disposed of: the retention policy says so.
        _ => Ok(()),
    }
}
