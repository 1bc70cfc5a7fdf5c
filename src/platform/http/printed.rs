//! `/forms/…`: pages to print, for whom the API would show the same. They run no script and load nothing.

use super::graphql::{BUSY, Engine, Worker, who_asks};
use super::origin::origin;
use super::respond::{MediaType, code_of, respond};
use crate::platform::access::Actor;
use crate::platform::error::{Failure, unplaced};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;

/// What the rates count for a page.
const COST: u32 = 100;

const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub async fn form<E: Engine>(
    worker: web::Data<Worker<E>>,
    http: HttpRequest,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    let began = Instant::now();
    let (about, kind) = path.into_inner();
    let printed = print(&worker, &http, about, kind).await;
    let answer = match printed {
        Ok(page) => Ok(page),
        Err(failure) => Err((matches!(failure, Failure::NotFound), unplaced(failure))),
    };
    let code = answer.as_ref().err().and_then(|(_, error)| code_of(std::slice::from_ref(error))).unwrap_or("OK");
    worker.metrics.answered("form", code, began.elapsed());
    match answer {
        Ok(page) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")))
            .insert_header((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)))
            .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .body(page),
        Err((missing, error)) => {
            let refused = async_graphql::Response::from_errors(vec![error]);
            let mut response = respond(MediaType::GraphqlResponse, refused);
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
            if missing {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
            response
        }
    }
}

async fn print<E: Engine>(
    worker: &Worker<E>,
    http: &HttpRequest,
    about: String,
    kind: String,
) -> Result<String, Failure> {
    let permit = Arc::clone(&worker.in_flight).try_acquire_owned().map_err(|_| BUSY)?;
    let actor: Actor = who_asks(worker, http).await?;
    let origin = origin(http, &worker.proxies);
    worker.rates.pay(&actor, origin.address, COST)?;
    if actor.staff_id().is_none() {
        return Err(Failure::Unauthenticated("Sign in first."));
    }
    let printing = Arc::clone(&worker.engine).print_form(worker.db.clone(), actor, origin, about, kind);
    // In a task of its own: a caller who hangs up leaves no statement half-way.
    let work = async move {
        let printed = printing.await;
        drop(permit);
        printed
    };
    let task = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(worker.limits.operation_time, task).await {
        Ok(Ok(printed)) => printed,
        Ok(Err(_)) => Err(Failure::internal("printing a form panicked")),
        Err(_) => Err(BUSY),
    }
}
