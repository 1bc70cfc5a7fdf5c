//! From bytes to a GraphQL request, after the GraphQL-over-HTTP draft.

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The parameters of a GraphQL request.
#[derive(Debug)]
pub struct Parameters {
    pub document: Wanted,
    pub operation_name: Option<String>,
    pub variables: Option<Map<String, Value>>,
    pub extensions: Option<Map<String, Value>>,
}

/// How a request says which document it wants.
#[derive(Debug)]
pub enum Wanted {
    Text(String),
    /// Its id in a manifest, after the persisted documents of the draft.
    Id(String),
}

/// The parameters as they are sent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    extensions: Option<Map<String, Value>>,
}

/// A request that cannot be understood at all.
#[derive(Debug)]
pub struct NotUnderstood {
    pub status: StatusCode,
    pub message: &'static str,
}

const fn not_understood(status: StatusCode, message: &'static str) -> NotUnderstood {
    NotUnderstood { status, message }
}

impl Parameters {
    /// Reads the parameters from the body of a POST or the query string of a GET.
    pub fn read(method: &Method, headers: &HeaderMap, query_string: &str, body: &[u8]) -> Result<Self, NotUnderstood> {
        if method == Method::GET {
            return Self::from_query_string(query_string);
        }
        if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            let message = "Send the body as it is, not compressed.";
            return Err(not_understood(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        if !is_json(headers) {
            let message = "Send application/json in UTF-8.";
            return Err(not_understood(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let sent: Option<Sent> = serde_json::from_slice(body).ok();
        sent.and_then(Self::of).ok_or_else(|| {
            not_understood(StatusCode::BAD_REQUEST, "The body must be a JSON object with `query` or `documentId`, and if needed `variables`, `operationName` and `extensions`.")
        })
    }

    /// None when it names no document, or two.
    pub fn of(sent: Sent) -> Option<Self> {
        let Sent { query, document_id, operation_name, variables, extensions } = sent;
        let document = match (query, document_id) {
            (Some(text), None) => Wanted::Text(text),
            (None, Some(id)) => Wanted::Id(id),
            (None, None) => Wanted::Id(persisted_query(extensions.as_ref()?)?.to_owned()),
            (Some(_), Some(_)) => return None,
        };
        Some(Self { document, operation_name, variables, extensions })
    }

    fn from_query_string(query_string: &str) -> Result<Self, NotUnderstood> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Raw {
            query: Option<String>,
            document_id: Option<String>,
            operation_name: Option<String>,
            variables: Option<String>,
            extensions: Option<String>,
        }
        let wrong = || {
            not_understood(
                StatusCode::BAD_REQUEST,
                "The query string must have `query` or `documentId`, and if needed `variables` (JSON) and `operationName`.",
            )
        };
        let raw = actix_web::web::Query::<Raw>::from_query(query_string).map_err(|_| wrong())?.into_inner();
        let object = |text: Option<String>| match text.filter(|text| !text.is_empty()) {
            Some(text) => serde_json::from_str(&text).map(Some).map_err(|_| wrong()),
            None => Ok(None),
        };
        let operation_name = raw.operation_name.filter(|name| !name.is_empty());
        Self::of(Sent {
            query: raw.query,
            document_id: raw.document_id,
            operation_name,
            variables: object(raw.variables)?,
            extensions: object(raw.extensions)?,
        })
        .ok_or_else(wrong)
    }

    /// True when the answer shall say what the operation costs: `"extensions": { "cost": true }`.
    pub fn asks_for_cost(&self) -> bool {
        self.extensions.as_ref().is_some_and(|extensions| extensions.get("cost") == Some(&Value::Bool(true)))
    }
}

/// The id in the extension by which Apollo's clients name a document: its SHA-256 in hexadecimal digits.
fn persisted_query(extensions: &Map<String, Value>) -> Option<&str> {
    extensions.get("persistedQuery")?.get("sha256Hash")?.as_str()
}

/// The id of this request: the caller's own when it is harmless, else a new one.
pub fn request_id(http: &HttpRequest) -> Arc<str> {
    http.extensions().get::<Arc<str>>().cloned().unwrap_or_else(|| Arc::from(""))
}

/// Only `application/json`, in UTF-8: what a form on another site can send is refused.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    parts.next().as_deref() == Some("application/json")
        && parts.all(|parameter| match parameter.split_once('=') {
            Some(("charset", charset)) => matches!(charset.trim_matches('"'), "utf-8" | "utf8"),
            _ => true,
        })
}
