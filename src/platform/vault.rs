//! Personal data at rest: sealed with AES-256-GCM-SIV under versioned keys, found by blind index.

use crate::platform::error::{Failure, Result};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Seals, opens and indexes personal data.
pub struct Vault {
    keys: BTreeMap<u32, RandomizedNonceKey>,
    /// The key that new values are sealed with: the first that is listed.
    active: u32,
    index_key: hmac::Key,
}

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("data keys must be a list of `version:key`, the key being 32 bytes in base64, such as `1:…`")]
    DataKeys,
    #[error("the index key must be 32 bytes in base64")]
    IndexKey,
}

impl Vault {
    /// Reads keys such as `1:BASE64 2:BASE64` (separated by white space or commas) and the key of the blind indexes.
    pub fn new(data_keys: &SecretString, index_key: &SecretString) -> Result<Self, VaultError> {
        let mut keys = BTreeMap::new();
        let mut active = None;
        let listed = data_keys.expose_secret().split([',', ' ', '\n', '\r', '\t']).filter(|part| !part.is_empty());
        for part in listed {
            let (version, key) = part.split_once(':').ok_or(VaultError::DataKeys)?;
            let version: u32 = version.parse().map_err(|_| VaultError::DataKeys)?;
            let key = decode_key(key).ok_or(VaultError::DataKeys)?;
            let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, &key).map_err(|_| VaultError::DataKeys)?;
            if keys.insert(version, key).is_some() {
                return Err(VaultError::DataKeys);
            }
            active.get_or_insert(version);
        }
        let active = active.ok_or(VaultError::DataKeys)?;
        let index_key = decode_key(index_key.expose_secret()).ok_or(VaultError::IndexKey)?;
        Ok(Self { keys, active, index_key: hmac::Key::new(hmac::HMAC_SHA256, &index_key) })
    }

    /// Seals a value for one field of one row; opened anywhere else it is refused.
    pub fn seal(&self, field: &'static str, row: impl Into<Uuid>, plain: &str) -> Result<String> {
        let key = self.keys.get(&self.active).ok_or_else(|| Failure::internal("no active data key"))?;
        let mut buffer = plain.as_bytes().to_vec();
        let nonce = key
            .seal_in_place_append_tag(associated(field, row.into()), &mut buffer)
            .map_err(|_| Failure::internal("sealing failed"))?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut buffer);
        Ok(format!("{}:{}", self.active, URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// Opens what [`Vault::seal`] sealed for the same field of the same row.
    pub fn open(&self, field: &'static str, row: impl Into<Uuid>, sealed: &str) -> Result<String> {
        let broken = || Failure::internal(format!("a sealed {field} cannot be opened"));
        let (version, text) = sealed.split_once(':').ok_or_else(broken)?;
        let key = version.parse().ok().and_then(|version: u32| self.keys.get(&version)).ok_or_else(broken)?;
        let mut bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| broken())?;
        if bytes.len() < NONCE_BYTES {
            return Err(broken());
        }
        let mut body = bytes.split_off(NONCE_BYTES);
        let nonce = aws_lc_rs::aead::Nonce::try_assume_unique_for_key(&bytes).map_err(|_| broken())?;
        let plain = key.open_in_place(nonce, associated(field, row.into()), &mut body).map_err(|_| broken())?;
        String::from_utf8(plain.to_vec()).map_err(|_| broken())
    }

    /// The blind index of a value that was made comparable: equal values give equal indexes, and nothing else can be told.
    pub fn index(&self, field: &'static str, comparable: &str) -> String {
        let mut context = hmac::Context::with_key(&self.index_key);
        context.update(field.as_bytes());
        context.update(&[0]);
        context.update(comparable.as_bytes());
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}

fn associated(field: &'static str, row: Uuid) -> Aad<Vec<u8>> {
    let mut bytes = field.as_bytes().to_vec();
    bytes.extend_from_slice(row.as_bytes());
    Aad::from(bytes)
}

fn decode_key(text: &str) -> Option<[u8; KEY_BYTES]> {
    STANDARD.decode(text.trim()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=";
    const TWO: &str = "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=";

    fn vault(keys: &str) -> Vault {
        Vault::new(&keys.to_owned().into(), &ONE.to_owned().into()).unwrap()
    }

    #[test]
    fn a_value_opens_only_where_it_was_sealed() {
        let vault = vault(&format!("1:{ONE}"));
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = vault.seal("cases.phone", row, "13812345678").unwrap();
        assert!(!sealed.contains("138"));
        assert_eq!(vault.open("cases.phone", row, &sealed).unwrap(), "13812345678");
        assert!(vault.open("cases.phone", other, &sealed).is_err());
        assert!(vault.open("cases.name", row, &sealed).is_err());
        assert_ne!(sealed, vault.seal("cases.phone", row, "13812345678").unwrap());
    }

    #[test]
    fn old_keys_open_old_values_after_a_rotation() {
        let row = Uuid::from_u128(7);
        let sealed = vault(&format!("1:{ONE}")).seal("cases.name", row, "李秀英").unwrap();
        // The new key is made known first, and seals when it stands first.
        let prepared = vault(&format!("1:{ONE}\n2:{TWO}"));
        assert!(prepared.seal("cases.name", row, "李秀英").unwrap().starts_with("1:"));
        let rotated = vault(&format!("2:{TWO}\n1:{ONE}"));
        assert_eq!(rotated.open("cases.name", row, &sealed).unwrap(), "李秀英");
        assert!(rotated.seal("cases.name", row, "李秀英").unwrap().starts_with("2:"));
        assert!(vault(&format!("2:{TWO}")).open("cases.name", row, &sealed).is_err());
    }

    #[test]
    fn what_was_tampered_with_does_not_open() {
        let vault = vault(&format!("1:{ONE}"));
        let row = Uuid::from_u128(7);
        let sealed = vault.seal("cases.name", row, "李秀英").unwrap();
        for broken in ["", "1:", "1:AAAA", "9:AAAA", &sealed[..sealed.len() - 2]] {
            assert!(vault.open("cases.name", row, broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn keys_that_are_no_keys_are_refused() {
        for keys in ["", "1", "x:AAAA", "1:short", &format!("1:{ONE} 1:{TWO}")] {
            assert!(Vault::new(&keys.to_owned().into(), &ONE.to_owned().into()).is_err(), "{keys}");
        }
    }
}
