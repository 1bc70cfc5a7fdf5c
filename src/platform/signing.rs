//! The server's keys: Ed25519, private ones that sign and public ones that verify, named by their thumbprint (RFC 7638).
//!
//! The same keys sign tokens and documents. What is signed of a document is its domain, a NUL and then its bytes; a JWT is
//! signed over letters, digits and `-_.` alone, so neither can ever pass for the other, nor a document of one domain for one
//! of another.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::ffi::CStr;

/// The private keys, of which the first signs, and those whose private part is gone.
pub struct ServerKeys {
    first: Ed25519KeyPair,
    first_id: String,
    current: PublicKeys,
    public: PublicKeys,
}

/// Public keys, each once.
#[derive(Clone, Debug)]
pub struct PublicKeys(Vec<PublicKey>);

#[derive(Clone, Debug)]
pub struct PublicKey {
    /// The thumbprint.
    pub id: String,
    /// The 32 bytes as base64url.
    pub x: String,
    /// What a PEM block holds.
    der: Vec<u8>,
    key: ParsedPublicKey,
}

/// A signature and the key that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServerSignature {
    pub key_id: String,
    /// The 64 bytes as base64url without padding.
    pub value: String,
}

#[derive(Debug, thiserror::Error)]
#[error(
    "signing keys must be Ed25519: private keys in PKCS#8 PEM (openssl genpkey -algorithm ed25519), at least one, and public \
     keys of those that sign nothing any more (openssl pkey -pubout), each once"
)]
pub struct NotASigningKey;

/// Why a text is no set of public keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPublicKeys {
    #[error("holds neither a JSON Web Key Set nor a PEM block")]
    Neither,
    #[error("holds no key")]
    Empty,
    #[error("holds a private key, which belongs to the server alone: give the public one (redress keys public)")]
    Private,
    #[error("holds a key that is not an Ed25519 public key, or not under its thumbprint")]
    Other,
    #[error("holds the same key twice")]
    Twice,
}

/// Why a signature is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    #[error("no key with this id is trusted")]
    UnknownKey,
    #[error("the signature does not fit")]
    DoesNotFit,
}

/// What is read of a JSON Web Key Set (RFC 7517, RFC 8037).
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    x: String,
    kid: Option<String>,
    /// The private part, which must not be there.
    d: Option<String>,
}

impl ServerKeys {
    /// PEM blocks, one after the other: private keys, and public ones of retired keys.
    pub fn parse(pem: &SecretString) -> Result<Self, NotASigningKey> {
        let blocks = pem::parse_many(pem.expose_secret()).map_err(|_| NotASigningKey)?;
        let (retired, private): (Vec<_>, Vec<_>) = blocks.iter().partition(|block| block.tag() == "PUBLIC KEY");
        let pairs = private.iter().map(|block| Ed25519KeyPair::from_pkcs8(block.contents()));
        let pairs = pairs.collect::<Result<Vec<_>, _>>().map_err(|_| NotASigningKey)?;
        let current =
            pairs.iter().map(|pair| PublicKey::new(pair.public_key().as_ref())).collect::<Result<Vec<_>, _>>();
        let retired = retired.into_iter().map(PublicKey::from_pem).collect::<Result<Vec<_>, _>>();
        let (current, retired) = current.and_then(|current| Ok((current, retired?))).map_err(|_| NotASigningKey)?;
        let public = PublicKeys::new([current.clone(), retired].concat()).map_err(|_| NotASigningKey)?;
        Ok(Self {
            first_id: current.first().ok_or(NotASigningKey)?.id.clone(),
            first: pairs.into_iter().next().ok_or(NotASigningKey)?,
            current: PublicKeys(current),
            public,
        })
    }

    /// Signs a document of a domain, such as `c"redress/joint-review-pack/v1"`.
    pub fn sign(&self, domain: &CStr, message: &[u8]) -> ServerSignature {
        let signature = self.first.sign(&signed_bytes(domain, message));
        ServerSignature { key_id: self.first_id.clone(), value: URL_SAFE_NO_PAD.encode(signature) }
    }

    /// The keys that tokens are verified with.
    pub fn current(&self) -> &PublicKeys {
        &self.current
    }

    /// The keys that documents are verified with: those too that sign nothing any more.
    pub fn public(&self) -> &PublicKeys {
        &self.public
    }

    /// The id of the key that signs.
    pub fn first_id(&self) -> &str {
        &self.first_id
    }

    /// The key that signs, in PKCS#8, for what signs in a way of its own.
    pub fn first_der(&self) -> Result<Pkcs8V1Der<'static>, NotASigningKey> {
        self.first.as_der().map_err(|_: Unspecified| NotASigningKey)
    }
}

impl PublicKeys {
    fn new(keys: Vec<PublicKey>) -> Result<Self, NotPublicKeys> {
        if keys.is_empty() {
            return Err(NotPublicKeys::Empty);
        }
        let twice = keys.iter().enumerate().any(|(at, key)| keys.iter().take(at).any(|before| before.id == key.id));
        if twice { Err(NotPublicKeys::Twice) } else { Ok(Self(keys)) }
    }

    /// The keys of a JSON Web Key Set (`/.well-known/jwks.json`), or of PEM blocks `PUBLIC KEY`.
    pub fn parse(text: &str) -> Result<Self, NotPublicKeys> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let keys = if text.starts_with('{') {
            let set: KeySet = serde_json::from_str(text).map_err(|_| NotPublicKeys::Neither)?;
            set.keys.iter().map(PublicKey::from_jwk).collect::<Result<_, _>>()
        } else {
            let blocks = pem::parse_many(text).map_err(|_| NotPublicKeys::Neither)?;
            if blocks.is_empty() {
                return Err(NotPublicKeys::Neither);
            }
            blocks.iter().map(PublicKey::from_pem).collect::<Result<_, _>>()
        };
        Self::new(keys?)
    }

    pub fn iter(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter()
    }

    pub fn find(&self, id: &str) -> Option<&PublicKey> {
        self.iter().find(|key| key.id == id)
    }

    /// As a JSON Web Key Set, in the canonical form (RFC 8785): its texts are base64url, so that nothing in them is escaped.
    pub fn key_set(&self) -> String {
        let jwk = |PublicKey { id, x, .. }: &PublicKey| {
            format!(r#"{{"alg":"EdDSA","crv":"Ed25519","kid":"{id}","kty":"OKP","use":"sig","x":"{x}"}}"#)
        };
        format!(r#"{{"keys":[{}]}}"#, self.iter().map(jwk).collect::<Vec<_>>().join(","))
    }

    /// As PEM blocks, for tools that read no JSON.
    pub fn pem(&self) -> String {
        let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        self.iter().map(|key| pem::encode_config(&pem::Pem::new("PUBLIC KEY", &*key.der), lines)).collect()
    }

    /// Whether one of these keys signed the document in this domain.
    pub fn verify(&self, domain: &CStr, message: &[u8], signature: &ServerSignature) -> Result<(), NotSigned> {
        let key = self.find(&signature.key_id).ok_or(NotSigned::UnknownKey)?;
        let value = URL_SAFE_NO_PAD.decode(&signature.value).map_err(|_| NotSigned::DoesNotFit)?;
        key.key.verify_sig(&signed_bytes(domain, message), &value).map_err(|_| NotSigned::DoesNotFit)
    }
}

impl PublicKey {
    /// From its 32 bytes, or from the structure that a PEM block holds.
    fn new(bytes: &[u8]) -> Result<Self, NotPublicKeys> {
        let key = ParsedPublicKey::new(&ED25519, bytes).map_err(|_| NotPublicKeys::Other)?;
        let der: PublicKeyX509Der = key.as_der().map_err(|_| NotPublicKeys::Other)?;
        // The structure of an Ed25519 key has one form, and ends with the key.
        let x = URL_SAFE_NO_PAD.encode(der.as_ref().last_chunk::<32>().ok_or(NotPublicKeys::Other)?);
        let named = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let id = URL_SAFE_NO_PAD.encode(digest(&SHA256, named.as_bytes()));
        Ok(Self { id, x, der: der.as_ref().to_vec(), key })
    }

    fn from_jwk(jwk: &Jwk) -> Result<Self, NotPublicKeys> {
        if jwk.d.is_some() {
            return Err(NotPublicKeys::Private);
        }
        let bytes = URL_SAFE_NO_PAD.decode(&jwk.x).ok().filter(|bytes| bytes.len() == 32);
        let key = Self::new(&bytes.ok_or(NotPublicKeys::Other)?)?;
        let fits = jwk.kty == "OKP" && jwk.crv == "Ed25519" && jwk.kid.as_ref().is_none_or(|id| *id == key.id);
        fits.then_some(key).ok_or(NotPublicKeys::Other)
    }

    fn from_pem(block: &pem::Pem) -> Result<Self, NotPublicKeys> {
        match block.tag() {
            "PUBLIC KEY" => Self::new(block.contents()),
            tag if tag.contains("PRIVATE") => Err(NotPublicKeys::Private),
            _ => Err(NotPublicKeys::Other),
        }
    }
}

fn signed_bytes(domain: &CStr, message: &[u8]) -> Vec<u8> {
    [domain.to_bytes_with_nul(), message].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const DOMAIN: &CStr = c"redress/test/v1";

    fn private() -> String {
        let pair = Ed25519KeyPair::generate().unwrap();
        pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()))
    }

    fn keys(pem: &str) -> ServerKeys {
        ServerKeys::parse(&pem.into()).unwrap()
    }

    #[test]
    fn the_first_key_signs_and_all_verify() {
        let (old, new) = (private(), private());
        let (before, after) = (keys(&old), keys(&format!("{new}{old}")));
        let (first, second) = (before.sign(DOMAIN, b"text"), after.sign(DOMAIN, b"text"));
        assert_ne!(first.key_id, second.key_id);
        assert_eq!(after.public().verify(DOMAIN, b"text", &first), Ok(()));
        assert_eq!(after.public().verify(DOMAIN, b"text", &second), Ok(()));
        assert_eq!(before.public().verify(DOMAIN, b"text", &second), Err(NotSigned::UnknownKey));
        let (twice, again) = (format!("{old}{old}"), format!("{old}{}", before.public().pem()));
        for refused in [String::new(), "no key".to_owned(), twice, again, before.public().pem()] {
            assert!(ServerKeys::parse(&refused.into()).is_err());
        }
    }

    /// What a retired key signed of documents stays good without its private part; nobody signs in with it any more.
    #[test]
    fn a_retired_key_verifies_documents_alone() {
        let (old, new) = (keys(&private()), private());
        let kept = keys(&format!("{}{new}", old.public().pem()));
        assert_eq!(kept.public().verify(DOMAIN, b"text", &old.sign(DOMAIN, b"text")), Ok(()));
        assert_eq!(kept.sign(DOMAIN, b"text").key_id, keys(&new).first_id);
        assert!(kept.current().find(old.first_id()).is_none() && kept.current().find(kept.first_id()).is_some());
    }

    #[test]
    fn a_signature_is_for_one_message_of_one_domain_by_one_key() {
        let (keys, others) = (keys(&private()), keys(&private()));
        let signature = keys.sign(DOMAIN, b"text");
        let fits = |domain, message, signature: &ServerSignature| keys.public().verify(domain, message, signature);
        assert_eq!(fits(DOMAIN, b"text", &signature), Ok(()));
        assert_eq!(fits(DOMAIN, b"texts", &signature), Err(NotSigned::DoesNotFit));
        assert_eq!(fits(c"redress/test/v2", b"text", &signature), Err(NotSigned::DoesNotFit));
        // What is cut elsewhere is another thing.
        assert_eq!(fits(c"redress/test/v1t", b"ext", &signature), Err(NotSigned::DoesNotFit));
        let theirs = ServerSignature { key_id: signature.key_id.clone(), ..others.sign(DOMAIN, b"text") };
        assert_eq!(fits(DOMAIN, b"text", &theirs), Err(NotSigned::DoesNotFit));
        for value in [String::new(), format!("{}=", signature.value), "A".repeat(86), format!("{}AA", signature.value)]
        {
            let key_id = signature.key_id.clone();
            assert_eq!(fits(DOMAIN, b"text", &ServerSignature { key_id, value }), Err(NotSigned::DoesNotFit));
        }
    }

    /// The bytes of a JWT that somebody would have signed are never those of a document: they hold no NUL, these always do.
    #[test]
    fn a_signed_document_is_no_token_and_the_reverse() {
        let keys = keys(&private());
        let claims = format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA"}"#), URL_SAFE_NO_PAD.encode("{}"));
        let signed = signed_bytes(c"", claims.as_bytes());
        assert_ne!(signed, claims.as_bytes());
        assert!(signed_bytes(DOMAIN, claims.as_bytes()).contains(&0) && !claims.as_bytes().contains(&0));
        let token = URL_SAFE_NO_PAD.encode(keys.first.sign(claims.as_bytes()));
        let replayed = ServerSignature { key_id: keys.first_id.clone(), value: token };
        assert_eq!(keys.public().verify(c"", claims.as_bytes(), &replayed), Err(NotSigned::DoesNotFit));
    }

    #[test]
    fn keys_are_written_as_json_and_as_pem_and_read_again() {
        let keys = keys(&format!("{}{}", private(), private()));
        let ids = |keys: &PublicKeys| keys.iter().map(|key| (key.id.clone(), key.x.clone())).collect::<Vec<_>>();
        for written in [keys.public().key_set(), keys.public().pem()] {
            let read = PublicKeys::parse(&written).unwrap();
            assert_eq!(ids(&read), ids(keys.public()), "{written}");
            assert_eq!(read.verify(DOMAIN, b"text", &keys.sign(DOMAIN, b"text")), Ok(()));
        }
    }

    #[test]
    fn no_private_part_is_published() {
        let published: Value = serde_json::from_str(&keys(&private()).public().key_set()).unwrap();
        let key = &published["keys"][0];
        let expected =
            json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key["kid"], "x": key["x"] });
        assert_eq!(key, &expected);
    }

    /// The example of RFC 8037, appendix A.3.
    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        let keys = PublicKeys::parse(&json!({ "keys": [jwk] }).to_string()).unwrap();
        assert_eq!(keys.iter().next().unwrap().id, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn what_is_no_public_key_is_named() {
        let server = keys(&private());
        let set: Value = serde_json::from_str(&server.public().key_set()).unwrap();
        let changed = |name: &str, value: Value| {
            let mut set = set.clone();
            set["keys"][0][name] = value;
            PublicKeys::parse(&set.to_string()).unwrap_err()
        };
        assert_eq!(changed("kid", json!("another")), NotPublicKeys::Other);
        assert_eq!(changed("crv", json!("X25519")), NotPublicKeys::Other);
        assert_eq!(changed("kty", json!("RSA")), NotPublicKeys::Other);
        assert_eq!(changed("x", json!("AAAA")), NotPublicKeys::Other);
        assert_eq!(changed("d", json!("secret")), NotPublicKeys::Private);
        let text = set.to_string();
        let twice = json!({ "keys": [set["keys"][0], set["keys"][0]] }).to_string();
        for (text, fault) in [
            ("", NotPublicKeys::Neither),
            ("no keys", NotPublicKeys::Neither),
            ("{}", NotPublicKeys::Neither),
            (r#"{"keys":[]}"#, NotPublicKeys::Empty),
            (r#"{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"}]}"#, NotPublicKeys::Other),
            (&private(), NotPublicKeys::Private),
            (&twice, NotPublicKeys::Twice),
            (&text[..text.len() - 1], NotPublicKeys::Neither),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", NotPublicKeys::Other),
        ] {
            assert_eq!(PublicKeys::parse(text).unwrap_err(), fault, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_of_keys_panic(text in "\\PC*", json in "\\{\"keys\":\\[\\PC*") {
            let _ = (PublicKeys::parse(&text), PublicKeys::parse(&json), ServerKeys::parse(&text.into()));
        }
    }
}
