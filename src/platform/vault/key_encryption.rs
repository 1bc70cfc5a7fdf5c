//! What wraps data keys. Here: keys of the configuration.

use crate::platform::error::{Failure, Result};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use uuid::Uuid;

pub const KEY_BYTES: usize = 32;
pub const NONCE_BYTES: usize = 12;

/// Wraps data keys under a key-encryption key that never leaves it. What is wrapped is bound to its owner: it cannot be
/// unwrapped for another one, so that a key that was moved to another row opens nothing.
///
/// It is asked while a request is answered. One that asks another machine (a KMS) or a device (PKCS#11) remembers for a while
/// what it unwrapped.
pub trait KeyEncryption: Send + Sync {
    /// The id of the key that wraps from now on.
    fn active(&self) -> &str;

    /// The ids of all keys that unwrap.
    fn ids(&self) -> Vec<&str>;

    /// Wraps under the active key. What it gives begins with the id of that key and `:`.
    fn wrap(&self, owner: Uuid, key: &[u8; KEY_BYTES]) -> Result<String>;

    fn unwrap(&self, owner: Uuid, wrapped: &str) -> Result<[u8; KEY_BYTES]>;
}

/// Keys such as `1:BASE64 2:BASE64`, separated by white space or commas; the first one is active.
pub struct ConfiguredKeys {
    keys: BTreeMap<String, RandomizedNonceKey>,
    active: String,
    /// The same keys. Before there were data keys, they sealed values themselves.
    pub(super) plain: Vec<(u32, [u8; KEY_BYTES])>,
}

impl ConfiguredKeys {
    /// None when that is not a list of keys.
    pub fn parse(listed: &SecretString) -> Option<Self> {
        let listed = listed.expose_secret().split([',', ' ', '\n', '\r', '\t']).filter(|part| !part.is_empty());
        let mut read = Self { keys: BTreeMap::new(), active: String::new(), plain: Vec::new() };
        for part in listed {
            let (version, key) = part.split_once(':')?;
            let version: u32 = version.parse().ok()?;
            let key = decode_key(key)?;
            if read.keys.insert(version.to_string(), cipher(&key).ok()?).is_some() {
                return None;
            }
            if read.active.is_empty() {
                read.active = version.to_string();
            }
            read.plain.push((version, key));
        }
        (!read.keys.is_empty()).then_some(read)
    }
}

impl KeyEncryption for ConfiguredKeys {
    fn active(&self) -> &str {
        &self.active
    }

    fn ids(&self) -> Vec<&str> {
        self.keys.keys().map(String::as_str).collect()
    }

    fn wrap(&self, owner: Uuid, key: &[u8; KEY_BYTES]) -> Result<String> {
        let by = self.keys.get(&self.active).ok_or_else(|| Failure::internal("no active key-encryption key"))?;
        Ok(format!("{}:{}", self.active, seal(by, bound_to(owner), key)?))
    }

    fn unwrap(&self, owner: Uuid, wrapped: &str) -> Result<[u8; KEY_BYTES]> {
        let unknown = || Failure::internal("a data key is wrapped under a key that is not configured, or is broken");
        let (by, text) = wrapped.split_once(':').ok_or_else(unknown)?;
        let key = self.keys.get(by).and_then(|key| open(key, bound_to(owner), text));
        key.and_then(|key| key.try_into().ok()).ok_or_else(unknown)
    }
}

/// Not what values are bound to: no value passes for a wrapped key.
fn bound_to(owner: Uuid) -> Vec<u8> {
    [b"data key\0".as_slice(), owner.as_bytes()].concat()
}

pub(super) fn cipher(key: &[u8; KEY_BYTES]) -> Result<RandomizedNonceKey> {
    RandomizedNonceKey::new(&AES_256_GCM_SIV, key).map_err(|_| Failure::internal("a key is no key"))
}

/// AES-256-GCM-SIV with a random nonce in front, in base64.
pub(super) fn seal(key: &RandomizedNonceKey, bound_to: Vec<u8>, plain: &[u8]) -> Result<String> {
    let mut body = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(bound_to), &mut body)
        .map_err(|_| Failure::internal("sealing failed"))?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut body);
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// What [`seal`] sealed with the same key, bound to the same; none if it is anything else.
pub(super) fn open(key: &RandomizedNonceKey, bound_to: Vec<u8>, sealed: &str) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    if bytes.len() < NONCE_BYTES {
        return None;
    }
    let mut body = bytes.split_off(NONCE_BYTES);
    let nonce = Nonce::try_assume_unique_for_key(&bytes).ok()?;
    Some(key.open_in_place(nonce, Aad::from(bound_to), &mut body).ok()?.to_vec())
}

pub(super) fn decode_key(text: &str) -> Option<[u8; KEY_BYTES]> {
    STANDARD.decode(text.trim()).ok()?.try_into().ok()
}
