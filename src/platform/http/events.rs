//! GraphQL over server-sent events, each operation on a connection of its own (the distinct connections mode of `graphql-sse`).

use super::connections::{FULL, Leaving, Presence};
use super::graphql::{Asking, Decision, Engine, Worker, decide, refusal, token_of};
use super::live::{self, Answer, Gone, within};
use super::origin::origin;
use super::request::{Parameters, request_id};
use super::respond::{Body, MediaType, refuse, refuse_error};
use crate::platform::error::{ErrorCode, Failure, unplaced};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentEncoding, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, rt, web};
use bytes::Bytes;
use futures_util::{Stream, stream};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;
use tracing::Instrument;

pub async fn answer<E: Engine>(
    worker: web::Data<Worker<E>>,
    http: &HttpRequest,
    parameters: Parameters,
) -> HttpResponse {
    let Some(place) = worker.connections.enter() else {
        return refuse_error(unplaced(FULL));
    };
    let (sender, receiver) = channel(8);
    let ping = worker.live.ping;
    let (presence, actor) = match enter(&worker, http).await {
        Ok(presence) => {
            let actor = presence.actor.clone();
            (Some(presence), Ok(actor))
        }
        Err(failure @ Failure::TryAgain { .. }) => return refuse_error(unplaced(failure)),
        Err(failure) => (None, Err(failure)),
    };
    let allowed = match decide(&worker, Asking::by(&worker, http, actor), parameters).await {
        Ok(allowed) => Ok(allowed),
        Err(Decision::Refused(response)) => Err(*response),
        Err(Decision::MethodNotAllowed) => {
            let message = "Mutations are sent with POST.";
            return refuse(StatusCode::METHOD_NOT_ALLOWED, MediaType::Json, ErrorCode::BadUserInput, message);
        }
    };
    let told = async move {
        let _place = place;
        let patience = worker.live.patience;
        let mut reader = Reader { sender, patience };
        let hung_up = reader.sender.clone();
        let ended = match allowed {
            Ok(allowed) => tokio::select! {
                ended = live::run(&worker, &allowed, async |one| reader.tell(&one).await) => ended,
                leaving = left(presence.as_ref()) => match why(leaving) {
                    Some(failure) => Reader { sender: hung_up.clone(), patience }.tell(&refusal(failure).into()).await,
                    None => return,
                },
                () = hung_up.closed() => return,
            },
            Err(response) => reader.tell(&response.into()).await,
        };
        if ended.is_ok() {
            // With an empty field: without one, a browser would not hear of it.
            let _ = reader.send("event: complete\ndata: \n\n".to_owned()).await;
        }
    };
    rt::spawn(told.in_current_span());
    let mut response = HttpResponse::Ok().streaming(events(receiver, ping));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // Compressed, an event would wait for the next one; so it would in a proxy that collects.
        (header::CONTENT_ENCODING, ContentEncoding::Identity.as_str()),
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Somebody with a token stays as long as it is good; somebody without one, or whose token is not good, is told one thing.
async fn enter<E: Engine>(worker: &web::Data<Worker<E>>, http: &HttpRequest) -> Result<Presence<E>, Failure> {
    let address = origin(http, &worker.proxies).address;
    Presence::enter(worker.clone(), token_of(http)?, request_id(http), address).await
}

async fn left<E: Engine>(presence: Option<&Presence<E>>) -> Leaving {
    match presence {
        Some(presence) => presence.left().await,
        None => std::future::pending().await,
    }
}

/// What is said for a goodbye. When the server stops nothing is: the client connects to another one.
fn why(leaving: Leaving) -> Option<Failure> {
    let message = match leaving {
        Leaving::Closing => return None,
        Leaving::Expired => "The access token has ended.",
        Leaving::SignedOut => "The session has ended.",
        Leaving::RolesChanged => "What you may do has changed; ask again.",
    };
    Some(Failure::Unauthenticated(message))
}

struct Reader {
    sender: Sender<String>,
    patience: Duration,
}

impl Reader {
    async fn tell(&mut self, answer: &Answer) -> Result<(), Gone> {
        let body = Body::of(&answer.response, answer.refused);
        match serde_json::to_string(&body) {
            Ok(json) => self.send(format!("event: next\ndata: {json}\n\n")).await,
            Err(error) => {
                tracing::error!(%error, "an event could not be written");
                Err(Gone)
            }
        }
    }

    async fn send(&mut self, event: String) -> Result<(), Gone> {
        within(self.patience, self.sender.send(event)).await
    }
}

/// The events as bytes; a comment when there was none for a while, so that both sides notice when the other one is gone.
fn events(receiver: Receiver<String>, ping: Duration) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(receiver, move |mut receiver| async move {
        match timeout(ping, receiver.recv()).await {
            Ok(Some(event)) => Some((Ok(Bytes::from(event)), receiver)),
            Ok(None) => None,
            Err(_) => Some((Ok(Bytes::from_static(b":\n\n")), receiver)),
        }
    })
}
