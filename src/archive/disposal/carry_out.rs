//! What was agreed to is carried out: for a job that runs now and then.

use super::service::complete_disposal::CompleteDisposal;
use super::service::dispose_file::DisposeFile;
use super::service::forget_contents::ForgetContents;
use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::db::erasure::Erasure;
use crate::platform::error::{Failure, Result};
use crate::platform::files::Files;
use crate::platform::signing::ServerKeys;
use entity::DisposalId;
use entity::disposal_item::{self, DisposalOutcome};
use std::sync::Arc;

/// What disposing of files needs beyond the database.
#[derive(Clone)]
pub struct Disposing {
    pub files: Files,
    pub keys: Arc<ServerKeys>,
    pub erasures: &'static [&'static Erasure],
}

/// Disposals that one run takes up; the next run goes on.
const MOST: u64 = 10;

/// Carries out what was agreed to; says how many files were dealt with. Each file is a transaction of its own, so that after a
/// crash it goes on where it stood; several servers may do so at once.
pub async fn carry_out(db: &Database, with: &Disposing) -> Result<u64> {
    let system = Actor::system("a disposal was agreed to");
    let mut done = 0;
    for disposal in store::going_on(db.read(&system), MOST).await? {
        let mut failed = None;
        for item in store::unfinished(db.read(&system), disposal).await? {
            // One file that cannot be reached does not keep the others.
            match dispose_of(db, &system, with, item).await {
                Ok(()) => done += 1,
                Err(failure) => failed = Some(failure),
            }
        }
        match failed {
            Some(failure) => return Err(failure),
            None => complete(db, &system, with, disposal).await?,
        }
    }
    Ok(done)
}

async fn dispose_of(db: &Database, system: &Actor, with: &Disposing, item: disposal_item::Model) -> Result<()> {
    let (disposal, file) = (item.disposal_id, item.archive_file_id);
    if item.state == DisposalOutcome::Pending {
        let outcome = db.run(system, &DisposeFile { disposal, file, erasures: with.erasures }).await;
        match outcome {
            Ok(DisposalOutcome::Erased) => {}
            // Kept, or another server was faster.
            Ok(_) | Err(Failure::NotFound) => return Ok(()),
            Err(failure) => return Err(failure),
        }
    }
    // Their keys are gone already. The row says so only when they are.
    for content in store::contents(db.read(system), file).await? {
        with.files.remove(content).await?;
    }
    match db.run(system, &ForgetContents { disposal, file }).await {
        Ok(()) | Err(Failure::NotFound) => Ok(()),
        Err(failure) => Err(failure),
    }
}

async fn complete(db: &Database, system: &Actor, with: &Disposing, disposal: DisposalId) -> Result<()> {
    match db.run(system, &CompleteDisposal { disposal, keys: Arc::clone(&with.keys) }).await {
        Ok(()) | Err(Failure::NotFound) => Ok(()),
        Err(failure) => Err(failure),
    }
}
