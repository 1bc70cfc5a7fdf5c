//! `/graphql`: who asks, what the document needs, then execution in a task of its own.

use super::origin::origin;
use super::request::{Parameters, request_id};
use super::respond::{MediaType, refuse, respond};
use crate::platform::access::{Actor, CheckedDocument, Operation, Permission};
use crate::platform::db::Database;
use crate::platform::error::{ErrorCode, Failure, server_error, unplaced};
use crate::platform::language::Language;
use crate::platform::origin::Origin;
use actix_web::http::header::{self, AcceptLanguage, Header};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError};
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tracing::Instrument;

/// What the HTTP room asks of the rooms above it.
pub trait Engine: Send + Sync + 'static {
    /// The document, parsed and checked; from memory when it was sent before.
    fn document(&self, text: &str) -> Result<Arc<CheckedDocument>, ServerError>;

    /// Whether queries about the schema are answered.
    fn introspection(&self) -> bool;

    /// The person that an access token stands for.
    fn authenticate(
        &self,
        db: &Database,
        token: &str,
        request_id: Arc<str>,
    ) -> impl Future<Output = Result<Actor, Failure>>;

    /// Writes down that a permission was missing.
    fn record_denial(
        &self,
        db: &Database,
        actor: &Actor,
        permission: Permission,
    ) -> impl Future<Output = Result<(), Failure>>;

    /// The keys that access tokens are verified with, as a JSON Web Key Set.
    fn key_set(&self) -> &str;

    /// Runs a checked operation.
    fn execute(
        self: Arc<Self>,
        db: Database,
        caller: Caller,
        request: Request,
    ) -> impl Future<Output = Response> + Send + 'static;
}

/// Who asks, in which language, and from where.
pub struct Caller {
    pub actor: Actor,
    pub language: Language,
    pub origin: Origin,
}

/// What one worker answers with.
pub struct Worker<E> {
    pub engine: Arc<E>,
    pub db: Database,
    pub in_flight: Arc<Semaphore>,
    /// Proxies of ours, which say where a request really comes from.
    pub proxies: Arc<[IpAddr]>,
}

const BUSY: Failure = Failure::TryAgain { after_seconds: 1, message: "The server is busy; try again shortly." };

/// The body of a request, or why it could not be read.
type Body = Result<web::Bytes, actix_web::Error>;

pub async fn handle<E: Engine>(worker: web::Data<Worker<E>>, http: HttpRequest, body: Body) -> HttpResponse {
    let Some(media_type) = MediaType::accepted(http.headers()) else {
        let message = "The answer is application/graphql-response+json or application/json.";
        return refuse(StatusCode::NOT_ACCEPTABLE, MediaType::Json, ErrorCode::BadUserInput, message);
    };
    let Ok(permit) = Arc::clone(&worker.in_flight).try_acquire_owned() else {
        return respond(media_type, refusal(BUSY));
    };
    let body = match body {
        Ok(body) => body,
        Err(error) if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE => {
            let message = "The body is too large.";
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, media_type, ErrorCode::Limited, message);
        }
        Err(_) => {
            let message = "The body could not be read.";
            return refuse(StatusCode::BAD_REQUEST, media_type, ErrorCode::BadUserInput, message);
        }
    };
    let parameters = match Parameters::read(http.method(), http.headers(), http.query_string(), &body) {
        Ok(parameters) => parameters,
        Err(wrong) => return refuse(wrong.status, media_type, ErrorCode::BadUserInput, wrong.message),
    };
    match decide(&worker, &http, parameters).await {
        Ok((actor, request)) => {
            let caller = Caller { actor, language: language(&http), origin: origin(&http, &worker.proxies) };
            let execution = Arc::clone(&worker.engine).execute(worker.db.clone(), caller, request);
            // A task of its own: when the caller hangs up, this future is dropped, but never a transaction half-way.
            let work = async move {
                let response = execution.await;
                drop(permit);
                response
            };
            let response = tokio::spawn(work.in_current_span()).await;
            respond(media_type, response.unwrap_or_else(|_| refusal(Failure::internal("a resolver panicked"))))
        }
        Err(Decision::MethodNotAllowed) => {
            let message = "Mutations are sent with POST.";
            let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED, media_type, ErrorCode::BadUserInput, message);
            response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
            response
        }
        Err(Decision::Refused(response)) => respond(media_type, *response),
    }
}

enum Decision {
    MethodNotAllowed,
    Refused(Box<Response>),
}

impl From<ServerError> for Decision {
    fn from(error: ServerError) -> Self {
        Self::Refused(Box::new(Response::from_errors(vec![error])))
    }
}

impl From<Failure> for Decision {
    fn from(failure: Failure) -> Self {
        unplaced(failure).into()
    }
}

/// Decides from the document alone whether the person who asks may run this operation.
async fn decide<E: Engine>(
    worker: &Worker<E>,
    http: &HttpRequest,
    parameters: Parameters,
) -> Result<(Actor, Request), Decision> {
    let document = worker.engine.document(&parameters.query)?;
    let operation = document.operation(parameters.operation_name.as_deref()).map_err(ServerError::from)?;
    if http.method() == Method::GET && operation.kind != OperationType::Query {
        return Err(Decision::MethodNotAllowed);
    }
    let actor = match who_asks(worker, http).await {
        // A token that has ended must not stand in the way of signing in again.
        Err(Failure::Unauthenticated(_)) if operation.is_public() => Actor::nobody(request_id(http)),
        known => known?,
    };
    permit(worker, &actor, operation).await?;
    let mut request = parameters.into_request();
    request.set_parsed_query(document.document.clone());
    Ok((actor, request))
}

async fn permit<E: Engine>(worker: &Worker<E>, actor: &Actor, operation: &Operation) -> Result<(), Decision> {
    if operation.introspects && !worker.engine.introspection() {
        return Err(server_error(ErrorCode::Forbidden, "Questions about the schema are switched off here.").into());
    }
    if operation.is_public() {
        return Ok(());
    }
    if actor.staff_id().is_none() {
        return Err(server_error(ErrorCode::Unauthenticated, "Sign in first.").into());
    }
    if let Some((field, permission)) = operation.first_refused_to(actor) {
        if let Err(failure) = worker.engine.record_denial(&worker.db, actor, permission).await {
            tracing::error!(error = failure.summary(), "a denial could not be recorded");
        }
        let message = format!("{field} requires {permission}.");
        return Err(server_error(ErrorCode::Forbidden, message).into());
    }
    Ok(())
}

async fn who_asks<E: Engine>(worker: &Worker<E>, http: &HttpRequest) -> Result<Actor, Failure> {
    let request_id = request_id(http);
    let Some(authorization) = http.headers().get(header::AUTHORIZATION) else { return Ok(Actor::nobody(request_id)) };
    let token = authorization
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or(Failure::Unauthenticated("Send Authorization: Bearer and an access token."))?;
    worker.engine.authenticate(&worker.db, token, request_id).await
}

fn language(http: &HttpRequest) -> Language {
    let accepted = AcceptLanguage::parse(http).map(|languages| languages.ranked()).unwrap_or_default();
    let tags: Vec<String> = accepted.iter().map(ToString::to_string).collect();
    Language::preferred(tags.iter().map(String::as_str))
}

fn refusal(failure: Failure) -> Response {
    Response::from_errors(vec![unplaced(failure)])
}
