//! The server: one set of database pools per worker, a request id on everything, security headers.

use super::files::{self, FileDesk};
use super::graphql::{self, Engine, RequestLimits, Worker};
use super::key_set::key_set;
use super::rates::Rates;
use super::{explorer, health, metrics, printed, sign_in};
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::platform::db::{Database, Statements};
use crate::platform::ids::new_id;
use crate::platform::metrics::Metrics;
use crate::platform::vault::Vault;
use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{Compress, Condition, DefaultHeaders, Next, from_fn};
use actix_web::{App, HttpMessage, HttpServer, web};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tracing::Instrument;
use uuid::Uuid;

/// What the server starts with.
pub struct Start<E> {
    pub config: Config,
    pub engine: Arc<E>,
    pub desk: Arc<dyn FileDesk>,
    pub clock: Clock,
    pub vault: Arc<Vault>,
    pub statements: Statements,
    pub listener: TcpListener,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Serves while the returned server is awaited, until its handle stops it.
pub fn start<E: Engine>(start: Start<E>) -> std::io::Result<(SocketAddr, Server)> {
    let Start { config, engine, desk, clock, vault, statements, listener } = start;
    let address = listener.local_addr()?;
    let workers = match config.server.workers {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        workers => workers,
    };
    let shutdown = config.server.shutdown_seconds;
    let ids = clock.clone();
    let rates = Arc::new(Rates::new(&config.rates));
    let waiting = {
        let engine = Arc::clone(&engine);
        move || engine.passwords_waiting()
    };
    let metrics = Arc::new(Metrics::new(waiting, |registry| engine.register_metrics(registry)));
    forget_idle(&rates);
    let factory = move || {
        let (config, engine, clock, vault, statements) =
            (config.clone(), Arc::clone(&engine), clock.clone(), Arc::clone(&vault), statements.clone());
        let server = config.server.clone();
        let ids = ids.clone();
        let (rates, metrics, desk) = (Arc::clone(&rates), Arc::clone(&metrics), Arc::clone(&desk));
        App::new()
            .data_factory(move || {
                let (config, engine, clock, vault, statements) =
                    (config.clone(), Arc::clone(&engine), clock.clone(), Arc::clone(&vault), statements.clone());
                let (rates, metrics, desk) = (Arc::clone(&rates), Arc::clone(&metrics), Arc::clone(&desk));
                async move {
                    let db = Database::open(&config.database, clock, vault, &statements).await.map_err(|failure| {
                        tracing::error!(error = failure.summary(), "a worker cannot open the database");
                    })?;
                    let db = db.reaching(config.outlets());
                    metrics.watch(&db);
                    let server = config.server;
                    Ok::<_, ()>(Worker {
                        engine,
                        db,
                        in_flight: Arc::new(Semaphore::new(server.in_flight)),
                        proxies: server.proxies.into(),
                        limits: RequestLimits {
                            body: server.body_limit,
                            body_time: Duration::from_secs(server.body_seconds),
                            operation_time: Duration::from_secs(server.operation_seconds),
                        },
                        rates,
                        metrics,
                        desk,
                        transfers: Arc::new(Semaphore::new(config.files.transfers)),
                        idle: config.files.idle,
                        metrics_from: server.metrics_from.into(),
                    })
                }
            })
            .wrap(Condition::new(!server.cors_origins.is_empty(), cors(&server.cors_origins)))
            .wrap(Compress::default())
            .wrap(security_headers())
            .wrap(from_fn(move |request, next| observe(ids.clone(), request, next)))
            .route("/healthz", web::get().to(health::live))
            .route("/readyz", web::get().to(health::ready::<E>))
            .route("/metrics", web::get().to(metrics::metrics::<E>))
            .route("/.well-known/jwks.json", web::get().to(key_set::<E>))
            .route("/forms/{case}/{kind}", web::get().to(printed::form::<E>))
            .service(
                web::resource("/graphql")
                    .route(web::post().to(graphql::handle::<E>))
                    .route(web::get().to(graphql::handle::<E>)),
            )
            .service(web::resource("/files").route(web::post().to(files::upload::<E>)))
            .service(web::resource("/files/{id}").route(web::get().to(files::download::<E>)))
            .configure(move |routes| {
                if server.explorer {
                    routes
                        .route("/", web::get().to(explorer::page))
                        .route("/sign-in/{issuer}", web::get().to(sign_in::depart::<E>))
                        .service(
                            web::resource("/sign-in")
                                .app_data(sign_in::body())
                                .route(web::get().to(sign_in::ways::<E>))
                                .route(web::post().to(sign_in::arrive::<E>)),
                        );
                }
            })
    };
    let server =
        HttpServer::new(factory).workers(workers).shutdown_timeout(shutdown).disable_signals().listen(listener)?.run();
    Ok((address, server))
}

/// Only the portals that the configuration names, and only what they need.
fn cors(origins: &[String]) -> Cors {
    let cors = origins.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    cors.allowed_methods(["GET", "POST"])
        .allowed_headers([
            "accept",
            "accept-language",
            "authorization",
            "content-disposition",
            "content-type",
            "if-range",
            "range",
            "x-request-id",
        ])
        .expose_headers([
            "accept-ranges",
            "content-disposition",
            "content-range",
            "etag",
            "ratelimit",
            "ratelimit-policy",
            "retry-after",
            "x-request-id",
        ])
        .max_age(3600)
}

/// Once a minute, forgets who has everything again. Ends with the server.
fn forget_idle(rates: &Arc<Rates>) {
    let rates = Arc::downgrade(rates);
    actix_web::rt::spawn(async move {
        let mut minutes = tokio::time::interval(Duration::from_secs(60));
        loop {
            minutes.tick().await;
            match rates.upgrade() {
                Some(rates) => rates.forget_idle(),
                None => break,
            }
        }
    });
}

fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "no-referrer"))
        .add(("X-Frame-Options", "DENY"))
}

async fn observe(
    clock: Clock,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let harmless =
        |id: &&str| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let id: Arc<str> = match given.filter(harmless) {
        Some(id) => Arc::from(id),
        None => Arc::from(new_id::<Uuid>(clock.now()).simple().to_string()),
    };
    request.extensions_mut().insert(Arc::clone(&id));
    let method = request.method().clone();
    let path: String = request.path().chars().take(100).collect();
    let began = Instant::now();
    let span = tracing::info_span!("request", request_id = %id);
    let mut response = next.call(request).instrument(span.clone()).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    tracing::info!(
        parent: &span,
        %method,
        path,
        status = response.status().as_u16(),
        took_ms = u64::try_from(Duration::as_millis(&began.elapsed())).unwrap_or(u64::MAX),
        "request"
    );
    Ok(response)
}
