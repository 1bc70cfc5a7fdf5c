//! An OpenID Connect issuer on this machine, which can be told to misbehave, and tokens that it would or would never sign.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use redress::platform::openid::{IssuerConfig, People};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub const AUDIENCE: &str = "https://redress.example";

/// A key that it signs with.
#[derive(Clone)]
pub struct Key {
    pub id: String,
    pub encoding: EncodingKey,
    pub algorithm: Algorithm,
    /// As it publishes the key.
    pub jwk: Value,
}

impl Key {
    pub fn ec(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let encoding = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
        Self::of(id, encoding, Algorithm::ES256)
    }

    pub fn of(id: &str, encoding: EncodingKey, algorithm: Algorithm) -> Self {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&encoding, algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(id);
        jwk["use"] = json!("sig");
        Self { id: id.to_owned(), encoding, algorithm, jwk }
    }

    /// Signs whatever it is given.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.encoding, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

/// How it behaves when it is asked for its discovery document or its keys.
#[derive(Clone, Debug)]
pub enum Behaves {
    Well,
    Fails(u16),
    /// Says that it is another.
    As(String),
    /// Sends whoever asks for keys somewhere else.
    Redirects(String),
    /// Says that its keys are there.
    KeysAt(String),
    /// Never ends.
    TooLarge,
}

pub struct TestIssuer {
    pub url: String,
    state: Arc<State>,
}

struct State {
    url: String,
    keys: Mutex<Vec<Key>>,
    behaves: Mutex<Behaves>,
    discoveries: AtomicUsize,
    key_sets: AtomicUsize,
    /// Forms that came to the token endpoint, and what it answers the next one with.
    exchanges: Mutex<Vec<HashMap<String, String>>>,
    grants: Mutex<Option<(u16, Value)>>,
    names_itself: Mutex<bool>,
}

static SERIAL: AtomicU32 = AtomicU32::new(1);

impl TestIssuer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            url: url.clone(),
            keys: Mutex::new(vec![Key::ec("first")]),
            behaves: Mutex::new(Behaves::Well),
            discoveries: AtomicUsize::default(),
            key_sets: AtomicUsize::default(),
            exchanges: Mutex::default(),
            grants: Mutex::default(),
            names_itself: Mutex::new(true),
        });
        let serving = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&serving);
                tokio::spawn(async move { state.answer(stream).await });
            }
        });
        Self { url, state }
    }

    /// What an operator would configure for it.
    pub fn config(&self) -> IssuerConfig {
        IssuerConfig {
            url: self.url.clone(),
            audience: AUDIENCE.to_owned(),
            algorithms: vec![Algorithm::ES256, Algorithm::EdDSA, Algorithm::PS256, Algorithm::RS256],
            plain_jwt: false,
            people: People::Known,
            login_claim: "login".to_owned(),
            name_claim: "name".to_owned(),
            groups_claim: "groups".to_owned(),
            groups: Vec::new(),
            department: None,
            roles: Vec::new(),
            second_factor: vec!["mfa".to_owned()],
            explorer: None,
        }
    }

    pub fn behave(&self, how: Behaves) {
        *self.state.behaves.lock().unwrap() = how;
    }

    /// The keys that it publishes from here on; it signs with the first.
    pub fn use_keys(&self, keys: &[&Key]) {
        *self.state.keys.lock().unwrap() = keys.iter().map(|key| (*key).clone()).collect();
    }

    pub fn key(&self) -> Key {
        self.state.keys.lock().unwrap()[0].clone()
    }

    /// How often it was asked for its keys.
    pub fn asked(&self) -> usize {
        self.state.key_sets.load(Ordering::SeqCst)
    }

    /// How often it was asked for anything.
    pub fn asked_at_all(&self) -> usize {
        self.asked() + self.state.discoveries.load(Ordering::SeqCst)
    }

    /// What the token endpoint answers once.
    pub fn will_grant(&self, status: u16, answer: Value) {
        *self.state.grants.lock().unwrap() = Some((status, answer));
    }

    pub fn names_itself(&self, does: bool) {
        *self.state.names_itself.lock().unwrap() = does;
    }

    pub fn exchanges(&self) -> Vec<HashMap<String, String>> {
        self.state.exchanges.lock().unwrap().clone()
    }

    pub fn header(&self) -> Value {
        let key = self.key();
        json!({ "alg": key.algorithm, "typ": "at+jwt", "kid": key.id })
    }

    /// What it would say of somebody who signed in at this instant.
    pub fn claims(&self, login: &str, now: DateTime<Utc>) -> Value {
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        json!({
            "iss": self.url, "aud": AUDIENCE, "sub": format!("subject of {login}"), "login": login, "client_id": "portal",
            "iat": now.timestamp(), "exp": (now + TimeDelta::minutes(5)).timestamp(), "jti": format!("{serial}"),
            "sid": format!("session of {login}"), "auth_time": now.timestamp(),
        })
    }

    /// A good access token.
    pub fn token(&self, login: &str, now: DateTime<Utc>) -> String {
        self.token_with(login, now, json!({}))
    }

    /// The same with these claims changed; null takes a claim away.
    pub fn token_with(&self, login: &str, now: DateTime<Utc>, changes: Value) -> String {
        let mut claims = self.claims(login, now);
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        self.key().sign(&self.header(), &claims)
    }
}

impl State {
    async fn answer(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let path = line.split(' ').nth(1)?.to_owned();
            let (mut length, mut credentials) = (0, None);
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await.ok()?;
                match line.trim_end().split_once(": ") {
                    Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                        length = value.parse().ok()?
                    }
                    Some((name, value)) if name.eq_ignore_ascii_case("authorization") => {
                        credentials = Some(value.to_owned())
                    }
                    Some(_) => {}
                    None => break,
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.ok()?;
            let behaves = self.behaves.lock().unwrap().clone();
            let (status, more, answer) = self.say(&path, &body, credentials, &behaves)?;
            let length = if matches!(behaves, Behaves::TooLarge) { 1 << 40 } else { answer.len() };
            let head = format!(
                "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\n{more}content-length: {length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.ok()?;
            if matches!(behaves, Behaves::TooLarge) {
                while stream.write_all(&[b' '; 8192]).await.is_ok() {
                    tokio::time::sleep(Duration::from_micros(10)).await;
                }
                return None;
            }
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
    }

    fn say(
        &self,
        path: &str,
        body: &[u8],
        credentials: Option<String>,
        behaves: &Behaves,
    ) -> Option<(u16, String, String)> {
        let good = |answer: &Value| Some((200, String::new(), answer.to_string()));
        match path {
            "/.well-known/openid-configuration" => {
                self.discoveries.fetch_add(1, Ordering::SeqCst);
                let mut document = json!({
                    "issuer": self.url, "jwks_uri": format!("{}/keys", self.url),
                    "authorization_endpoint": format!("{}/authorize?tenant=x", self.url),
                    "token_endpoint": format!("{}/token", self.url),
                    "authorization_response_iss_parameter_supported": *self.names_itself.lock().unwrap(),
                });
                match behaves {
                    Behaves::Fails(status) => return Some((*status, String::new(), "{}".to_owned())),
                    Behaves::As(other) => document["issuer"] = json!(other),
                    Behaves::KeysAt(place) => document["jwks_uri"] = json!(place),
                    _ => {}
                }
                good(&document)
            }
            "/keys" => {
                self.key_sets.fetch_add(1, Ordering::SeqCst);
                if let Behaves::Redirects(to) = behaves {
                    return Some((302, format!("location: {to}\r\n"), String::new()));
                }
                // Among keys that nobody here can use.
                let mut keys = vec![
                    json!({ "kty": "EC", "crv": "secp256k1", "kid": "odd", "x": "AA", "y": "AA" }),
                    json!({ "kty": "oct", "kid": "secret", "k": "c2VjcmV0", "alg": "HS256" }),
                    json!({ "kty": "AKP", "kid": "new", "alg": "ML-DSA-44", "pub": "AA" }),
                    json!("nonsense"),
                ];
                keys.extend(self.keys.lock().unwrap().iter().map(|key| key.jwk.clone()));
                good(&json!({ "keys": keys }))
            }
            "/token" => {
                let form = reqwest::Url::parse(&format!("http://x/?{}", String::from_utf8_lossy(body))).unwrap();
                let mut form: HashMap<_, _> = form.query_pairs().into_owned().collect();
                form.extend(credentials.map(|credentials| ("authorization".to_owned(), credentials)));
                self.exchanges.lock().unwrap().push(form);
                let (status, answer) =
                    self.grants.lock().unwrap().take().unwrap_or((400, json!({ "error": "invalid_grant" })));
                Some((status, String::new(), answer.to_string()))
            }
            _ => Some((404, String::new(), "{}".to_owned())),
        }
    }
}
