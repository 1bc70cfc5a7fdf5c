//! Access tokens: EdDSA, one algorithm, every claim required, nothing in the header that we did not put there.

use crate::platform::clock::Clock;
use crate::platform::config::IdentityConfig;
use crate::platform::error::{Failure, Result};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::staff_role::Role;
use entity::{StaffId, StaffSessionId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// How far the clocks of two servers may differ, in seconds.
const LEEWAY: i64 = 5;
const ACCESS: &str = "access";

/// Signs and verifies access tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    header: Header,
    validation: Validation,
    issuer: String,
    audience: String,
    life: TimeDelta,
    clock: Clock,
}

/// What an access token says. Every claim is required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    iss: String,
    aud: String,
    pub sub: StaffId,
    pub sid: StaffSessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
    typ: String,
    /// For portals. The server asks its own records.
    pub roles: Vec<Role>,
}

impl Claims {
    pub fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or_default()
    }

    pub fn is_current(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp();
        self.nbf <= now + LEEWAY && now < self.exp + LEEWAY
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the signing key must be an Ed25519 private key in PKCS#8 PEM (openssl genpkey -algorithm ed25519)")]
pub struct NotASigningKey;

impl Tokens {
    pub fn new(signing_key: &SecretString, config: &IdentityConfig, clock: Clock) -> Result<Self, NotASigningKey> {
        let pem = pem::parse(signing_key.expose_secret()).map_err(|_| NotASigningKey)?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pem.contents()).map_err(|_| NotASigningKey)?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key());
        // The thumbprint of RFC 7638 names the key.
        let thumbprint = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#);
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, thumbprint.as_bytes()))),
            ..Header::new(Algorithm::EdDSA)
        };
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[&config.audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Times are checked against our own clock, in `Claims::is_current`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self {
            encoding: EncodingKey::from_ed_pem(signing_key.expose_secret().as_bytes()).map_err(|_| NotASigningKey)?,
            decoding: DecodingKey::from_ed_components(&public).map_err(|_| NotASigningKey)?,
            header,
            validation,
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            life: TimeDelta::minutes(config.token_minutes.into()),
            clock,
        })
    }

    /// A token for a person's session, and when it ends.
    pub fn issue(&self, staff: StaffId, session: StaffSessionId, roles: Vec<Role>) -> Result<(String, DateTime<Utc>)> {
        let now = self.clock.now();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: staff,
            sid: session,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + self.life).timestamp(),
            typ: ACCESS.to_owned(),
            roles,
        };
        let token =
            encode(&self.header, &claims, &self.encoding).map_err(|_| Failure::internal("signing a token failed"))?;
        Ok((token, claims.expires_at()))
    }

    /// The claims of a token that we signed and that is current.
    pub fn verify(&self, token: &str) -> Result<Claims> {
        let refused = || Failure::Unauthenticated("The access token is not valid; sign in again.");
        let token = decode::<Claims>(token, &self.decoding, &self.validation).map_err(|_| refused())?;
        let claims = token.claims;
        // Exactly our header: no crit, jku, jwk, x5u or anything else that could lead to another key.
        if token.header != self.header || claims.typ != ACCESS || !claims.is_current(self.clock.now()) {
            return Err(refused());
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn key() -> SecretString {
        let pair = Ed25519KeyPair::generate().unwrap();
        pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref())).into()
    }

    fn tokens(key: &SecretString, clock: &Clock) -> Tokens {
        let config =
            IdentityConfig { issuer: "us".into(), audience: "portal".into(), token_minutes: 15, password_hashes: 1 };
        Tokens::new(key, &config, clock.clone()).unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_709_514_000 + seconds, 0).unwrap()
    }

    fn issue(tokens: &Tokens) -> String {
        tokens.issue(Uuid::from_u128(1).into(), Uuid::from_u128(2).into(), vec![Role::Handler]).unwrap().0
    }

    #[test]
    fn a_token_is_good_for_fifteen_minutes() {
        let clock = Clock::standing_at(at(0));
        let tokens = tokens(&key(), &clock);
        let token = issue(&tokens);
        assert_eq!(tokens.verify(&token).unwrap().sub, Uuid::from_u128(1).into());
        for (seconds, good) in [(-6, false), (-5, true), (899, true), (904, true), (905, false)] {
            clock.set(at(seconds));
            assert_eq!(tokens.verify(&token).is_ok(), good, "{seconds}");
        }
    }

    #[test]
    fn only_our_key_our_header_and_our_claims_are_accepted() {
        let clock = Clock::standing_at(at(0));
        let signing_key = key();
        let others = tokens(&key(), &clock);
        let tokens = tokens(&signing_key, &clock);
        assert!(tokens.verify(&issue(&others)).is_err());

        let good: Value = serde_json::to_value(tokens.verify(&issue(&tokens)).unwrap()).unwrap();
        let encoding = EncodingKey::from_ed_pem(signing_key.expose_secret().as_bytes()).unwrap();
        let sign = |header: &Header, claims: &Value| encode(header, claims, &encoding).unwrap();
        assert!(tokens.verify(&sign(&tokens.header, &good)).is_ok());
        for claim in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "typ", "roles"] {
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().remove(claim);
            assert!(tokens.verify(&sign(&tokens.header, &claims)).is_err(), "without {claim}");
        }
        for (claim, value) in [
            ("iss", json!("them")),
            ("aud", json!("other")),
            ("typ", json!("refresh")),
            ("exp", json!("soon")),
            ("extra", json!(1)),
        ] {
            let mut claims = good.clone();
            claims[claim] = value;
            assert!(tokens.verify(&sign(&tokens.header, &claims)).is_err(), "with another {claim}");
        }
        let mut header = tokens.header.clone();
        header.jku = Some("https://example.org/keys".into());
        assert!(tokens.verify(&sign(&header, &good)).is_err());
        let mut header = tokens.header.clone();
        header.crit = Some(vec!["exp".into()]);
        assert!(tokens.verify(&sign(&header, &good)).is_err());
        let none =
            format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(good.to_string()));
        assert!(tokens.verify(&none).is_err());
    }
}
