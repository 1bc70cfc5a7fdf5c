//! An access token of an issuer (RFC 9068, RFC 8725): whose it is, checked with that issuer's keys alone.

use super::Issuer;
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, Utc};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Header, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How far the clock of an issuer may differ from ours, in seconds.
const LEEWAY: i64 = 5;
/// A longer token is nobody's.
const LONGEST: usize = 16 * 1024;
/// The longest subject (OpenID Connect Core 2).
const LONGEST_SUBJECT: usize = 255;

const NOT_VALID: Failure = Failure::Unauthenticated("The access token is not valid; sign in again.");

/// A token that was checked: its issuer signed it, for us, and it is current.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    pub subject: String,
    pub issued_at: DateTime<Utc>,
    /// Not good before.
    pub from: DateTime<Utc>,
    /// Not good any more.
    pub until: DateTime<Utc>,
    claims: Map<String, Value>,
}

/// What a token says of its issuer.
pub fn issuer_of(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    if token.len() > LONGEST {
        return None;
    }
    insecure_decode_claims::<Named>(token).ok().map(|named| named.iss)
}

impl Issuer {
    /// Checks a token that names this issuer.
    pub async fn verify(&self, token: &str) -> Result<IssuedToken> {
        let header = decode_header(token).map_err(|_| NOT_VALID)?;
        if let Some(problem) = self.fault_of_header(&header) {
            return Err(self.refused(problem));
        }
        let id = header.kid.as_deref().unwrap_or_default();
        let Some(key) = self.provider.key(id, header.alg).await? else {
            return Err(self.refused("no such key"));
        };
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.config.url]);
        validation.set_audience(&[&self.config.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are checked against our own clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = match decode::<Map<String, Value>>(token, &key, &validation) {
            Ok(decoded) => decoded.claims,
            Err(_) => return Err(self.refused("signature, issuer, audience or subject")),
        };
        if is_no_access_token(&claims) {
            return Err(self.refused("no access token"));
        }
        let Some(token) = IssuedToken::of(claims) else { return Err(self.refused("claims")) };
        let now = self.clock.now();
        if !token.is_current(now) || token.issued_at.timestamp() > now.timestamp() + LEEWAY {
            return Err(self.refused("not current"));
        }
        Ok(token)
    }

    /// The log says why; the caller learns nothing that helps to make a better one.
    fn refused(&self, problem: &'static str) -> Failure {
        tracing::warn!(issuer = self.name, problem, "an access token is refused");
        NOT_VALID
    }

    /// Nothing that leads to another key, or that we would have to understand and do not.
    fn fault_of_header(&self, header: &Header) -> Option<&'static str> {
        let Header { typ, alg, jku, jwk, kid, x5u, x5c, crit, enc, zip, .. } = header;
        if !self.config.algorithms.contains(alg) {
            return Some("algorithm");
        }
        if jku.is_some() || jwk.is_some() || x5u.is_some() || x5c.is_some() {
            return Some("names a key of its own");
        }
        if crit.is_some() || enc.is_some() || zip.is_some() {
            return Some("asks for more than a signature");
        }
        if kid.as_deref().is_none_or(str::is_empty) {
            return Some("names no key");
        }
        let kind = typ.as_deref().map(str::to_ascii_lowercase);
        match kind.as_deref().map(|kind| kind.strip_prefix("application/").unwrap_or(kind)) {
            Some("at+jwt") => None,
            None | Some("jwt") if self.config.plain_jwt => None,
            _ => Some("type"),
        }
    }
}

/// What ID tokens, refresh tokens and logout tokens have and access tokens have not.
fn is_no_access_token(claims: &Map<String, Value>) -> bool {
    let of_others = ["nonce", "at_hash", "c_hash", "s_hash", "events"];
    let says = |claim: &str, expected: &str| claims.get(claim).is_none_or(|value| value == expected);
    of_others.iter().any(|claim| claims.contains_key(*claim)) || !says("token_use", "access") || !says("typ", "Bearer")
}

impl IssuedToken {
    fn of(claims: Map<String, Value>) -> Option<Self> {
        let instant = |claim: &str| match claims.get(claim) {
            None => Some(None),
            Some(value) => Some(Some(instant(value)?)),
        };
        let (until, issued_at, not_before) = (instant("exp")??, instant("iat")??, instant("nbf")?);
        instant("auth_time")?;
        let subject = claims.get("sub")?.as_str()?.to_owned();
        // A database may refuse a zero in a text, and nobody is called so.
        if !(1..=LONGEST_SUBJECT).contains(&subject.len()) || subject.chars().any(char::is_control) {
            return None;
        }
        Some(Self { subject, issued_at, from: not_before.unwrap_or(issued_at), until, claims })
    }

    pub fn is_current(&self, now: DateTime<Utc>) -> bool {
        is_within(self.from, self.until, now)
    }

    /// When the person signed in at the issuer, if the token says so.
    pub fn signed_in_at(&self) -> Option<DateTime<Utc>> {
        self.claims.get("auth_time").and_then(instant)
    }

    /// A claim as text: by its name, or by a path such as `realm_access.roles`.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claim(claim)?.as_str()
    }

    /// A claim that lists texts, or is one.
    pub fn texts(&self, claim: &str) -> Vec<&str> {
        match self.claim(claim) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(value)) => vec![value],
            _ => Vec::new(),
        }
    }

    pub fn is_true(&self, claim: &str) -> bool {
        self.claims.get(claim) == Some(&Value::Bool(true))
    }

    fn claim(&self, claim: &str) -> Option<&Value> {
        if let Some(value) = self.claims.get(claim) {
            return Some(value);
        }
        let (first, rest) = claim.split_once('.')?;
        rest.split('.').try_fold(self.claims.get(first)?, |value, step| value.get(step))
    }
}

/// Whether a token of this time is good now, give or take what clocks may differ.
pub fn is_within(from: DateTime<Utc>, until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let now = now.timestamp();
    from.timestamp() <= now + LEEWAY && now < until.timestamp() + LEEWAY
}

/// Seconds since 1970, of which some issuers write fractions.
fn instant(value: &Value) -> Option<DateTime<Utc>> {
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is left out, and no date is that far")]
    let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))?;
    DateTime::from_timestamp(seconds, 0)
}
