//! The assertion by which a program proves who it is (RFC 7523): a JWT of its own, good for some minutes and once. What is asked of
//! it follows RFC 8725, and of its audience draft-ietf-oauth-rfc7523bis: the issuer alone, so that an assertion that was made for
//! somebody else is none here.

use super::public_key::PublicKey;
use crate::platform::digest::sha256_hex;
use chrono::{DateTime, Utc};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Header, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;

/// How far the clocks of a program and of ours may differ, in seconds.
const LEEWAY: i64 = 5;
/// How far ahead an assertion may end, in seconds.
const LONGEST: i64 = 300;
/// More characters than any generator of ids makes.
const LONGEST_ID: usize = 256;
/// What a header may call itself; the longer one is that of draft-ietf-oauth-rfc7523bis.
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];

#[derive(Debug, Deserialize)]
pub struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Value>,
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
    jti: Option<String>,
}

/// Whose an assertion says it is; nobody has verified it yet.
pub fn claimed_by(assertion: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claimed {
        sub: String,
    }
    insecure_decode_claims::<Claimed>(assertion).ok().map(|claimed| claimed.sub)
}

/// The key, of those that are good, that an assertion names in its header; all of them when it names none.
pub fn names(assertion: &str, thumbprint: &str) -> bool {
    decode_header(assertion).is_ok_and(|header| header.kid.is_none_or(|kid| kid == thumbprint))
}

/// The claims of an assertion that this key signed, with its own algorithm and nothing in the header that leads elsewhere.
pub fn signed_by(assertion: &str, key: &PublicKey) -> Option<Claims> {
    let mut validation = Validation::new(key.algorithm);
    // Claims are checked below, against our own clock and with their reasons.
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let token = decode::<Claims>(assertion, &key.decoding()?, &validation).ok()?;
    let header = token.header;
    let typed = header.typ.as_deref().is_none_or(|typ| TYPES.iter().any(|known| known.eq_ignore_ascii_case(typ)));
    // No crit, jku, jwk, x5u or anything else.
    let plain = Header { typ: header.typ.clone(), kid: header.kid.clone(), ..Header::new(key.algorithm) };
    (typed && header == plain).then_some(token.claims)
}

/// What is kept of an assertion that was used.
#[derive(Debug, PartialEq, Eq)]
pub struct Used {
    pub sha256: String,
    /// From when on it could not be used any more.
    pub expires_at: DateTime<Utc>,
}

impl Claims {
    /// Whether the program said this of itself, to us, just now; if not, what is wrong.
    pub fn check(&self, client: &str, issuer: &str, now: DateTime<Utc>) -> Result<Used, &'static str> {
        let now = now.timestamp();
        if [&self.iss, &self.sub].iter().any(|who| who.as_deref() != Some(client)) {
            return Err("iss and sub must both be the client id");
        }
        if self.aud.as_ref().and_then(Value::as_str) != Some(issuer) {
            return Err("aud must be the issuer of this server, as one string");
        }
        let exp = self.exp.ok_or("exp is missing")?;
        if exp <= now.saturating_sub(LEEWAY) {
            return Err("the assertion has expired");
        }
        if exp > now.saturating_add(LONGEST + LEEWAY) {
            return Err("exp must be at most five minutes ahead");
        }
        if [self.nbf, self.iat].into_iter().flatten().any(|begins| begins > now.saturating_add(LEEWAY)) {
            return Err("nbf and iat must not lie in the future");
        }
        let known = self.jti.as_deref().filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
        let id = known.ok_or("jti must be there, with at most 256 bytes")?;
        let ends = exp.saturating_add(LEEWAY);
        let expires_at = DateTime::from_timestamp(ends, 0).ok_or("exp is no time")?;
        Ok(Used { sha256: sha256_hex(format!("{client}:{id}").as_bytes()), expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn checked(changes: &Value) -> Result<Used, &'static str> {
        let now = DateTime::from_timestamp(1_709_514_000, 0).unwrap();
        let mut claims = json!({ "iss": "me", "sub": "me", "aud": "us", "exp": 1_709_514_060, "jti": "1" });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        serde_json::from_value::<Claims>(claims).unwrap().check("me", "us", now)
    }

    #[test]
    fn the_bounds_of_an_assertion() {
        let now = 1_709_514_000;
        for (changes, good) in [
            (json!({}), true),
            (json!({ "exp": now - 5 }), false),
            (json!({ "exp": now - 4 }), true),
            (json!({ "exp": now + 305 }), true),
            (json!({ "exp": now + 306 }), false),
            (json!({ "exp": i64::MAX }), false),
            (json!({ "exp": i64::MIN }), false),
            (json!({ "exp": null }), false),
            (json!({ "nbf": now + 5, "iat": now + 5 }), true),
            (json!({ "nbf": now + 6 }), false),
            (json!({ "iat": now + 6 }), false),
            (json!({ "iat": i64::MIN }), true),
            (json!({ "iss": "you" }), false),
            (json!({ "sub": "you" }), false),
            (json!({ "iss": null }), false),
            (json!({ "aud": ["us"] }), false),
            (json!({ "aud": ["us", "them"] }), false),
            (json!({ "aud": "us/" }), false),
            (json!({ "aud": null }), false),
            (json!({ "jti": null }), false),
            (json!({ "jti": "" }), false),
            (json!({ "jti": "x".repeat(256) }), true),
            (json!({ "jti": "x".repeat(257) }), false),
        ] {
            assert_eq!(checked(&changes).is_ok(), good, "{changes}");
        }
    }

    #[test]
    fn an_assertion_is_remembered_for_as_long_as_it_could_come_again() {
        let used = checked(&json!({})).unwrap();
        assert_eq!(used.expires_at.timestamp(), 1_709_514_065);
        assert_ne!(used.sha256, checked(&json!({ "jti": "2" })).unwrap().sha256);
    }

    #[test]
    fn rubbish_claims_to_be_nobody() {
        for rubbish in ["", ".", "..", "a.b.c", "投诉.投诉.投诉", "e30.e30.", &"x".repeat(100_000)] {
            assert_eq!(claimed_by(rubbish), None, "{}", rubbish.len());
            assert!(!names(rubbish, "x"));
        }
    }
}
