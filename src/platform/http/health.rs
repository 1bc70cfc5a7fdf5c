//! `/healthz`: the process lives. `/readyz`: it can do its work.

use super::graphql::{Engine, Worker};
use actix_web::{HttpResponse, web};
use serde_json::json;
use std::time::Duration;

pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

pub async fn ready<E: Engine>(worker: web::Data<Worker<E>>) -> HttpResponse {
    let db = worker.db.clone();
    // In a task of its own, so that giving up waiting does not drop a statement half-way.
    let ping = tokio::spawn(async move { db.ping().await });
    match tokio::time::timeout(Duration::from_secs(2), ping).await {
        Ok(Ok(Ok(()))) => HttpResponse::Ok().json(json!({ "status": "ok", "database": "ok" })),
        _ => HttpResponse::ServiceUnavailable().json(json!({ "status": "unavailable", "database": "away" })),
    }
}
