//! Going through the deadlines that a job looks for. It may run on several servers at once and be cut off anywhere: each
//! deadline is one transaction that finds out again whether it is to be told of.

use super::store::{Sought, sought};
use crate::platform::access::Actor;
use crate::platform::db::{Command, Database};
use crate::platform::error::{Failure, Result};
use entity::CaseDeadlineId;

/// Runs a command for each, so many looked up at a time, and gives how many were done. One that fails does not keep the
/// others waiting; the first failure is given at the end, for the job to run again.
pub async fn each<C: Command<Output = ()>>(
    db: &Database,
    system: &Actor,
    what: Sought,
    batch: u64,
    command: impl Fn(CaseDeadlineId) -> C,
) -> Result<u64> {
    let (mut done, mut failed, mut after) = (0, None, None);
    loop {
        let found = sought(db.read(system), what, db.now(), after, batch).await?;
        let Some(last) = found.last() else { return failed.map_or(Ok(done), Err) };
        after = Some(*last);
        for (_, id) in found {
            match db.run(system, &command(id)).await {
                Ok(()) => done += 1,
                // Another server was faster, or it was met meanwhile.
                Err(Failure::NotFound) => {}
                Err(failure) => {
                    tracing::error!(error = failure.summary(), ?what, "a deadline could not be seen to");
                    failed.get_or_insert(failure);
                }
            }
        }
    }
}
