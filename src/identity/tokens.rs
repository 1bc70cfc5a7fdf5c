//! Tokens that we sign: EdDSA and nothing else, every claim required, nothing in the header that we did not put there
//! (RFC 8725). Three kinds: access tokens of people, access tokens of service accounts (RFC 9068), and proofs that a person has
//! just said who they are again. None of them can be read as another.

use crate::platform::access::PermissionSet;
use crate::platform::clock::Clock;
use crate::platform::config::IdentityConfig;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::{NodeKey, new_id};
use crate::platform::openid::is_within;
use crate::platform::signing::{NotASigningKey, ServerKeys};
use async_graphql::Enum;
use chrono::{DateTime, TimeDelta, Utc};
use entity::staff_role::Role;
use entity::{ServiceAccountId, ServiceAccountKeyId, StaffId, StaffSessionId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    service_life: TimeDelta,
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
    Service,
    Proof,
}

impl Kind {
    const fn header(self) -> &'static str {
        match self {
            Self::Access | Self::Service => "at+jwt",
            Self::Proof => "proof+jwt",
        }
    }
}

/// What every token of a person says. Every claim is required.
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

/// What an access token of a service account says. Every claim is required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceClaims {
    iss: String,
    aud: String,
    pub sub: ServiceAccountId,
    /// The same as the API shows it.
    client_id: String,
    /// The key by which the account proved who it is.
    pub key: ServiceAccountKeyId,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
    typ: Kind,
    /// What the token was asked for: of the account's scopes all or some.
    pub scope: String,
}

/// Whom an access token stands for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Bearer {
    Person(Claims),
    Service(ServiceClaims),
}

impl Bearer {
    pub fn is_current(&self, now: DateTime<Utc>) -> bool {
        match self {
            Self::Person(claims) => claims.is_current(now),
            Self::Service(claims) => is_within(claims.not_before(), claims.expires_at(), now),
        }
    }
}

impl ServiceClaims {
    pub fn not_before(&self) -> DateTime<Utc> {
        instant(self.nbf)
    }

    pub fn expires_at(&self) -> DateTime<Utc> {
        instant(self.exp)
    }
}

fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
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
        instant(self.exp)
    }

    pub fn not_before(&self) -> DateTime<Utc> {
        instant(self.nbf)
    }

    /// Whether they are of this kind, with what it has and nothing that another has.
    fn is(&self, kind: Kind) -> bool {
        let particular = match kind {
            Kind::Access => self.roles.is_some() && self.action.is_none(),
            Kind::Proof => self.action.is_some() && self.roles.is_none(),
            Kind::Service => false,
        };
        particular && self.typ == kind
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
            service_life: TimeDelta::minutes(config.service_token_minutes.into()),
            clock,
        })
    }

    /// An access token for a person's session, and when it ends.
    pub fn issue(&self, staff: StaffId, session: StaffSessionId, roles: Vec<Role>) -> Result<(String, DateTime<Utc>)> {
        self.sign(staff, session, self.life, Kind::Access, Some(roles), None)
    }

    /// What our tokens say they are from.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// An access token for a service account, and for how many seconds it is good.
    pub fn issue_to_service(
        &self,
        account: ServiceAccountId,
        key: ServiceAccountKeyId,
        scope: PermissionSet,
    ) -> Result<(String, i64)> {
        let now = self.clock.now();
        let claims = ServiceClaims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: account,
            client_id: account.global().0,
            key,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + self.service_life).timestamp(),
            jti: new_id(now),
            typ: Kind::Service,
            scope: scope.to_string(),
        };
        Ok((self.signed(Kind::Service, &claims)?, self.service_life.num_seconds()))
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
    pub fn verify(&self, token: &str) -> Result<Bearer> {
        let bearer = self.read::<Bearer>(Kind::Access, token).filter(|bearer| match bearer {
            Bearer::Person(claims) => claims.is(Kind::Access),
            Bearer::Service(claims) => claims.typ == Kind::Service,
        });
        let current = bearer.filter(|bearer| bearer.is_current(self.clock.now()));
        current.ok_or(Failure::Unauthenticated("The access token is not valid; sign in again."))
    }

    /// Whether a proof is of this person, session and action, and current.
    pub fn is_proof(&self, proof: &str, staff: StaffId, session: StaffSessionId, action: ConfirmedAction) -> bool {
        self.read::<Claims>(Kind::Proof, proof)
            .filter(|claims| claims.is(Kind::Proof) && claims.is_current(self.clock.now()))
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
        Ok((self.signed(typ, &claims)?, claims.expires_at()))
    }

    fn signed(&self, kind: Kind, claims: &impl Serialize) -> Result<String> {
        let signed = self.keys.first().and_then(|key| encode(&header(kind, &key.id), claims, &self.encoding).ok());
        signed.ok_or_else(|| Failure::internal("signing a token failed"))
    }

    /// The claims of a token that we signed, with exactly our header: no crit, jku, jwk, x5u or anything else that could lead to
    /// another key.
    fn read<C: DeserializeOwned>(&self, kind: Kind, token: &str) -> Option<C> {
        let id = decode_header(token).ok()?.kid?;
        let key = self.keys.iter().find(|key| key.id == id)?;
        let token = decode::<C>(token, &key.decoding, &self.validation).ok()?;
        (token.header == header(kind, &key.id)).then_some(token.claims)
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
            service_token_minutes: 5,
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

    fn person(tokens: &Tokens, token: &str) -> Claims {
        match tokens.verify(token).unwrap() {
            Bearer::Person(claims) => claims,
            Bearer::Service(claims) => panic!("{claims:?}"),
        }
    }

    #[test]
    fn a_token_is_good_for_fifteen_minutes() {
        let clock = Clock::standing_at(at(0));
        let tokens = tokens(&key(), &clock);
        let token = issue(&tokens);
        assert_eq!(person(&tokens, &token).sub, Uuid::from_u128(1).into());
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

        let good: Value = serde_json::to_value(person(&tokens, &issue(&tokens))).unwrap();
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

    /// Signed by the same key under the same header, what a person's token says makes no program, nor the reverse.
    #[test]
    fn a_token_of_a_program_is_none_of_a_person() {
        let clock = Clock::standing_at(at(0));
        let signing_key = key();
        let tokens = tokens(&signing_key, &clock);
        let scope = PermissionSet::of(&[crate::platform::access::Permission::CaseRead]);
        let (account, by) = (ServiceAccountId(Uuid::from_u128(1)), ServiceAccountKeyId(Uuid::from_u128(2)));
        let (token, seconds) = tokens.issue_to_service(account, by, scope).unwrap();
        let Bearer::Service(claims) = tokens.verify(&token).unwrap() else { panic!("a person") };
        assert_eq!((claims.sub, claims.key, claims.scope.as_str(), seconds), (account, by, "CASE_READ", 300));

        let encoding = EncodingKey::from_ed_pem(signing_key.expose_secret().as_bytes()).unwrap();
        let ours = header(Kind::Service, &tokens.keys[0].id);
        let verified = |claims: &Value| tokens.verify(&encode(&ours, claims, &encoding).unwrap());
        let good = serde_json::to_value(&claims).unwrap();
        assert!(verified(&good).is_ok());
        for claim in ["iss", "aud", "sub", "client_id", "key", "iat", "nbf", "exp", "jti", "typ", "scope"] {
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().remove(claim);
            assert!(verified(&claims).is_err(), "without {claim}");
        }
        for (claim, value) in [
            ("typ", json!("access")),
            ("typ", json!("proof")),
            ("roles", json!(["SUPERVISOR"])),
            ("sid", json!(Uuid::from_u128(2))),
        ] {
            let mut claims = good.clone();
            claims[claim] = value;
            assert!(verified(&claims).is_err(), "with {claim}");
        }
        let mut posing = serde_json::to_value(person(&tokens, &issue(&tokens))).unwrap();
        posing["typ"] = json!("service");
        assert!(verified(&posing).is_err(), "a person as a program");
        let (staff, session) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        assert!(!tokens.is_proof(&token, staff, session, ConfirmedAction::SignMinutes));
        for (seconds, good) in [(304, true), (305, false), (-6, false)] {
            clock.set(at(seconds));
            assert_eq!(tokens.verify(&token).is_ok(), good, "{seconds}");
        }
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
