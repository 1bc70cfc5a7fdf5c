//! What nobody attached is removed, contents and row: for a job that runs now and then.

use super::service::forget_file::ForgetFile;
use super::{KEPT_FOR, store};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::platform::files::Files;
use chrono::TimeDelta;

/// Uploads that one run removes; the next run goes on.
const MOST: u64 = 200;
/// Nothing that is just being attached is removed: an upload can be attached until a day has passed, and transactions are short.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// Removes uploads that nobody attached for a day, at most some of them; says how many. Several servers may do so at once, and
/// after a crash it goes on where it stood: the contents go first, so that a row never goes without them.
pub async fn forget_uploads(db: &Database, files: &Files) -> Result<u64> {
    let system = Actor::system("uploads that nobody attached");
    let before = db.now() - KEPT_FOR - GRACE;
    let mut forgotten = 0;
    for id in store::forgotten(db.read(&system), before, MOST).await? {
        files.remove(id.into()).await?;
        match db.run(&system, &ForgetFile { id }).await {
            Ok(()) => forgotten += 1,
            Err(Failure::NotFound) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(forgotten)
}
