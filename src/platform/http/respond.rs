//! From a GraphQL response to bytes: media type and status after the GraphQL-over-HTTP draft.

use crate::platform::error::{ErrorCode, TryAgain, server_error};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the caller understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// Any request that was understood answers 200, unless nobody was signed in or the server could not.
    Json,
    /// The status tells whether the request could be executed.
    GraphqlResponse,
    /// One event for each answer, as long as there is something to tell.
    Events,
}

impl MediaType {
    /// The first of ours in `Accept`; plain JSON when it says nothing, and none when it wants neither.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let Some(accept) = headers.get(header::ACCEPT) else { return Some(Self::Json) };
        let accept = accept.to_str().ok()?.to_ascii_lowercase();
        accept.split(',').find_map(|range| match range.split(';').next()?.trim() {
            "application/graphql-response+json" => Some(Self::GraphqlResponse),
            "text/event-stream" => Some(Self::Events),
            "application/json" | "application/*" | "*/*" | "" => Some(Self::Json),
            _ => None,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            // What could not become a stream of events is said in JSON.
            Self::Json | Self::Events => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// The answer of one execution.
#[derive(Serialize)]
pub struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

impl<'a> Body<'a> {
    pub fn of(response: &'a Response, refused: bool) -> Self {
        let data = if refused { None } else { Some(&response.data) };
        Self { errors: &response.errors, data, extensions: &response.extensions }
    }
}

/// A caller reads the first few errors; a request must not be answered with many times its size.
const MOST_ERRORS: usize = 10;

/// The answer to a request that was executed, or refused by the GraphQL layer.
pub fn respond(media_type: MediaType, response: Response) -> HttpResponse {
    let (response, refused) = tidied(response);
    let try_again = response.errors.iter().find_map(|error| error.source::<TryAgain>()).copied();
    let status = match media_type {
        _ if refused && try_again.is_some_and(|when| when.too_much) => StatusCode::TOO_MANY_REQUESTS,
        _ if refused && try_again.is_some() => StatusCode::SERVICE_UNAVAILABLE,
        MediaType::GraphqlResponse if refused => status_of(&response.errors),
        MediaType::Json | MediaType::Events if refused && code_of(&response.errors) == Some("UNAUTHENTICATED") => {
            StatusCode::UNAUTHORIZED
        }
        _ => StatusCode::OK,
    };
    let body = Body::of(&response, refused);
    let mut answer = json(status, media_type, &body);
    if let Some(TryAgain { after_seconds, .. }) = try_again {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after_seconds));
    }
    answer
}

/// An answer as it is sent, and whether it only says why nothing was executed.
pub fn tidied(mut response: Response) -> (Response, bool) {
    response.errors.truncate(MOST_ERRORS);
    for error in &mut response.errors {
        complete(error);
    }
    // Nothing was executed when the data is null and no error has a place in it.
    let refused = response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty());
    (response, refused)
}

/// The answer to a request that could not even be understood.
pub fn refuse(status: StatusCode, media_type: MediaType, code: ErrorCode, message: &str) -> HttpResponse {
    let body = Body { errors: &[server_error(code, message)], data: None, extensions: &BTreeMap::new() };
    json(status, media_type, &body)
}

/// The answer of a path that is not GraphQL, in plain JSON.
pub fn answer(status: StatusCode, body: &serde_json::Value) -> HttpResponse {
    json(status, MediaType::Json, body)
}

/// What such a path refuses: an error of the same shape, with a status that says the same.
pub fn refuse_error(error: ServerError) -> HttpResponse {
    let mut response = respond(MediaType::GraphqlResponse, Response::from_errors(vec![error]));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MediaType::Json.name()));
    response
}

/// The same with a status of its own.
pub fn refuse_as(status: StatusCode, error: ServerError) -> HttpResponse {
    let mut response = refuse_error(error);
    *response.status_mut() = status;
    response
}

fn json(status: StatusCode, media_type: MediaType, body: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(media_type.name())));
    response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
    }
    match serde_json::to_vec(body) {
        Ok(bytes) => response.body(bytes),
        Err(error) => {
            tracing::error!(%error, "a response could not be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// An error without a code is one that the GraphQL layer found in the request; a parser's message may quote the whole
/// document, so it is cut.
fn complete(error: &mut ServerError) {
    const LONGEST: usize = 300;
    if error.message.chars().count() > LONGEST {
        error.message = error.message.chars().take(LONGEST).chain(['…']).collect();
    }
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    if extensions.get("code").is_none() {
        extensions.set("code", ErrorCode::BadUserInput.name());
    }
}

/// The code of the first error.
pub fn code_of(errors: &[ServerError]) -> Option<&str> {
    match errors.first()?.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

fn status_of(errors: &[ServerError]) -> StatusCode {
    match code_of(errors) {
        Some("UNAUTHENTICATED") => StatusCode::UNAUTHORIZED,
        Some("FORBIDDEN") => StatusCode::FORBIDDEN,
        Some("INTERNAL") => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}
