//! The public key of a program: a JWK or a PEM block comes in, one form of it is kept.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// A key and the one algorithm that it verifies with.
#[derive(Debug)]
pub struct PublicKey {
    jwk: Jwk,
    pub algorithm: Algorithm,
}

/// Why a text is no key that a program may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAKey {
    Private,
    Unreadable,
    /// Another curve, too short, or made for something else.
    Kind,
}

/// Members of a JWK that must stay with whoever signs (RFC 7518, 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// 65537, the exponent of every RSA key that is made today.
const EXPONENT: [u8; 3] = [1, 0, 1];

impl PublicKey {
    /// One JWK, or one PEM block `PUBLIC KEY`.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let key = if text.starts_with('{') { from_jwk(text)? } else { from_pem(text)? };
        // Written anew from the numbers, so that one key has one form and one thumbprint.
        let jwk = Jwk::from_decoding_key(&key, None).map_err(|_| NotAKey::Kind)?;
        let algorithm = algorithm_of(&jwk).ok_or(NotAKey::Kind)?;
        Ok(Self { jwk, algorithm })
    }

    /// As a row keeps it.
    pub fn kept(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.jwk)
    }

    /// The JWK thumbprint with SHA-256 (RFC 7638): the `kid` of what it signs.
    pub fn thumbprint(&self) -> Option<String> {
        self.jwk.thumbprint(ThumbprintHash::SHA256).ok()
    }

    pub fn decoding(&self) -> Option<DecodingKey> {
        DecodingKey::from_jwk(&self.jwk).ok()
    }
}

fn from_jwk(text: &str) -> Result<DecodingKey, NotAKey> {
    let value: Value = serde_json::from_str(text).map_err(|_| NotAKey::Unreadable)?;
    if PRIVATE.iter().any(|member| value.get(member).is_some()) {
        return Err(NotAKey::Private);
    }
    // What has no type is another thing: a set of keys, for example.
    if value.get("kty").is_none() {
        return Err(NotAKey::Unreadable);
    }
    let jwk: Jwk = serde_json::from_value(value).map_err(|_| NotAKey::Unreadable)?;
    if jwk.common.public_key_use.as_ref().is_some_and(|made_for| *made_for != PublicKeyUse::Signature) {
        return Err(NotAKey::Kind);
    }
    // From here on the coordinates are put together as they are: the curve has to be looked at before.
    let algorithm = algorithm_of(&jwk).ok_or(NotAKey::Kind)?;
    if jwk.common.key_algorithm.is_some_and(|said| said != KeyAlgorithm::from(algorithm)) {
        return Err(NotAKey::Kind);
    }
    DecodingKey::from_jwk(&jwk).map_err(|_| NotAKey::Unreadable)
}

fn from_pem(text: &str) -> Result<DecodingKey, NotAKey> {
    let blocks = pem::parse_many(text).map_err(|_| NotAKey::Unreadable)?;
    if blocks.iter().any(|block| block.tag().contains("PRIVATE")) {
        return Err(NotAKey::Private);
    }
    match &blocks[..] {
        [block] if block.tag() == "PUBLIC KEY" => {
            let readers = [DecodingKey::from_ed_pem, DecodingKey::from_ec_pem, DecodingKey::from_rsa_pem];
            readers.iter().find_map(|read| read(text.as_bytes()).ok()).ok_or(NotAKey::Kind)
        }
        _ => Err(NotAKey::Unreadable),
    }
}

/// What a key verifies with, if it is a sound key of a kind that we take.
fn algorithm_of(jwk: &Jwk) -> Option<Algorithm> {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    match &jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            let x = bytes(&key.x).filter(|x| x.len() == 32)?;
            ParsedPublicKey::new(&ED25519, x).ok()?;
            Some(Algorithm::EdDSA)
        }
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            let (x, y) = (bytes(&key.x)?, bytes(&key.y)?);
            if (x.len(), y.len()) != (32, 32) {
                return None;
            }
            // The point must lie on the curve.
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4], &x[..], &y[..]].concat()).ok()?;
            Some(Algorithm::ES256)
        }
        AlgorithmParameters::RSA(key) => {
            let (n, e) = (bytes(&key.n)?, bytes(&key.e)?);
            let bits = n.len() * 8 - usize::try_from(n.first()?.leading_zeros()).ok()?;
            if !(2048..=8192).contains(&bits) || e != EXPONENT {
                return None;
            }
            RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?;
            Some(Algorithm::RS256)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    };
    use proptest::prelude::*;
    use serde_json::json;

    fn pem_of(der: &[u8]) -> String {
        pem::encode(&pem::Pem::new("PUBLIC KEY", der))
    }

    fn der<K: AsDer<PublicKeyX509Der<'static>>>(key: &K) -> Vec<u8> {
        key.as_der().unwrap().as_ref().to_vec()
    }

    /// The examples of RFC 8037 (A.3) and RFC 7638 (3.1), with their thumbprints.
    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let ed25519 = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        let rsa = json!({ "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw" });
        for (jwk, algorithm, thumbprint) in [
            (ed25519, Algorithm::EdDSA, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
            (rsa, Algorithm::RS256, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        ] {
            let key = PublicKey::parse(&jwk.to_string()).unwrap();
            assert_eq!((key.algorithm, key.thumbprint().as_deref()), (algorithm, Some(thumbprint)));
            let kept = PublicKey::parse(&key.kept().unwrap()).unwrap();
            assert_eq!(kept.thumbprint(), key.thumbprint());
        }
    }

    #[test]
    fn a_key_is_the_same_as_jwk_and_as_pem() {
        let ed25519 = Ed25519KeyPair::generate().unwrap();
        let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        for (der, algorithm) in [
            (der(ed25519.public_key()), Algorithm::EdDSA),
            (der(p256.public_key()), Algorithm::ES256),
            (der(rsa.public_key()), Algorithm::RS256),
        ] {
            let key = PublicKey::parse(&pem_of(&der)).unwrap();
            assert_eq!(key.algorithm, algorithm);
            let again = PublicKey::parse(&key.kept().unwrap()).unwrap();
            assert_eq!((again.algorithm, again.thumbprint()), (algorithm, key.thumbprint()));
            assert!(key.thumbprint().is_some() && key.decoding().is_some());
        }
    }

    #[test]
    fn what_is_no_key_for_a_program_is_named() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let private = pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()));
        let public = pem_of(&der(pair.public_key()));
        let jwk: Value = serde_json::from_str(&PublicKey::parse(&public).unwrap().kept().unwrap()).unwrap();
        let with = |member: &str, value: Value| {
            let mut jwk = jwk.clone();
            jwk[member] = value;
            jwk.to_string()
        };
        let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let rsa = PublicKey::parse(&pem_of(&der(rsa.public_key()))).unwrap().kept().unwrap();
        let rsa: Value = serde_json::from_str(&rsa).unwrap();
        let short = json!({ "kty": "RSA", "e": "AQAB", "n": rsa["n"].as_str().unwrap()[..170] });
        let cube = json!({ "kty": "RSA", "e": "Aw", "n": rsa["n"] });
        let zero = URL_SAFE_NO_PAD.encode([0; 32]);
        let off_the_curve = json!({ "kty": "EC", "crv": "P-256", "x": zero, "y": zero });
        let secret = json!({ "kty": "oct", "k": "c2VjcmV0" });
        for (text, why) in [
            (private.as_str(), NotAKey::Private),
            (&format!("{public}{private}"), NotAKey::Private),
            (&private.replace("PRIVATE KEY", "RSA PRIVATE KEY"), NotAKey::Private),
            (&with("d", json!("x")), NotAKey::Private),
            (&with("d", Value::Null), NotAKey::Private),
            (&secret.to_string(), NotAKey::Private),
            ("", NotAKey::Unreadable),
            ("公钥", NotAKey::Unreadable),
            ("{}", NotAKey::Unreadable),
            ("{", NotAKey::Unreadable),
            (&format!("{public}{public}"), NotAKey::Unreadable),
            (&public.replace("PUBLIC KEY", "CERTIFICATE"), NotAKey::Unreadable),
            (&json!({ "keys": [jwk] }).to_string(), NotAKey::Unreadable),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", NotAKey::Kind),
            (&with("x", json!("AAAA")), NotAKey::Kind),
            (&with("use", json!("enc")), NotAKey::Kind),
            (&with("alg", json!("RS256")), NotAKey::Kind),
            (&with("alg", json!("RSA-OAEP")), NotAKey::Kind),
            (&pem_of(&der(p384.public_key())), NotAKey::Kind),
            (&short.to_string(), NotAKey::Kind),
            (&cube.to_string(), NotAKey::Kind),
            (&off_the_curve.to_string(), NotAKey::Kind),
        ] {
            assert_eq!(PublicKey::parse(text).unwrap_err(), why, "{text}");
        }
        assert!(PublicKey::parse(&with("use", json!("sig"))).is_ok());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*", json in "\\{\"kty\":\"(RSA|EC|OKP)\",\\PC*") {
            let _ = (PublicKey::parse(&text), PublicKey::parse(&json));
        }
    }
}
