//! One operation of somebody who stays connected: a question has one answer, a subscription as many as there is to tell.

use super::graphql::{Allowed, BUSY, Engine, Worker, execute, refusal};
use super::respond::{code_of, tidied};
use crate::platform::error::{Failure, TryAgain};
use crate::platform::live::{Heard, News, Round};
use async_graphql::parser::types::OperationType;
use async_graphql::{Response, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::SemaphorePermit;
use tracing::Instrument;

/// The reader is there no more, or reads too slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// Sends something, unless the reader takes nothing for too long.
pub async fn within<E>(patience: Duration, sending: impl Future<Output = Result<(), E>>) -> Result<(), Gone> {
    match tokio::time::timeout(patience, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}

/// One answer.
pub struct Answer {
    pub response: Response,
    /// It says why nothing was executed, and nothing follows.
    pub refused: bool,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        let (response, refused) = tidied(response);
        Self { response, refused }
    }
}

/// Rounds of one subscription come no closer than this.
const REST: Duration = Duration::from_millis(50);
/// How long to wait when a round could not be run.
const AGAIN: Duration = Duration::from_secs(1);

/// Runs an operation to its end and gives each answer to the reader.
pub async fn run<E: Engine>(
    worker: &Worker<E>,
    allowed: &Allowed,
    mut tell: impl AsyncFnMut(Answer) -> Result<(), Gone>,
) -> Result<(), Gone> {
    if allowed.kind == OperationType::Subscription {
        let _counted = Counted::new(worker);
        return follow(worker, allowed, tell).await;
    }
    let Ok(permit) = Arc::clone(&worker.in_flight).try_acquire_owned() else {
        return tell(refusal(BUSY).into()).await;
    };
    let began = Instant::now();
    let response = execute(worker, allowed, permit).await;
    worker.metrics.answered(&allowed.label, code_of(&response.errors).unwrap_or("OK"), began.elapsed());
    tell(response.into()).await
}

async fn follow<E: Engine>(
    worker: &Worker<E>,
    allowed: &Allowed,
    mut tell: impl AsyncFnMut(Answer) -> Result<(), Gone>,
) -> Result<(), Gone> {
    let hub = worker.engine.hub();
    let listener = hub.listener();
    let (mut news, mut state) = (News::Opening, None);
    let (mut mark, mut told_up_to) = (hub.mark(), hub.mark());
    loop {
        let round = Arc::new(Round::new(news.clone(), mark, listener.clone(), state.clone()));
        match run_round(worker, allowed, Arc::clone(&round)).await {
            Some(responses) => {
                for response in responses {
                    let ends = ends(&response);
                    tell(response.into()).await?;
                    if ends {
                        return Ok(());
                    }
                }
                (told_up_to, state) = (mark, round.state());
                tokio::time::sleep(round.rest().max(REST)).await;
                (mark, news) = loop {
                    listener.woken().await;
                    // The mark first: what was announced up to it is heard.
                    let mark = hub.mark();
                    match listener.hear() {
                        // Heard before: it came between being woken and listening.
                        Heard::Changes(changes) if changes.is_empty() => {}
                        Heard::Changes(changes) => break (mark, News::Changes(changes)),
                        Heard::TooMuch => break (mark, News::Since(told_up_to)),
                    }
                };
            }
            None => {
                tokio::time::sleep(AGAIN).await;
                mark = hub.mark();
                if news != News::Opening {
                    news = News::Since(told_up_to);
                }
            }
        }
    }
}

/// The answers of one round; none when it could not be run now, which is no reason to end the subscription.
async fn run_round<E: Engine>(worker: &Worker<E>, allowed: &Allowed, round: Arc<Round>) -> Option<Vec<Response>> {
    let address = allowed.caller.origin.address;
    if round.news != News::Opening && worker.rates.pay(&allowed.caller.actor, address, allowed.units).is_err() {
        return None;
    }
    let _turn: SemaphorePermit<'_> = worker.turns.acquire().await.ok()?;
    let began = Instant::now();
    let execution =
        Arc::clone(&worker.engine).round(worker.db.clone(), allowed.caller.clone(), allowed.request(), round);
    // In a task of its own, as any execution: when the reader hangs up, it is not dropped half-way.
    let task = tokio::spawn(execution.in_current_span());
    let responses = match tokio::time::timeout(worker.limits.operation_time, task).await {
        Ok(Ok(responses)) => responses,
        Ok(Err(_)) => vec![refusal(Failure::internal("a round of a subscription panicked"))],
        Err(_) => return None,
    };
    worker.metrics.rounds.inc();
    for response in &responses {
        worker.metrics.answered(&allowed.label, code_of(&response.errors).unwrap_or("OK"), began.elapsed());
    }
    let unavailable = |response: &Response| response.errors.iter().any(|error| error.source::<TryAgain>().is_some());
    (!responses.iter().any(unavailable)).then_some(responses)
}

/// Whether the field of the subscription itself has failed: it has nothing to tell any more.
fn ends(response: &Response) -> bool {
    response.data == Value::Null && response.errors.iter().any(|error| error.path.len() <= 1)
}

/// Counts a subscription while it lives.
struct Counted<'a, E>(&'a Worker<E>);

impl<'a, E> Counted<'a, E> {
    fn new(worker: &'a Worker<E>) -> Self {
        worker.metrics.subscriptions.inc();
        Self(worker)
    }
}

impl<E> Drop for Counted<'_, E> {
    fn drop(&mut self) {
        self.0.metrics.subscriptions.dec();
    }
}
