//! `/graphql/ws`: `graphql-transport-ws`, in a loop of our own.

use super::connections::{FULL, Leaving, Place, Presence};
use super::graphql::{Asking, Decision, Engine, Worker, bearer, decide, refusal, token_of};
use super::live::{self, Answer, Gone, within};
use super::origin::{is_welcome, origin};
use super::protocol::{Close, PROTOCOL, Said, acknowledged, answer, complete, pong};
use super::request::{Parameters, Sent, request_id};
use super::respond::{MediaType, refuse, refuse_error};
use crate::platform::access::Actor;
use crate::platform::error::{ErrorCode, Failure, unplaced};
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, rt, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError, Session};
use async_graphql::Response;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval_at, timeout};
use tracing::Instrument;

pub async fn open<E: Engine>(
    worker: web::Data<Worker<E>>,
    http: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    if !is_welcome(&http, &worker.origins) {
        let message = "Pages of this origin may not connect: it is not among server.cors_origins.";
        return Ok(refuse(StatusCode::FORBIDDEN, MediaType::Json, ErrorCode::Forbidden, message));
    }
    let Some(place) = worker.connections.enter() else { return Ok(refuse_error(unplaced(FULL))) };
    let (response, session, messages) = actix_ws::handle_with_protocols(&http, payload, &[PROTOCOL])?;
    let speaks_it = response.headers().contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    let largest = worker.limits.body;
    let messages = messages.max_frame_size(largest).aggregate_continuations().max_continuation_size(largest);
    let socket = Socket { worker, http, session, operations: Rc::default(), gone: Rc::default(), _place: place };
    rt::spawn(socket.serve(messages, speaks_it).in_current_span());
    Ok(response)
}

struct Socket<E> {
    worker: web::Data<Worker<E>>,
    http: HttpRequest,
    session: Session,
    operations: Rc<RefCell<HashMap<String, JoinHandle<()>>>>,
    /// Told when something could not be sent: the reader is too slow, or not there.
    gone: Rc<Notify>,
    _place: Place,
}

/// Why a conversation is over.
enum End {
    /// We say so, and why.
    Close(Close),
    /// There is nobody to say it to.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

/// A closing handshake is not waited for longer.
const CLOSING: Duration = Duration::from_secs(1);

impl<E: Engine> Socket<E> {
    async fn serve(mut self, mut messages: AggregatedMessageStream, speaks_it: bool) {
        let end = if speaks_it { self.converse(&mut messages).await } else { Close::SubprotocolUnknown.into() };
        for (_, operation) in self.operations.borrow_mut().drain() {
            operation.abort();
        }
        let End::Close(close) = end else { return };
        tracing::debug!(?close, "a socket is closed");
        if timeout(CLOSING, self.session.close(Some(close.into()))).await.is_ok() {
            // The other side says that it has heard; what else it sends is not for us.
            let _ = timeout(CLOSING, async { while let Some(Ok(_)) = messages.recv().await {} }).await;
        }
    }

    /// Lets the client in, and talks until one side ends it.
    async fn converse(&mut self, messages: &mut AggregatedMessageStream) -> End {
        let presence = match self.initialised(messages).await {
            Ok(presence) => presence,
            Err(end) => return end,
        };
        let gone = Rc::clone(&self.gone);
        tokio::select! {
            // Also while something waits to be sent: who takes nothing stays no longer than others.
            leaving = presence.left() => goodbye(leaving).into(),
            () = gone.notified() => End::Gone,
            end = self.talk(messages, &presence.actor) => end,
        }
    }

    async fn talk(&mut self, messages: &mut AggregatedMessageStream, actor: &Actor) -> End {
        let ping = self.worker.live.ping;
        let mut pings = interval_at(Instant::now() + ping, ping);
        let mut heard = true;
        loop {
            let done = tokio::select! {
                _ = pings.tick() => {
                    if !std::mem::take(&mut heard) {
                        return End::Gone;
                    }
                    within(self.worker.live.patience, self.session.ping(b"")).await.map_err(End::from)
                }
                message = messages.recv() => {
                    heard = true;
                    self.hear(message, actor).await
                }
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// Lets the client in that says who it is.
    async fn initialised(&mut self, messages: &mut AggregatedMessageStream) -> Result<Presence<E>, End> {
        let introduced = timeout(self.worker.live.init, self.introduced(messages)).await;
        let payload = introduced.map_err(|_| Close::InitTimeout)??;
        let presence = self.enter(payload.as_ref()).await?;
        self.send(acknowledged()).await?;
        Ok(presence)
    }

    /// What the client says of itself.
    async fn introduced(&mut self, messages: &mut AggregatedMessageStream) -> Result<Option<Map<String, Value>>, End> {
        loop {
            let message = messages.recv().await;
            let Some(said) = self.read(message).await? else { continue };
            match said {
                Said::ConnectionInit { payload } => return Ok(payload),
                Said::Ping { payload } => self.send(pong(payload.as_ref())).await?,
                Said::Pong { .. } | Said::Complete { .. } => {}
                Said::Subscribe { .. } => return Err(Close::NotAcknowledged.into()),
            }
        }
    }

    async fn enter(&self, payload: Option<&Map<String, Value>>) -> Result<Presence<E>, Close> {
        let address = origin(&self.http, &self.worker.proxies).address;
        let entered = async {
            let token = match said_to_be(payload) {
                Some(authorization) => Some(bearer(authorization)?),
                None => token_of(&self.http)?,
            };
            Presence::enter(self.worker.clone(), token, request_id(&self.http), address).await
        };
        entered.await.map_err(|failure| match failure {
            Failure::Unauthenticated(message) => Close::Forbidden(message),
            Failure::TryAgain { .. } | Failure::TooMuch { .. } => Close::TryAgain,
            failure => {
                tracing::error!(error = failure.summary(), "a socket cannot be let in");
                Close::TryAgain
            }
        })
    }

    /// A message of the protocol; none for a frame that is no message.
    async fn read(&mut self, message: Option<Result<AggregatedMessage, ProtocolError>>) -> Result<Option<Said>, End> {
        match message {
            Some(Ok(AggregatedMessage::Text(text))) => match Said::read(&text) {
                Some(said) => Ok(Some(said)),
                None => Err(Close::BadMessage("Invalid message received").into()),
            },
            Some(Ok(AggregatedMessage::Binary(_))) => Err(Close::BadMessage("Messages are text").into()),
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                within(self.worker.live.patience, self.session.pong(&bytes)).await?;
                Ok(None)
            }
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(None),
            // The same word for the other side, and we are done.
            Some(Ok(AggregatedMessage::Close(reason))) => {
                let _ = within(CLOSING, self.session.clone().close(reason)).await;
                Err(End::Gone)
            }
            // The whole of a message in fragments may be as large as a frame.
            Some(Err(ProtocolError::Overflow | ProtocolError::Io(_))) => Err(Close::TooLarge.into()),
            Some(Err(_)) => Err(Close::Protocol.into()),
            None => Err(End::Gone),
        }
    }

    async fn hear(
        &mut self,
        message: Option<Result<AggregatedMessage, ProtocolError>>,
        actor: &Actor,
    ) -> Result<(), End> {
        let Some(said) = self.read(message).await? else { return Ok(()) };
        match said {
            Said::ConnectionInit { .. } => Err(Close::InitTwice.into()),
            Said::Ping { payload } => self.send(pong(payload.as_ref())).await,
            Said::Pong { .. } => Ok(()),
            Said::Complete { id } => {
                if let Some(operation) = self.operations.borrow_mut().remove(&id) {
                    operation.abort();
                }
                Ok(())
            }
            Said::Subscribe { id, payload } => self.subscribe(id, payload, actor).await,
        }
    }

    async fn subscribe(&mut self, id: String, sent: Sent, actor: &Actor) -> Result<(), End> {
        if self.operations.borrow().contains_key(&id) {
            return Err(Close::Exists(id).into());
        }
        let parameters = Parameters::of(sent).ok_or(Close::BadMessage("A payload has query or documentId"))?;
        if self.operations.borrow().len() >= self.worker.live.operations {
            let full = Failure::TryAgain { after_seconds: 1, message: "Too many operations are under way here." };
            return self.send(answer(&id, &refusal(full).into())).await;
        }
        let operation = Operation {
            id: id.clone(),
            worker: self.worker.clone(),
            session: self.session.clone(),
            operations: Rc::clone(&self.operations),
            gone: Rc::clone(&self.gone),
        };
        let asking = Asking { only_queries: false, ..Asking::by(&self.worker, &self.http, Ok(actor.clone())) };
        let task = rt::spawn(operation.run(asking, parameters).in_current_span());
        self.operations.borrow_mut().insert(id, task);
        Ok(())
    }

    async fn send(&mut self, text: String) -> Result<(), End> {
        Ok(within(self.worker.live.patience, self.session.text(text)).await?)
    }
}

/// One operation of a socket.
struct Operation<E> {
    id: String,
    worker: web::Data<Worker<E>>,
    session: Session,
    operations: Rc<RefCell<HashMap<String, JoinHandle<()>>>>,
    gone: Rc<Notify>,
}

impl<E: Engine> Operation<E> {
    async fn run(mut self, asking: Asking, parameters: Parameters) {
        let outcome = match decide(&self.worker, asking, parameters).await {
            Ok(allowed) => {
                let worker = self.worker.clone();
                let mut refused = false;
                let outcome = live::run(&worker, &allowed, async |one: Answer| {
                    refused = one.refused;
                    if refused {
                        self.forget();
                    }
                    self.send(answer(&self.id, &one)).await
                });
                match outcome.await {
                    Ok(()) if refused => Ok(()),
                    Ok(()) => {
                        // Before it is said, so that the id may be used again by who hears it.
                        self.forget();
                        self.send(complete(&self.id)).await
                    }
                    Err(gone) => Err(gone),
                }
            }
            Err(decision) => {
                self.forget();
                let response = match decision {
                    Decision::Refused(response) => *response,
                    // Only of a GET, which this is none.
                    Decision::MethodNotAllowed => Response::default(),
                };
                self.send(answer(&self.id, &response.into())).await
            }
        };
        if outcome.is_err() {
            self.gone.notify_one();
        }
    }

    fn forget(&self) {
        self.operations.borrow_mut().remove(&self.id);
    }

    async fn send(&mut self, text: String) -> Result<(), Gone> {
        within(self.worker.live.patience, self.session.text(text)).await
    }
}

/// The entry `authorization` of what a client says at the beginning, whatever its case.
fn said_to_be(payload: Option<&Map<String, Value>>) -> Option<&str> {
    let entry = payload?.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    Some(entry.1.as_str().unwrap_or_default())
}

fn goodbye(leaving: Leaving) -> Close {
    match leaving {
        Leaving::Expired => Close::Forbidden("The access token has ended"),
        Leaving::SignedOut => Close::Forbidden("The session has ended"),
        Leaving::RolesChanged => Close::Forbidden("What you may do has changed; connect again"),
        Leaving::Closing => Close::GoingAway,
    }
}
