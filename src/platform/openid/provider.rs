//! What an issuer says of itself: its discovery document and its keys, fetched seldom and one at a time.

use super::config::is_safe;
use crate::platform::clock::Clock;
use crate::platform::error::Failure;
use crate::platform::outlets::Problem;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::str::FromStr;
use std::sync::{Arc, RwLock};
use tokio::sync::{Mutex, MutexGuard, Semaphore};
use tracing::Instrument;

/// Keys are asked for again after so long: a key that the issuer withdrew is good for no longer.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// When the issuer does not answer, its keys are good for so long, counted from the last time it did.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// It is not asked more often than this, whatever tokens come.
const PAUSE: TimeDelta = TimeDelta::seconds(10);
/// So many requests may wait for its answer.
const WAITING: usize = 64;
/// The largest document that is read.
const LARGEST: usize = 256 * 1024;
/// And so many keys of it.
const MOST_KEYS: usize = 100;

pub const UNREACHABLE: Failure =
    Failure::TryAgain { after_seconds: 10, message: "The issuer of the token cannot be reached; try again shortly." };

pub struct Provider {
    name: String,
    url: String,
    http: reqwest::Client,
    clock: Clock,
    known: RwLock<Option<Arc<Known>>>,
    /// When it was asked last; whoever asks holds it.
    asked: Mutex<Option<DateTime<Utc>>>,
    waiting: Semaphore,
}

/// What the issuer said the last time.
pub struct Known {
    pub authorization_endpoint: Option<String>,
    pub token_endpoint: Option<String>,
    /// It says in each of its answers who it is (RFC 9207).
    pub names_itself: bool,
    keys: Vec<Key>,
    at: DateTime<Utc>,
}

struct Key {
    id: String,
    algorithm: Option<Algorithm>,
    decoding: DecodingKey,
}

#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    jwks_uri: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// A set of keys of which some may be of kinds that nobody here knows.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Provider {
    pub fn new(name: String, url: String, http: reqwest::Client, clock: Clock) -> Self {
        let (known, asked) = (RwLock::default(), Mutex::default());
        Self { name, url, http, clock, known, asked, waiting: Semaphore::new(WAITING) }
    }

    /// The key of this id, if the issuer has one for the algorithm. An unknown id has the issuer asked again, but not often.
    pub async fn key(self: &Arc<Self>, id: &str, algorithm: Algorithm) -> Result<Option<DecodingKey>, Failure> {
        let known = self.known_when(|known| known.key(id, algorithm).is_some()).await?;
        Ok(known.key(id, algorithm).cloned())
    }

    /// What the issuer says of itself, and did not say long ago.
    pub async fn metadata(self: &Arc<Self>) -> Result<Arc<Known>, Failure> {
        self.known_when(|_| true).await
    }

    /// What is known, asked for anew when it is old or not enough.
    async fn known_when(self: &Arc<Self>, is_enough: impl Fn(&Known) -> bool) -> Result<Arc<Known>, Failure> {
        if let Some(known) = self.known(FRESH).filter(|known| is_enough(known)) {
            return Ok(known);
        }
        let mut asked = match self.asked.try_lock() {
            Ok(asked) => asked,
            // Somebody asks already: what was said before is enough, or is waited for.
            Err(_) => match self.known(KEPT).filter(|known| is_enough(known)) {
                Some(known) => return Ok(known),
                None => self.turn().await?,
            },
        };
        // Somebody else may have asked meanwhile.
        if let Some(known) = self.known(FRESH).filter(|known| is_enough(known)) {
            return Ok(known);
        }
        let now = self.clock.now();
        if asked.is_none_or(|at| !(at..at + PAUSE).contains(&now)) {
            *asked = Some(now);
            let this = Arc::clone(self);
            // In a task of its own: whoever hangs up meanwhile must not have used up the question for everybody.
            let asking = async move {
                match this.ask(now).await {
                    Ok(said) => this.remember(said),
                    Err(Problem(problem)) => tracing::warn!(issuer = this.name, problem, "an issuer cannot be asked"),
                }
            };
            if tokio::spawn(asking.in_current_span()).await.is_err() {
                tracing::error!(issuer = self.name, "asking an issuer failed");
            }
        }
        self.known(KEPT).ok_or(UNREACHABLE)
    }

    async fn turn(&self) -> Result<MutexGuard<'_, Option<DateTime<Utc>>>, Failure> {
        match self.waiting.try_acquire() {
            Ok(_waiting) => Ok(self.asked.lock().await),
            Err(_) => Err(UNREACHABLE),
        }
    }

    /// What was said within this time. A clock that was set back makes nothing younger.
    fn known(&self, within: TimeDelta) -> Option<Arc<Known>> {
        let known = self.known.read().ok()?.clone()?;
        (known.at..known.at + within).contains(&self.clock.now()).then_some(known)
    }

    fn remember(&self, said: Known) {
        if let Ok(mut known) = self.known.write() {
            *known = Some(Arc::new(said));
        }
    }

    async fn ask(&self, now: DateTime<Utc>) -> Result<Known, Problem> {
        let discovery = format!("{}/.well-known/openid-configuration", self.url.trim_end_matches('/'));
        let found: Discovered = self.get(&discovery).await?;
        if found.issuer != self.url {
            return Err(Problem::new("NAMES_ANOTHER_ISSUER"));
        }
        let endpoint = |address: Option<String>| address.filter(|address| self.may_be_asked(address));
        if !self.may_be_asked(&found.jwks_uri) {
            return Err(Problem::new("UNSAFE_ADDRESS"));
        }
        let set: KeySet = self.get(&found.jwks_uri).await?;
        Ok(Known {
            authorization_endpoint: endpoint(found.authorization_endpoint),
            token_endpoint: endpoint(found.token_endpoint),
            names_itself: found.authorization_response_iss_parameter_supported,
            keys: set.keys.into_iter().take(MOST_KEYS).filter_map(Key::of).collect(),
            at: now,
        })
    }

    /// An issuer that is reached over TLS leads nowhere else.
    fn may_be_asked(&self, address: &str) -> bool {
        let tls = self.url.starts_with("https:");
        reqwest::Url::parse(address).is_ok_and(|url| is_safe(&url) && (!tls || url.scheme() == "https"))
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Problem> {
        let (status, body) = read(self.http.get(url).header("accept", "application/json")).await?;
        if status != reqwest::StatusCode::OK {
            return Err(Problem(format!("HTTP {}", status.as_u16())));
        }
        serde_json::from_slice(&body).map_err(|_| Problem::new("NOT_UNDERSTOOD"))
    }

    /// Sends a form to the token endpoint.
    pub async fn post_form(
        &self,
        url: &str,
        form: String,
        credentials: Option<String>,
    ) -> Result<(reqwest::StatusCode, Vec<u8>), Problem> {
        let request = self.http.post(url).header("accept", "application/json");
        let mut request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        if let Some(credentials) = credentials {
            request = request.header("authorization", credentials);
        }
        read(request).await
    }
}

/// An answer with its body, which must not be large.
async fn read(request: reqwest::RequestBuilder) -> Result<(reqwest::StatusCode, Vec<u8>), Problem> {
    let gone = |error: reqwest::Error| Problem::new(if error.is_timeout() { "TIMED_OUT" } else { "UNREACHABLE" });
    let mut answer = request.send().await.map_err(gone)?;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(gone)? {
        if body.len() + piece.len() > LARGEST {
            return Err(Problem::new("TOO_LARGE"));
        }
        body.extend_from_slice(&piece);
    }
    Ok((answer.status(), body))
}

impl Known {
    pub fn number_of_keys(&self) -> usize {
        self.keys.len()
    }

    fn key(&self, id: &str, algorithm: Algorithm) -> Option<&DecodingKey> {
        let fits = |key: &&Key| {
            key.id == id
                && key.algorithm.is_none_or(|of_key| of_key == algorithm)
                && key.decoding.family() == algorithm.family()
        };
        self.keys.iter().find(fits).map(|key| &key.decoding)
    }
}

impl Key {
    /// A public key that signatures are checked with; none for every other.
    fn of(written: Value) -> Option<Self> {
        let Jwk { common, algorithm } = serde_json::from_value::<Jwk>(written).ok()?;
        let signs = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
        let verifies = common.key_operations.as_ref().is_none_or(|does| does.contains(&KeyOperations::Verify));
        // A secret is no public key, whoever publishes it.
        let public = !matches!(algorithm, AlgorithmParameters::OctetKey(_) | AlgorithmParameters::Other(_));
        if !(signs && verifies && public) {
            return None;
        }
        let of_key = match common.key_algorithm {
            Some(algorithm) => Some(Algorithm::from_str(&algorithm.to_string()).ok()?),
            None => None,
        };
        let id = common.key_id.clone()?;
        let decoding = DecodingKey::from_jwk(&Jwk { common, algorithm }).ok()?;
        Some(Self { id, algorithm: of_key, decoding })
    }
}
