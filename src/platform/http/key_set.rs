//! `/.well-known/jwks.json`: the public keys, for services that verify access tokens themselves.

use super::graphql::{Engine, Worker};
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, web};

pub async fn key_set<E: Engine>(worker: web::Data<Worker<E>>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json")))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")))
        .body(worker.engine.key_set())
}
