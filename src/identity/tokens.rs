//! Tokens that we sign: EdDSA and nothing else, every claim required, nothing in the header that we did not put there
//! (RFC 8725). Two kinds: access tokens, and proofs that a person has just said who they are again.

use crate::platform::clock::Clock;
use crate::platform::config::IdentityConfig;
use crate::platform::error::{Failure, Result};
use crate::platform::openid::is_within;
use crate::platform::signing::{NotASigningKey, ServerKeys};
use async_graphql::Enum;
use chrono::{DateTime, TimeDelta, Utc};
use entity::staff_role::Role;
use entity::{StaffId, StaffSessionId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

/// For so long a proof is good.
const PROOF_LIFE: TimeDelta = TimeDelta::minutes(5);

/// Signs and verifies tokens.
pub struct Tokens {
    encoding: EncodingKey,
    /// The first belongs to the key that signs.
    keys: Vec<Key>,
    validation: Validation,
    issuer: String,
    audience: String,
    life: TimeDelta,
    clock: Clock,
}

struct Key {
    id: String,
    decoding: DecodingKey,
}

/// What a token is for; it stands in the header and in the claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Access,
    Proof,
}

impl Kind {
    const fn header(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Proof => "proof+jwt",
        }
    }
}

/// What every token says. Every claim is required.
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
    typ: Kind,
    /// Of an access token, for portals. The server asks its own records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<Role>>,
    /// Of a proof: what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<ConfirmedAction>,
}

/// What a person confirms with their password, beyond being signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConfirmedAction {
    /// Signing the minutes of a joint review.
    SignMinutes,
    /// Agreeing to a disposal of archive files.
    ApproveDisposal,
    /// Adding, retiring and exporting keys.
    ManageKeys,
}

impl Claims {
    pub fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or_default()
    }

    pub fn not_before(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.nbf, 0).unwrap_or_default()
    }

    pub fn is_current(&self, now: DateTime<Utc>) -> bool {
        is_within(self.not_before(), self.expires_at(), now)
    }
}

impl Tokens {
    pub fn new(keys: &ServerKeys, config: &IdentityConfig, clock: Clock) -> Result<Self, NotASigningKey> {
        let verifying = keys.current().iter().map(|key| {
            let decoding = DecodingKey::from_ed_components(&key.x).map_err(|_| NotASigningKey)?;
            Ok(Key { id: key.id.clone(), decoding })
        });
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[&config.audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Times are checked against our own clock, in `Claims::is_current`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self {
            encoding: EncodingKey::from_ed_der(keys.first_der()?.as_ref()),
            keys: verifying.collect::<Result<_, _>>()?,
            validation,
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            life: TimeDelta::minutes(config.token_minutes.into()),
            clock,
        })
    }

    /// An access token for a person's session, and when it ends.
    pub fn issue(&self, staff: StaffId, session: StaffSessionId, roles: Vec<Role>) -> Result<(String, DateTime<Utc>)> {
        self.sign(staff, session, self.life, Kind::Access, Some(roles), None)
    }

    /// A proof that the person of a session has just given the password for this action, and when it ends.
    pub fn prove(
        &self,
        staff: StaffId,
        session: StaffSessionId,
        action: ConfirmedAction,
    ) -> Result<(String, DateTime<Utc>)> {
        self.sign(staff, session, PROOF_LIFE, Kind::Proof, None, Some(action))
    }

    /// The claims of an access token that we signed and that is current.
    pub fn verify(&self, token: &str) -> Result<Claims> {
        self.read(Kind::Access, token).ok_or(Failure::Unauthenticated("The access token is not valid; sign in again."))
    }

    /// Whether a proof is of this person, session and action, and current.
    pub fn is_proof(&self, proof: &str, staff: StaffId, session: StaffSessionId, action: ConfirmedAction) -> bool {
        self.read(Kind::Proof, proof)
            .is_some_and(|claims| (claims.sub, claims.sid, claims.action) == (staff, session, Some(action)))
    }

    fn sign(
        &self,
        sub: StaffId,
        sid: StaffSessionId,
        life: TimeDelta,
        typ: Kind,
        roles: Option<Vec<Role>>,
        action: Option<ConfirmedAction>,
    ) -> Result<(String, DateTime<Utc>)> {
        let now = self.clock.now();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub,
            sid,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + life).timestamp(),
            typ,
            roles,
            action,
        };
        let signed = self.keys.first().and_then(|key| encode(&header(typ, &key.id), &claims, &self.encoding).ok());
        Ok((signed.ok_or_else(|| Failure::internal("signing a token failed"))?, claims.expires_at()))
    }

    fn read(&self, kind: Kind, token: &str) -> Option<Claims> {
        let id = decode_header(token).ok()?.kid?;
        let key = self.keys.iter().find(|key| key.id == id)?;
        let token = decode::<Claims>(token, &key.decoding, &self.validation).ok()?;
        // Exactly our header: no crit, jku, jwk, x5u or anything else that could lead to another key.
        let ours = token.header == header(kind, &key.id);
        let claims = token.claims;
        let particular = match kind {
            Kind::Access => claims.roles.is_some() && claims.action.is_none(),
            Kind::Proof => claims.action.is_some() && claims.roles.is_none(),
        };
        (ours && particular && claims.typ == kind && claims.is_current(self.clock.now())).then_some(claims)
    }
}

fn header(kind: Kind, key_id: &str) -> Header {
    Header { typ: Some(kind.header().to_owned()), kid: Some(key_id.to_owned()), ..Header::new(Algorithm::EdDSA) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::Ed25519KeyPair;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use secrecy::{ExposeSecret, SecretString};
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn key() -> SecretString {
        let pair = Ed25519KeyPair::generate().unwrap();
        pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref())).into()
    }

    fn tokens(key: &SecretString, clock: &Clock) -> Tokens {
        Tokens::new(&ServerKeys::parse(key).unwrap(), &config(), clock.clone()).unwrap()
    }

    fn config() -> IdentityConfig {
        IdentityConfig {
            issuer: "us".into(),
            audience: "portal".into(),
            token_minutes: 15,
            refresh_minutes: 60,
            session_hours: 12,
            temporary_password_hours: 72,
            password_hashes: 1,
            waiting_logins: 1,
        }
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
        let ours = header(Kind::Access, &tokens.keys[0].id);
        let sign = |header: &Header, claims: &Value| encode(header, claims, &encoding).unwrap();
        assert!(tokens.verify(&sign(&ours, &good)).is_ok());
        for claim in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "typ", "roles"] {
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().remove(claim);
            assert!(tokens.verify(&sign(&ours, &claims)).is_err(), "without {claim}");
        }
        for (claim, value) in [
            ("iss", json!("them")),
            ("aud", json!("other")),
            ("typ", json!("proof")),
            ("typ", json!("refresh")),
            ("exp", json!("soon")),
            ("extra", json!(1)),
        ] {
            let mut claims = good.clone();
            claims[claim] = value;
            assert!(tokens.verify(&sign(&ours, &claims)).is_err(), "with another {claim}");
        }
        let mut header = ours.clone();
        header.jku = Some("https://example.org/keys".into());
        assert!(tokens.verify(&sign(&header, &good)).is_err());
        let mut header = ours.clone();
        header.crit = Some(vec!["exp".into()]);
        assert!(tokens.verify(&sign(&header, &good)).is_err());
        let none =
            format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(good.to_string()));
        assert!(tokens.verify(&none).is_err());
    }

    /// Rotation: the new key is made known, then signs, then the old one goes; nobody is signed out.
    #[test]
    fn keys_are_rotated_without_sign_outs() {
        let clock = Clock::standing_at(at(0));
        let (old, new) = (key(), key());
        let both = |one: &SecretString, two: &SecretString| {
            SecretString::from(format!("{}\n{}", one.expose_secret(), two.expose_secret()))
        };
        let (before, known) = (tokens(&old, &clock), tokens(&both(&old, &new), &clock));
        let (rotated, after) = (tokens(&both(&new, &old), &clock), tokens(&new, &clock));
        assert!(known.verify(&issue(&before)).is_ok() && before.verify(&issue(&known)).is_ok());
        assert!(rotated.verify(&issue(&known)).is_ok() && known.verify(&issue(&rotated)).is_ok());
        assert!(after.verify(&issue(&rotated)).is_ok());
        assert!(after.verify(&issue(&before)).is_err());
    }

    #[test]
    fn a_proof_is_for_one_person_one_session_one_action_and_five_minutes() {
        let clock = Clock::standing_at(at(0));
        let tokens = tokens(&key(), &clock);
        let (person, session) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        let (proof, _) = tokens.prove(person, session, ConfirmedAction::SignMinutes).unwrap();
        assert!(tokens.is_proof(&proof, person, session, ConfirmedAction::SignMinutes));
        assert!(!tokens.is_proof(&proof, person, session, ConfirmedAction::ManageKeys));
        assert!(!tokens.is_proof(&proof, Uuid::from_u128(3).into(), session, ConfirmedAction::SignMinutes));
        assert!(!tokens.is_proof(&proof, person, Uuid::from_u128(3).into(), ConfirmedAction::SignMinutes));
        assert!(tokens.verify(&proof).is_err(), "a proof is no access token");
        assert!(!tokens.is_proof(&issue(&tokens), person, session, ConfirmedAction::SignMinutes), "nor the reverse");
        clock.set(at(304));
        assert!(tokens.is_proof(&proof, person, session, ConfirmedAction::SignMinutes));
        clock.set(at(305));
        assert!(!tokens.is_proof(&proof, person, session, ConfirmedAction::SignMinutes));
    }
}
