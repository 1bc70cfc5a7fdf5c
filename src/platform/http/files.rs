//! `POST /files` takes a file, `GET /files/{id}` gives one out: signed in like `/graphql`, and never whole in memory.

use super::graphql::{BUSY, Engine, Worker, who_asks};
use super::origin::origin;
use super::respond::{answer, refuse_as, refuse_error};
use crate::platform::access::{Actor, Permission};
use crate::platform::db::Database;
use crate::platform::error::{ErrorCode, Failure, Result, graphql_error, unplaced};
use crate::platform::files::{FileRefused, Files, Incoming, Part, StoredFile};
use actix_web::body::SizedStream;
use actix_web::http::header::{
    self, ContentDisposition, ContentEncoding, DispositionParam, DispositionType, ExtendedValue, Header, HeaderValue,
    TryIntoHeaderValue,
};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::ErrorExtensions;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::Value;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;
use tracing::Instrument;

/// What the HTTP room asks of the room above it that keeps the rows of files.
pub trait FileDesk: Send + Sync + 'static {
    /// Whether this person may bring files; if not, which permission is missing.
    fn may_bring(&self, actor: &Actor) -> Result<(), Permission>;

    /// Takes a file and gives what the caller needs to know of it. Runs to its end, whatever becomes of the caller.
    fn take(
        self: Arc<Self>,
        db: Database,
        actor: Actor,
        incoming: Incoming,
        parts: Receiver<Part>,
    ) -> BoxFuture<'static, Result<Value, FileRefused>>;

    /// The file of an id, if it is one that this person may read for this purpose.
    fn find(
        self: Arc<Self>,
        db: Database,
        actor: Actor,
        asked: AskedFor,
    ) -> BoxFuture<'static, Result<HandedOut, Failure>>;

    /// Writes down that the person reads it; nothing is given out before.
    fn write_down(
        self: Arc<Self>,
        db: Database,
        actor: Actor,
        asked: AskedFor,
    ) -> BoxFuture<'static, Result<(), Failure>>;
}

/// Which file is asked for, and what for.
#[derive(Clone, Debug)]
pub struct AskedFor {
    pub id: String,
    pub purpose: Option<String>,
}

/// A file that may be given out.
pub struct HandedOut {
    pub files: Files,
    pub file: StoredFile,
    pub name: String,
    pub media_type: String,
}

/// What a transfer costs of the rate of its person, whatever its size: as much as a page of a list.
const COST: u32 = 100;

pub async fn upload<E: Engine>(
    worker: web::Data<Worker<E>>,
    http: HttpRequest,
    mut body: web::Payload,
) -> HttpResponse {
    match receive(&worker, &http, &mut body).await {
        Ok(taken) => {
            worker.metrics.transferred("upload", "OK");
            answer(StatusCode::CREATED, &taken)
        }
        Err(refused) => {
            worker.metrics.transferred("upload", refused.tells().2);
            drain(&mut body).await;
            let mut response = refusal(refused);
            response.head_mut().set_connection_type(ConnectionType::Close);
            response
        }
    }
}

/// A caller who is still sending may hear nothing when the connection is closed before; so more is taken from it for a while.
async fn drain(body: &mut web::Payload) {
    const MOST: usize = 128 << 20;
    let rest = async {
        let mut drained = 0;
        while let Some(Ok(bytes)) = body.next().await {
            drained += bytes.len();
            if drained > MOST {
                break;
            }
        }
    };
    let _ = timeout(Duration::from_secs(10), rest).await;
}

async fn receive<E: Engine>(
    worker: &Worker<E>,
    http: &HttpRequest,
    body: &mut web::Payload,
) -> Result<Value, FileRefused> {
    let actor = signed_in(worker, http).await?;
    if let Err(permission) = worker.desk.may_bring(&actor) {
        if let Err(failure) = worker.engine.record_denial(&worker.db, &actor, permission).await {
            tracing::error!(error = failure.summary(), "a denial could not be recorded");
        }
        return Err(Failure::Forbidden("Your roles bring no files.").into());
    }
    let _permit = permit(worker)?;
    let incoming = described(http)?;
    let (sender, parts) = channel(4);
    // In a task of its own: when the caller hangs up, this future is dropped, but what the file left is still removed.
    let taking = Arc::clone(&worker.desk).take(worker.db.clone(), actor, incoming, parts);
    let task = tokio::spawn(taking.in_current_span());
    pass_on(body, sender, worker.idle).await;
    task.await.map_err(|_| Failure::internal("taking a file panicked"))?
}

/// Passes the body on. Without [`Part::End`], the other side knows that it did not come whole.
async fn pass_on(body: &mut web::Payload, sender: Sender<Part>, idle: Duration) {
    loop {
        let part = match timeout(idle, body.next()).await {
            Ok(Some(Ok(bytes))) => Part::Bytes(bytes),
            Ok(None) => Part::End,
            Ok(Some(Err(_))) | Err(_) => return,
        };
        let ended = matches!(part, Part::End);
        if sender.send(part).await.is_err() || ended {
            return;
        }
    }
}

fn described(http: &HttpRequest) -> Result<Incoming, FileRefused> {
    let disposition = ContentDisposition::parse(http).map_err(|_| FileRefused::NameMissing)?;
    let extended = disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    let name = extended.or_else(|| disposition.get_filename().map(str::to_owned)).ok_or(FileRefused::NameMissing)?;
    let text = |name| http.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    Ok(Incoming {
        name,
        declared_type: text(header::CONTENT_TYPE).map(str::to_owned),
        length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
    })
}

#[derive(Deserialize)]
pub struct Asked {
    purpose: Option<String>,
}

pub async fn download<E: Engine>(
    worker: web::Data<Worker<E>>,
    http: HttpRequest,
    id: web::Path<String>,
    query: web::Query<Asked>,
) -> HttpResponse {
    let asked = AskedFor { id: id.into_inner(), purpose: query.into_inner().purpose };
    let (outcome, response) = match give(&worker, &http, asked).await {
        Ok(response) => ("OK", response),
        Err(failure) => ("REFUSED", refusal(FileRefused::Failed(failure))),
    };
    worker.metrics.transferred("download", outcome);
    response
}

async fn give<E: Engine>(worker: &Worker<E>, http: &HttpRequest, asked: AskedFor) -> Result<HttpResponse> {
    let actor = signed_in(worker, http).await?;
    let permit = permit(worker)?;
    let found = Arc::clone(&worker.desk).find(worker.db.clone(), actor.clone(), asked.clone());
    let HandedOut { files, file, name, media_type } = in_a_task(found).await?;
    let (size, tag) = (file.size, format!("\"{}\"", file.sha256));
    let (status, range) = match wanted_range(http, size, &tag) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => {
            let mut response = refuse_as(
                StatusCode::RANGE_NOT_SATISFIABLE,
                unplaced(graphql_error(ErrorCode::BadUserInput, "There are no such bytes in this file.")),
            );
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return Ok(response);
        }
    };
    in_a_task(Arc::clone(&worker.desk).write_down(worker.db.clone(), actor, asked)).await?;
    let length = range.end - range.start;
    let content_range = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
    let mut pieces = Box::pin(files.read(file, range).await?);
    // While the status can still say that something is wrong.
    let first = pieces.try_next().await?;
    let pieces = stream::iter(first.map(Ok)).chain(pieces).map_err(|failure: Failure| {
        tracing::error!(error = failure.summary(), "a file could not be given out whole");
        io::Error::other("the rest of the file cannot be read")
    });
    // The place is kept until the last byte.
    let pieces = pieces.map_ok(move |piece| {
        let _held = &permit;
        piece
    });
    let mut response = HttpResponse::build(status).body(SizedStream::new(length, pieces));
    set(&mut response, header::CONTENT_TYPE, &media_type);
    if let Ok(disposition) = as_attachment(name).try_into_value() {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    // What a browser is given here it saves; it never shows or runs it.
    set(&mut response, header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    set(&mut response, header::CACHE_CONTROL, "no-store");
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::ETAG, &tag);
    // Compressed, it would have another length.
    set(&mut response, header::CONTENT_ENCODING, ContentEncoding::Identity.as_str());
    if status == StatusCode::PARTIAL_CONTENT {
        set(&mut response, header::CONTENT_RANGE, &content_range);
    }
    Ok(response)
}

fn set(response: &mut HttpResponse, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// RFC 6266: the whole name in UTF-8, and one in ASCII for who does not understand it.
fn as_attachment(name: String) -> ContentDisposition {
    let ascii: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let extended = ExtendedValue {
        charset: header::Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.into_bytes(),
    };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(ascii), DispositionParam::FilenameExt(extended)],
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Nothing,
}

/// One range of bytes; several, other units and what cannot be read are answered with the whole file (RFC 9110, 14.2).
fn wanted_range(http: &HttpRequest, size: u64, tag: &str) -> Wanted {
    let of_another = http.headers().get(header::IF_RANGE).is_some_and(|value| value.as_bytes() != tag.as_bytes());
    match header::Range::parse(http) {
        Ok(header::Range::Bytes(ranges)) if !of_another && http.headers().contains_key(header::RANGE) => {
            match &ranges[..] {
                [one] => match one.to_satisfiable_range(size) {
                    Some((first, last)) => Wanted::Part(first..last + 1),
                    None => Wanted::Nothing,
                },
                _ => Wanted::Whole,
            }
        }
        _ => Wanted::Whole,
    }
}

async fn signed_in<E: Engine>(worker: &Worker<E>, http: &HttpRequest) -> Result<Actor> {
    let actor = who_asks(worker, http).await?;
    worker.rates.pay(&actor, origin(http, &worker.proxies).address, COST)?;
    if actor.staff_id().is_none() {
        return Err(Failure::Unauthenticated("Sign in first."));
    }
    Ok(actor)
}

fn permit<E>(worker: &Worker<E>) -> Result<OwnedSemaphorePermit> {
    Arc::clone(&worker.transfers).try_acquire_owned().map_err(|_| BUSY)
}

/// A caller who hangs up must not stop a transaction half-way.
async fn in_a_task<T: Send + 'static>(work: BoxFuture<'static, Result<T>>) -> Result<T> {
    tokio::spawn(work.in_current_span()).await.map_err(|_| Failure::internal("giving a file out panicked"))?
}

fn refusal(refused: FileRefused) -> HttpResponse {
    match refused {
        FileRefused::Failed(failure) => {
            let is_missing = matches!(failure, Failure::NotFound);
            let mut response = refuse_error(unplaced(failure));
            if is_missing {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
            response
        }
        refused => {
            let (status, code, reason) = refused.tells();
            let error =
                graphql_error(code, refused.to_string()).extend_with(|_, extensions| extensions.set("reason", reason));
            refuse_as(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), unplaced(error))
        }
    }
}
