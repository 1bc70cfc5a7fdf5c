//! `/metrics`: for Prometheus, and only for those who are meant to read it.

use super::graphql::Worker;
use super::origin::origin;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub async fn metrics<E: 'static>(worker: web::Data<Worker<E>>, http: HttpRequest) -> HttpResponse {
    if !worker.metrics_from.contains(&origin(&http, &worker.proxies).address) {
        return HttpResponse::NotFound().finish();
    }
    match worker.metrics.text() {
        Ok(text) => {
            HttpResponse::Ok().insert_header((header::CONTENT_TYPE, HeaderValue::from_static(OPEN_METRICS))).body(text)
        }
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
