//! `/sign-in`: the explorer signs a person in at an issuer. The page gets an access token in the body of an answer and keeps
//! it in memory; what proves that the sign-in was begun in this browser is in a cookie that no script reads.

use super::graphql::{BUSY, Engine, Worker};
use super::origin::origin;
use super::request::request_id;
use super::respond::{answer, refuse_as, refuse_error};
use crate::platform::access::Actor;
use crate::platform::error::{ErrorCode, Failure, server_error, unplaced};
use crate::platform::openid::{Arrival, Departure, Issuers};
use actix_web::error::{InternalError, JsonPayloadError, ResponseError};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::JsonConfig;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use std::sync::Arc;

/// What the rates count: each has the issuer asked for something.
const COST: u32 = 1_000;
const COOKIE: &str = "redress-sign-in";
/// Seconds that a person may take at the issuer.
const PATIENCE: u32 = 600;
/// A code and a state are not longer.
const LONGEST: usize = 16 * 1024;

/// `GET /sign-in`: where one can sign in.
pub async fn ways<E: Engine>(worker: web::Data<Worker<E>>) -> HttpResponse {
    let issuers = worker.engine.issuers().into_iter().flat_map(Issuers::iter);
    let names: Vec<_> =
        issuers.filter(|issuer| issuer.config.explorer.is_some()).map(|issuer| issuer.name.as_str()).collect();
    answer(StatusCode::OK, &json!({ "issuers": names }))
}

/// `GET /sign-in/{issuer}`: on to the issuer.
pub async fn depart<E: Engine>(
    worker: web::Data<Worker<E>>,
    http: HttpRequest,
    name: web::Path<String>,
) -> HttpResponse {
    match begin(&worker, &http, &name).await {
        Ok(Departure { location, kept, over_tls }) => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, location))
            .insert_header((header::SET_COOKIE, cookie(&kept, PATIENCE, over_tls)))
            .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .finish(),
        Err(failure) => refused(failure),
    }
}

/// `POST /sign-in`: what the issuer sent back, for an access token. The cookie is good once.
pub async fn arrive<E: Engine>(
    worker: web::Data<Worker<E>>,
    http: HttpRequest,
    arrival: web::Json<Arrival>,
) -> HttpResponse {
    let mut response = match finish(&worker, &http, &arrival).await {
        Ok(granted) => answer(StatusCode::OK, &granted),
        Err(failure) => refused(failure),
    };
    if let Ok(gone) = HeaderValue::from_str(&cookie("", 0, false)) {
        response.headers_mut().insert(header::SET_COOKIE, gone);
    }
    response
}

/// How the body of [`arrive`] is read.
pub fn body() -> JsonConfig {
    JsonConfig::default().limit(LONGEST).error_handler(|error, _| {
        let message = "Send what the issuer sent back as JSON: code, state and, if it was there, iss.";
        let status = match error {
            JsonPayloadError::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => error.status_code(),
        };
        let refused = refuse_as(status, server_error(ErrorCode::BadUserInput, message));
        InternalError::from_response(error, refused).into()
    })
}

async fn begin<E: Engine>(worker: &Worker<E>, http: &HttpRequest, name: &str) -> Result<Departure, Failure> {
    let _permit = Arc::clone(&worker.in_flight).try_acquire_owned().map_err(|_| BUSY)?;
    pay(worker, http)?;
    let issuer = worker.engine.issuers().and_then(|issuers| issuers.named(name)).ok_or(Failure::NotFound)?;
    issuer.depart().await
}

async fn finish<E: Engine>(
    worker: &Worker<E>,
    http: &HttpRequest,
    arrival: &Arrival,
) -> Result<serde_json::Value, Failure> {
    const NOT_BEGUN: Failure = Failure::Unauthenticated("No sign-in was begun in this browser; begin anew.");
    let _permit = Arc::clone(&worker.in_flight).try_acquire_owned().map_err(|_| BUSY)?;
    pay(worker, http)?;
    let kept = kept(http).ok_or(NOT_BEGUN)?;
    let (name, verifier) = kept.split_once('.').ok_or(NOT_BEGUN)?;
    let issuer = worker.engine.issuers().and_then(|issuers| issuers.named(name)).ok_or(NOT_BEGUN)?;
    Ok(serde_json::to_value(issuer.arrive(verifier, arrival).await?)?)
}

fn pay<E>(worker: &Worker<E>, http: &HttpRequest) -> Result<(), Failure> {
    let address = origin(http, &worker.proxies).address;
    worker.rates.pay(&Actor::nobody(request_id(http)), address, COST).map(drop)
}

/// What the browser kept since it left.
fn kept(http: &HttpRequest) -> Option<&str> {
    let cookies = http.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

fn cookie(value: &str, seconds: u32, over_tls: bool) -> String {
    let secure = if over_tls { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/sign-in; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

fn refused(failure: Failure) -> HttpResponse {
    match failure {
        Failure::NotFound => refuse_as(StatusCode::NOT_FOUND, unplaced(failure)),
        failure => refuse_error(unplaced(failure)),
    }
}
