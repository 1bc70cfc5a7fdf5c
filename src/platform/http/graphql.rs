//! `/graphql`: who asks, what the document needs, then execution in a task of its own.

use super::connections::Connections;
use super::events;
use super::files::FileDesk;
use super::oauth::{Granted, NotGranted, TokenAsked};
use super::origin::origin;
use super::rates::{Left, Rates};
use super::request::{Parameters, Wanted, request_id};
use super::respond::{MediaType, code_of, refuse, respond};
use crate::platform::access::{Actor, CheckedDocument, Lacking, Operation, Permission};
use crate::platform::db::Database;
use crate::platform::error::{ErrorCode, Failure, server_error, unplaced};
use crate::platform::language::Language;
use crate::platform::live::{Hub, Round};
use crate::platform::metrics::Metrics;
use crate::platform::openid::Issuers;
use crate::platform::origin::Origin;
use actix_web::http::header::{self, AcceptLanguage, Header};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError, Value, Variables};
use chrono::{DateTime, Utc};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument;

/// What the HTTP room asks of the rooms above it.
pub trait Engine: Send + Sync + 'static {
    /// The document, parsed and checked; from memory when it was sent before, or is one of a manifest.
    fn document(&self, wanted: &Wanted) -> Result<Arc<CheckedDocument>, ServerError>;

    /// Whether queries about the schema are answered.
    fn introspection(&self) -> bool;

    /// The person that an access token stands for.
    fn authenticate(
        &self,
        db: &Database,
        token: &str,
        request_id: Arc<str>,
    ) -> impl Future<Output = Result<Actor, Failure>>;

    /// The same anew, whatever is remembered, and the instant at which the token ends: for who stays connected.
    fn admit(
        &self,
        db: &Database,
        token: &str,
        request_id: Arc<str>,
    ) -> impl Future<Output = Result<(Actor, DateTime<Utc>), Failure>>;

    /// Where changes are announced.
    fn hub(&self) -> &Arc<Hub>;

    /// The issuers whose access tokens are taken beside our own.
    fn issuers(&self) -> Option<&Issuers> {
        None
    }

    /// Writes down that a permission was missing.
    fn record_denial(
        &self,
        db: &Database,
        actor: &Actor,
        permission: Permission,
    ) -> impl Future<Output = Result<(), Failure>>;

    /// How many passwords wait to be checked.
    fn passwords_waiting(&self) -> usize;

    /// Adds the figures of the jobs that this process runs.
    fn register_metrics(&self, _: &mut Registry) {}

    /// The keys that access tokens are verified with, as a JSON Web Key Set.
    fn key_set(&self) -> String;

    /// What the tokens of this server say they are from.
    fn issuer(&self) -> &str;

    /// An access token for a program that proves who it is.
    fn grant_token(
        self: Arc<Self>,
        db: Database,
        origin: Origin,
        asked: TokenAsked,
    ) -> impl Future<Output = Result<Granted, NotGranted>> + Send + 'static;

    /// A form as a page to print: `about` is the id of a case or of an approval item.
    fn print_form(
        self: Arc<Self>,
        db: Database,
        actor: Actor,
        origin: Origin,
        about: String,
        kind: String,
    ) -> impl Future<Output = Result<String, Failure>> + Send + 'static;

    /// Runs a checked operation.
    fn execute(
        self: Arc<Self>,
        db: Database,
        caller: Caller,
        request: Request,
    ) -> impl Future<Output = Response> + Send + 'static;

    /// Runs a round of a checked subscription: what is to be told now.
    fn round(
        self: Arc<Self>,
        db: Database,
        caller: Caller,
        request: Request,
        round: Arc<Round>,
    ) -> impl Future<Output = Vec<Response>> + Send + 'static;
}

/// Who asks, in which language, and from where.
#[derive(Clone)]
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
    pub limits: RequestLimits,
    pub rates: Arc<Rates>,
    pub metrics: Arc<Metrics>,
    /// Who keeps the rows of files.
    pub desk: Arc<dyn FileDesk>,
    /// Uploads and downloads under way.
    pub transfers: Arc<Semaphore>,
    /// A caller who sends nothing of a file for so long has gone.
    pub idle: Duration,
    /// Who may read them.
    pub metrics_from: Arc<[IpAddr]>,
    /// WebSockets and streams of events, of all workers.
    pub connections: Arc<Connections>,
    /// Look-ups under way for those who stay connected: fewer than there are connections to read with, so that questions are never
    /// kept waiting.
    pub turns: Arc<Semaphore>,
    pub live: LiveLimits,
    /// Origins of portals.
    pub origins: Arc<[String]>,
}

/// How large and how slow a request may be.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimits {
    pub body: usize,
    pub body_time: Duration,
    pub operation_time: Duration,
}

/// How long those who stay connected may be silent, slow and talkative.
#[derive(Clone, Copy, Debug)]
pub struct LiveLimits {
    /// A WebSocket must say who it is within this time.
    pub init: Duration,
    /// Who stays connected is asked this often whether they are still there; who does not answer until the next time has gone.
    pub ping: Duration,
    /// A reader who takes nothing for so long is dropped.
    pub patience: Duration,
    /// Operations under way on one WebSocket.
    pub operations: usize,
}

pub(super) const BUSY: Failure =
    Failure::TryAgain { after_seconds: 1, message: "The server is busy; try again shortly." };

pub async fn handle<E: Engine>(worker: web::Data<Worker<E>>, http: HttpRequest, payload: web::Payload) -> HttpResponse {
    let Some(media_type) = MediaType::accepted(http.headers()) else {
        let message = "The answer is application/graphql-response+json, application/json or text/event-stream.";
        return refuse(StatusCode::NOT_ACCEPTABLE, MediaType::Json, ErrorCode::BadUserInput, message);
    };
    let body = match read_body(&worker, payload).await {
        Ok(body) => body,
        Err((status, code, message)) => return refuse(status, media_type, code, message),
    };
    let parameters = match Parameters::read(http.method(), http.headers(), http.query_string(), &body) {
        Ok(parameters) => parameters,
        Err(wrong) => return refuse(wrong.status, media_type, ErrorCode::BadUserInput, wrong.message),
    };
    if media_type == MediaType::Events {
        return events::answer(worker, &http, parameters).await;
    }
    // Not before the body is there: who sends slowly must not take the place of who has sent.
    let Ok(permit) = Arc::clone(&worker.in_flight).try_acquire_owned() else {
        return respond(media_type, refusal(BUSY));
    };
    let began = Instant::now();
    let decided = decide(&worker, Asking::of(&worker, &http).await, parameters).await;
    let (label, response, left) = match decided {
        Ok(allowed) if allowed.kind == OperationType::Subscription => {
            let message = "Subscriptions are asked for with Accept: text/event-stream, or by WebSocket at /graphql/ws.";
            return refuse(StatusCode::NOT_ACCEPTABLE, media_type, ErrorCode::BadUserInput, message);
        }
        Ok(allowed) => {
            let response = execute(&worker, &allowed, permit).await;
            (allowed.label, response, allowed.left)
        }
        Err(Decision::MethodNotAllowed) => {
            let message = "Mutations are sent with POST.";
            let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED, media_type, ErrorCode::BadUserInput, message);
            response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
            return response;
        }
        Err(Decision::Refused(response)) => ("refused".to_owned(), *response, None),
    };
    worker.metrics.answered(&label, code_of(&response.errors).unwrap_or("OK"), began.elapsed());
    let mut answer = respond(media_type, response);
    if let Some(left) = left {
        left.write(answer.headers_mut());
    }
    answer
}

/// Reads the whole body, which must come soon and not be too large.
pub(super) async fn read_body<E>(
    worker: &Worker<E>,
    payload: web::Payload,
) -> Result<web::Bytes, (StatusCode, ErrorCode, &'static str)> {
    let limits = worker.limits;
    match tokio::time::timeout(limits.body_time, payload.to_bytes_limited(limits.body)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_))) => Err((StatusCode::BAD_REQUEST, ErrorCode::BadUserInput, "The body could not be read.")),
        Ok(Err(_)) => Err((StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::Limited, "The body is too large.")),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, ErrorCode::Limited, "The body did not come in time.")),
    }
}

/// Runs the operation in a task of its own: when the caller hangs up, or has waited long enough, this future is dropped, but
/// never a transaction half-way.
pub(super) async fn execute<E: Engine>(
    worker: &Worker<E>,
    allowed: &Allowed,
    permit: OwnedSemaphorePermit,
) -> Response {
    let _counted = InFlight::new(&worker.metrics.in_flight);
    let execution = Arc::clone(&worker.engine).execute(worker.db.clone(), allowed.caller.clone(), allowed.request());
    let work = async move {
        let response = execution.await;
        drop(permit);
        response
    };
    let task = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(worker.limits.operation_time, task).await {
        Ok(Ok(response)) if allowed.asks_for_cost => response.extension("cost", allowed.cost.clone()),
        Ok(Ok(response)) => response,
        Ok(Err(_)) => refusal(Failure::internal("a resolver panicked")),
        Err(_) => {
            tracing::warn!("an operation took too long");
            refusal(TOO_LONG)
        }
    }
}

const TOO_LONG: Failure = Failure::TryAgain {
    after_seconds: 1,
    message: "This took too long; what it does may still be done. Send it again with the same idempotencyKey.",
};

/// Counts an operation while it is under way.
struct InFlight<'a>(&'a Gauge);

impl<'a> InFlight<'a> {
    fn new(gauge: &'a Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// An operation that may run.
pub(super) struct Allowed {
    pub caller: Caller,
    pub kind: OperationType,
    pub label: String,
    pub left: Option<Left>,
    pub units: u32,
    document: Arc<CheckedDocument>,
    operation_name: Option<String>,
    variables: Variables,
    cost: Value,
    asks_for_cost: bool,
}

impl Allowed {
    /// The request as the schema takes it; a subscription needs one for each round.
    pub fn request(&self) -> Request {
        let mut request = Request::new("").variables(self.variables.clone());
        request.operation_name.clone_from(&self.operation_name);
        request.set_parsed_query(self.document.document.clone());
        request
    }
}

/// Who asks for an operation, and how.
pub(super) struct Asking {
    /// The person, or why the token that was sent is none.
    pub actor: Result<Actor, Failure>,
    pub request_id: Arc<str>,
    pub language: Language,
    pub origin: Origin,
    /// Only queries may be asked for in this way.
    pub only_queries: bool,
}

impl Asking {
    pub async fn of<E: Engine>(worker: &Worker<E>, http: &HttpRequest) -> Self {
        Self::by(worker, http, who_asks(worker, http).await)
    }

    /// The same when it is known who.
    pub fn by<E>(worker: &Worker<E>, http: &HttpRequest, actor: Result<Actor, Failure>) -> Self {
        Self {
            actor,
            request_id: request_id(http),
            language: language(http),
            origin: origin(http, &worker.proxies),
            only_queries: http.method() == Method::GET,
        }
    }
}

pub(super) enum Decision {
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
pub(super) async fn decide<E: Engine>(
    worker: &Worker<E>,
    asking: Asking,
    parameters: Parameters,
) -> Result<Allowed, Decision> {
    let Asking { actor, request_id, language, origin, only_queries } = asking;
    let document = worker.engine.document(&parameters.document)?;
    let operation = document.operation(parameters.operation_name.as_deref()).map_err(ServerError::from)?;
    if only_queries && operation.kind == OperationType::Mutation {
        return Err(Decision::MethodNotAllowed);
    }
    let actor = match actor {
        // A token that has ended must not stand in the way of signing in again.
        Err(Failure::Unauthenticated(_)) if operation.is_public() => Actor::nobody(request_id),
        known => known?,
    };
    let units = operation.cost();
    let left = worker.rates.pay(&actor, origin.address, units)?;
    permit(worker, &actor, operation).await?;
    let (kind, label, cost) = (operation.kind, operation.label().to_owned(), operation.cost_in_parts());
    let asks_for_cost = parameters.asks_for_cost();
    let Parameters { operation_name, variables, .. } = parameters;
    let variables = Variables::from_json(serde_json::Value::Object(variables.unwrap_or_default()));
    let caller = Caller { actor, language, origin };
    Ok(Allowed { caller, kind, label, left, units, document, operation_name, variables, cost, asks_for_cost })
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
        let message = match (actor.lacking, actor.is_service()) {
            (Some(Lacking::Pledge), true) => "The confidentiality pledge is missing (SG-16.4): the person who answers for this service account must sign it.".to_owned(),
            (Some(lacking), _) => lacking.remedy().to_owned(),
            (None, _) => format!("{field} requires {permission}."),
        };
        return Err(server_error(ErrorCode::Forbidden, message).into());
    }
    Ok(())
}

pub(super) async fn who_asks<E: Engine>(worker: &Worker<E>, http: &HttpRequest) -> Result<Actor, Failure> {
    let request_id = request_id(http);
    match token_of(http)? {
        Some(token) => worker.engine.authenticate(&worker.db, token, request_id).await,
        None => Ok(Actor::nobody(request_id)),
    }
}

/// The access token of a request, if one was sent.
pub(super) fn token_of(http: &HttpRequest) -> Result<Option<&str>, Failure> {
    let Some(authorization) = http.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    bearer(authorization.to_str().unwrap_or_default()).map(Some)
}

/// The token of `Bearer …`.
pub(super) fn bearer(authorization: &str) -> Result<&str, Failure> {
    let token = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    token
        .map(|(_, token)| token.trim())
        .ok_or(Failure::Unauthenticated("Send Authorization: Bearer and an access token."))
}

fn language(http: &HttpRequest) -> Language {
    let accepted = AcceptLanguage::parse(http).map(|languages| languages.ranked()).unwrap_or_default();
    let tags: Vec<String> = accepted.iter().map(ToString::to_string).collect();
    Language::preferred(tags.iter().map(String::as_str))
}

pub(super) fn refusal(failure: Failure) -> Response {
    Response::from_errors(vec![unplaced(failure)])
}
