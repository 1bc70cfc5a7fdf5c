//! `/oauth/token`: access tokens for programs, by client credentials with a signed assertion (RFC 6749 4.4, RFC 7523); and
//! `/.well-known/oauth-authorization-server`, which tells them where it is (RFC 8414).

use super::graphql::{BUSY, Engine, Worker, read_body};
use super::origin::origin;
use super::request::request_id;
use super::respond::{answer, refuse_as, refuse_error};
use crate::platform::access::Actor;
use crate::platform::error::{ErrorCode, Failure, graphql_error, unplaced};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;

/// What the rates of an address count for a request.
const COST: u32 = 100;

const CLIENT_CREDENTIALS: &str = "client_credentials";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a program asks for.
pub struct TokenAsked {
    /// The JWT by which it proves who it is.
    pub assertion: SecretString,
    /// Who it says it is, if it says so beside the assertion.
    pub client_id: Option<String>,
    /// Names of permissions with a space between them; all that it has, when there are none.
    pub scope: Option<String>,
}

/// What it gets.
pub struct Granted {
    pub access_token: String,
    /// For how long the token is good.
    pub seconds: i64,
    pub scope: String,
}

/// Why it gets nothing (RFC 6749 5.2).
#[derive(Debug)]
pub enum NotGranted {
    InvalidRequest(&'static str),
    InvalidClient(&'static str),
    InvalidScope,
    UnsupportedGrantType,
    Failed(Failure),
}

impl From<Failure> for NotGranted {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The parameters as they are sent; each once.
#[derive(Deserialize)]
struct Sent {
    grant_type: Option<String>,
    client_assertion_type: Option<String>,
    client_assertion: Option<SecretString>,
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    scope: Option<String>,
}

pub async fn token<E: Engine>(worker: web::Data<Worker<E>>, http: HttpRequest, body: web::Payload) -> HttpResponse {
    let began = Instant::now();
    let body = match read_body(&worker, body).await {
        Ok(body) => body,
        Err((status, code, message)) => return refuse_as(status, unplaced(graphql_error(code, message))),
    };
    let granted = grant(&worker, &http, &body).await;
    let (code, response) = match granted {
        Ok(Granted { access_token, seconds, scope }) => {
            let granted =
                json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": seconds, "scope": scope });
            ("OK", answer(StatusCode::OK, &granted))
        }
        Err(refused) => refuse(refused),
    };
    worker.metrics.answered("token", code, began.elapsed());
    response
}

async fn grant<E: Engine>(worker: &Worker<E>, http: &HttpRequest, body: &[u8]) -> Result<Granted, NotGranted> {
    let permit = Arc::clone(&worker.in_flight).try_acquire_owned().map_err(|_| BUSY)?;
    let origin = origin(http, &worker.proxies);
    worker.rates.pay(&Actor::nobody(request_id(http)), origin.address, COST)?;
    let asked = read(http, body)?;
    let granting = Arc::clone(&worker.engine).grant_token(worker.db.clone(), origin, asked);
    // In a task of its own: a caller who hangs up leaves no statement half-way.
    let work = async move {
        let granted = granting.await;
        drop(permit);
        granted
    };
    let task = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(worker.limits.operation_time, task).await {
        Ok(Ok(granted)) => granted,
        Ok(Err(_)) => Err(Failure::internal("granting a token panicked").into()),
        Err(_) => Err(BUSY.into()),
    }
}

fn read(http: &HttpRequest, body: &[u8]) -> Result<TokenAsked, NotGranted> {
    use NotGranted::InvalidRequest;
    let content_type = http.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).map(str::trim).unwrap_or_default();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(InvalidRequest("Send application/x-www-form-urlencoded."));
    }
    let text = std::str::from_utf8(body).map_err(|_| InvalidRequest("The body is not UTF-8."))?;
    let sent = web::Query::<Sent>::from_query(text)
        .map_err(|_| InvalidRequest("The body cannot be read, or holds a parameter twice."))?
        .into_inner();
    match sent.grant_type.as_deref() {
        None => return Err(InvalidRequest("grant_type is missing.")),
        Some(CLIENT_CREDENTIALS) => {}
        Some(_) => return Err(NotGranted::UnsupportedGrantType),
    }
    if sent.client_secret.is_some() || http.headers().contains_key(header::AUTHORIZATION) {
        return Err(InvalidRequest("Programs prove who they are with an assertion and with nothing else."));
    }
    match (sent.client_assertion_type.as_deref(), sent.client_assertion) {
        (Some(JWT_BEARER), Some(assertion)) => {
            Ok(TokenAsked { assertion, client_id: sent.client_id, scope: sent.scope })
        }
        (None, None) => Err(NotGranted::InvalidClient("Programs prove who they are with a client_assertion.")),
        _ => {
            Err(InvalidRequest("Send client_assertion, and as client_assertion_type the one for a JWT (RFC 7523 2.2)."))
        }
    }
}

/// The code and the answer.
fn refuse(refused: NotGranted) -> (&'static str, HttpResponse) {
    let (status, code, error, description) = match refused {
        NotGranted::InvalidRequest(why) => (StatusCode::BAD_REQUEST, ErrorCode::BadUserInput, "invalid_request", why),
        NotGranted::InvalidClient(why) => (StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated, "invalid_client", why),
        NotGranted::InvalidScope => {
            let why = "The account has not all of these scopes.";
            (StatusCode::BAD_REQUEST, ErrorCode::Forbidden, "invalid_scope", why)
        }
        NotGranted::UnsupportedGrantType => {
            let why = "The grant_type is client_credentials.";
            (StatusCode::BAD_REQUEST, ErrorCode::BadUserInput, "unsupported_grant_type", why)
        }
        NotGranted::Failed(failure) => {
            // Status and Retry-After as everywhere, with the body that clients of OAuth read.
            let limited = matches!(failure, Failure::TooMuch { .. } | Failure::TryAgain { .. });
            let error = if limited { "temporarily_unavailable" } else { "server_error" };
            let code = if limited { ErrorCode::Limited } else { ErrorCode::Internal };
            let told = refuse_error(unplaced(failure));
            let mut response = answer(told.status(), &json!({ "error": error }));
            if let Some(after) = told.headers().get(header::RETRY_AFTER) {
                response.headers_mut().insert(header::RETRY_AFTER, after.clone());
            }
            return (code.name(), response);
        }
    };
    (code.name(), answer(status, &json!({ "error": error, "error_description": description })))
}

/// Where tokens are, for programs that look it up. Not there when `identity.issuer` is no address.
pub async fn authorization_server<E: Engine>(worker: web::Data<Worker<E>>) -> HttpResponse {
    let issuer = worker.engine.issuer();
    if !issuer.starts_with("https://") && !issuer.starts_with("http://") {
        return HttpResponse::NotFound().finish();
    }
    let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
    let told: Value = json!({
        "issuer": issuer,
        "token_endpoint": at("/oauth/token"),
        "jwks_uri": at("/.well-known/jwks.json"),
        "grant_types_supported": [CLIENT_CREDENTIALS],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["EdDSA", "ES256", "RS256"],
    });
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")))
        .json(told)
}
