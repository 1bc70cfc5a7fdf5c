//! A command is one use case that writes. There is one way to run it, and a narrower one for what is not a use case of
//! anybody: the upkeep of the audit trail itself.

use super::{AuditRecord, Database, IdempotencyKey, Tx, idempotency};
use crate::platform::access::Actor;
use crate::platform::error::{Failure, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::{Duration, Instant};

/// One use case that writes: what it is asked (its fields) and how it is done.
pub trait Command: Send + Sync {
    /// What the caller needs to find the result; kept when the command has an idempotency key.
    type Output: Serialize + DeserializeOwned + Send;

    /// Whether people who only read, and programs, may run it.
    const DOOR: Door = Door::Work;

    /// Set by commands that money or a decision depends on: sent again, they answer as they did the first time.
    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        None
    }

    /// Loads what is in scope, asks the policy, writes. Runs again from the start when the database asks for it.
    fn execute(&self, tx: &Tx) -> impl Future<Output = Result<Done<Self::Output>>> + Send;
}

/// What a command is to those who only read, whose permissions are all for reading, and to service accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Closed to both, whatever the schema, their role or their scopes say: who decides and signs is a person.
    Work,
    /// Work that a program may do as well: it decides and signs nothing. Closed to who only reads.
    Service,
    /// A reading on record, or a refusal: it writes rows of a register, or what the reading found, and its audit event; nothing
    /// else.
    Reading,
    /// One's own session, password or notifications. A program has none of these.
    Own,
}

impl Door {
    fn is_closed_to(self, actor: &Actor) -> bool {
        match self {
            Self::Work => actor.only_reads() || actor.is_service(),
            Self::Service => actor.only_reads(),
            Self::Reading => false,
            Self::Own => actor.is_service(),
        }
    }
}

/// Work on the audit trail itself. It leaves no event, or there would be no end of them: only the audit room has such work.
pub trait Upkeep: Send + Sync {
    type Output: Send;

    /// Runs again from the start when the database asks for it.
    fn execute(&self, tx: &Tx) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// The end of a use case: its result and what the audit trail keeps of it.
pub struct Done<T> {
    pub output: T,
    pub record: AuditRecord,
}

const ATTEMPTS: u32 = 8;

pub(super) async fn run<C: Command>(db: &Database, actor: &Actor, command: &C) -> Result<C::Output> {
    if C::DOOR.is_closed_to(actor) {
        let message = if actor.is_service() { "Programs do not do this." } else { "Who only reads does not write." };
        return Err(Failure::Forbidden(message));
    }
    until_settled(db, || attempt_once(db, actor, command)).await
}

pub(super) async fn upkeep<U: Upkeep>(db: &Database, actor: &Actor, work: &U) -> Result<U::Output> {
    until_settled(db, || attempt_upkeep(db, actor, work)).await
}

async fn until_settled<T, F: Future<Output = Result<T>>>(db: &Database, attempt_once: impl Fn() -> F) -> Result<T> {
    let began = Instant::now();
    let mut attempt = 1;
    loop {
        match attempt_once().await {
            Err(failure) if failure.is_transient() && attempt < ATTEMPTS && began.elapsed() < db.patience => {
                tracing::debug!(attempt, "a transaction is tried again");
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            other => return other,
        }
    }
}

/// 2, 4, 8 … ms, give or take half, so that those who collided do not meet again.
fn pause(attempt: u32) -> Duration {
    let mut random = [0];
    let spread = if aws_lc_rs::rand::fill(&mut random).is_ok() { u64::from(random[0]) } else { 128 };
    Duration::from_micros((1_000_u64 << attempt) * (128 + spread) / 256)
}

async fn attempt_once<C: Command>(db: &Database, actor: &Actor, command: &C) -> Result<C::Output> {
    let key = command.idempotency().transpose()?;
    let tx = db.begin(actor).await?;
    if let Some(key) = &key {
        match idempotency::claim(&tx, key).await {
            Ok(None) => {}
            Ok(Some(first_answer)) => {
                tx.roll_back().await;
                return Ok(serde_json::from_value(first_answer)?);
            }
            Err(failure) => {
                tx.roll_back().await;
                return Err(failure);
            }
        }
    }
    match finish(&tx, key.as_ref(), command).await {
        Ok(done) => {
            tx.commit(done.record).await?;
            db.commits.tell();
            Ok(done.output)
        }
        Err(failure) => {
            tx.roll_back().await;
            Err(failure)
        }
    }
}

async fn attempt_upkeep<U: Upkeep>(db: &Database, actor: &Actor, work: &U) -> Result<U::Output> {
    let tx = db.begin(actor).await?;
    match Box::pin(work.execute(&tx)).await {
        Ok(output) => {
            tx.commit_upkeep().await?;
            Ok(output)
        }
        Err(failure) => {
            tx.roll_back().await;
            Err(failure)
        }
    }
}

async fn finish<C: Command>(tx: &Tx, key: Option<&IdempotencyKey>, command: &C) -> Result<Done<C::Output>, Failure> {
    let done = Box::pin(command.execute(tx)).await?;
    if let Some(key) = key {
        idempotency::remember(tx, key, serde_json::to_value(&done.output)?).await?;
    }
    Ok(done)
}
