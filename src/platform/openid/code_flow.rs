//! The authorization-code flow with PKCE (RFC 7636, RFC 9700), for the explorer. What the browser must keep meanwhile is one
//! random value, in a cookie that no script reads; `state` follows from it, so that nothing needs to be remembered here.

use super::Issuer;
use super::config::ExplorerClient;
use super::provider::{Known, UNREACHABLE};
use crate::platform::error::{Failure, Result};
use crate::platform::outlets::Problem;
use crate::platform::random::random;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Url;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

/// A person on the way to the issuer.
pub struct Departure {
    /// Where the browser goes.
    pub location: String,
    /// What it keeps until it comes back.
    pub kept: String,
    /// Whether it may be sent over TLS only.
    pub over_tls: bool,
}

/// What the issuer sends back with the person.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    pub code: String,
    pub state: String,
    /// Who says so (RFC 9207).
    pub iss: Option<String>,
}

/// What the explorer may ask with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    access_token: String,
    /// Seconds, if the issuer says.
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Answered {
    access_token: String,
    token_type: String,
    expires_in: Option<u64>,
}

const NOT_SIGNED_IN: Failure = Failure::Unauthenticated("The issuer did not sign you in; begin anew.");
const NOT_BEGUN_HERE: Failure = Failure::Unauthenticated("This sign-in was not begun in this browser; begin anew.");

impl Issuer {
    /// Sends a person to the issuer. Nothing, if the explorer does not sign in there.
    pub async fn depart(&self) -> Result<Departure> {
        let client = self.config.explorer.as_ref().ok_or(Failure::NotFound)?;
        let known = self.provider.metadata().await?;
        let endpoint = known.authorization_endpoint.as_deref().ok_or(UNREACHABLE)?;
        let verifier = URL_SAFE_NO_PAD.encode(random::<32>()?);
        let (state, challenge) = (self.state(&verifier), hashed(verifier.as_bytes()));
        let mut location = Url::parse(endpoint).map_err(|_| UNREACHABLE)?;
        location
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", &client.url)
            .append_pair("scope", &client.scope)
            .append_pair("state", &state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(&client.parameters);
        let (kept, over_tls) = (format!("{}.{verifier}", self.name), client.url.starts_with("https:"));
        Ok(Departure { location: location.into(), kept, over_tls })
    }

    /// Exchanges what came back for an access token, if it belongs to what this browser kept.
    pub async fn arrive(&self, verifier: &str, arrival: &Arrival) -> Result<Granted> {
        let client = self.config.explorer.as_ref().ok_or(Failure::NotFound)?;
        let known = self.provider.metadata().await?;
        self.is_of_this_issuer(&known, verifier, arrival)?;
        let endpoint = known.token_endpoint.as_deref().ok_or(UNREACHABLE)?;
        let form = form_of(client, verifier, &arrival.code)?;
        let asked = self.provider.post_form(endpoint, form, credentials_of(client)?).await;
        let (status, body) = asked.map_err(|Problem(problem)| {
            tracing::warn!(issuer = self.name, problem, "a code cannot be exchanged");
            UNREACHABLE
        })?;
        let answered = if status.is_success() { serde_json::from_slice::<Answered>(&body).ok() } else { None };
        match answered.filter(|answered| answered.token_type.eq_ignore_ascii_case("bearer")) {
            Some(Answered { access_token, expires_in, .. }) => Ok(Granted { access_token, expires_in }),
            None => {
                tracing::warn!(issuer = self.name, status = status.as_u16(), "a code was not taken");
                Err(NOT_SIGNED_IN)
            }
        }
    }

    /// The way back must be the way there: begun in this browser, with this issuer and no other (RFC 9700 4.4, mix-up).
    fn is_of_this_issuer(&self, known: &Known, verifier: &str, arrival: &Arrival) -> Result<()> {
        let named = match &arrival.iss {
            Some(named) => *named == self.config.url,
            None => !known.names_itself,
        };
        if named && arrival.state == self.state(verifier) { Ok(()) } else { Err(NOT_BEGUN_HERE) }
    }

    fn state(&self, verifier: &str) -> String {
        hashed(format!("redress explorer sign-in\0{}\0{verifier}", self.name).as_bytes())
    }
}

fn hashed(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, bytes))
}

fn form_of(client: &ExplorerClient, verifier: &str, code: &str) -> Result<String> {
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &client.url),
        ("code_verifier", verifier),
    ];
    if client.secret.is_none() {
        pairs.push(("client_id", &client.id));
    }
    pairs.extend(client.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    form_encoded(&pairs)
}

/// The client's id and secret as RFC 6749 2.3.1 has them: encoded like a form first.
fn credentials_of(client: &ExplorerClient) -> Result<Option<String>> {
    let Some(secret) = &client.secret else { return Ok(None) };
    let encoded = form_encoded(&[(&client.id, secret.expose_secret())])?.replacen('=', ":", 1);
    Ok(Some(format!("Basic {}", STANDARD.encode(encoded))))
}

fn form_encoded(pairs: &[(&str, &str)]) -> Result<String> {
    let url = Url::parse_with_params("http://localhost/", pairs).map_err(|_| Failure::internal("a form failed"))?;
    Ok(url.query().unwrap_or_default().to_owned())
}
