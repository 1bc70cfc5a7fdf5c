//! Personal data at rest: sealed with AES-256-GCM-SIV under data keys, found by blind index.
//!
//! Every case has a data key of its own, which stands in its row wrapped under a key-encryption key: whoever destroys it
//! destroys whatever was sealed with it. What belongs to no case is sealed under the system's data key. Rotating a
//! key-encryption key wraps the data keys anew and touches no value (ADR 11).

mod key_encryption;
pub mod loaders;
pub mod rewrap;
pub mod store;

pub use key_encryption::{ConfiguredKeys, KeyEncryption};

use crate::platform::error::{Failure, Result};
use aws_lc_rs::aead::RandomizedNonceKey;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use key_encryption::{KEY_BYTES, cipher, decode_key};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Gives out the keys that seal and open personal data, and indexes it.
pub struct Vault {
    key_encryption: Box<dyn KeyEncryption>,
    standing: OnceLock<Standing>,
    /// What sealed values themselves before there were data keys, to be kept wrapped (`store::prepare`).
    plain: Vec<(u32, [u8; KEY_BYTES])>,
    index_key: hmac::Key,
}

/// The data keys that belong to no case.
struct Standing {
    system: DataKey,
    earlier: Arc<BTreeMap<u32, RandomizedNonceKey>>,
}

/// Seals and opens values.
#[derive(Clone)]
pub struct DataKey {
    /// None for what is older than data keys, and has none yet.
    own: Option<Arc<RandomizedNonceKey>>,
    /// Opens what was sealed before there were data keys.
    earlier: Arc<BTreeMap<u32, RandomizedNonceKey>>,
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("key-encryption keys must be a list of `version:key`, the key being 32 bytes in base64, such as `1:…`")]
    KeyEncryptionKeys,
    #[error("the index key must be 32 bytes in base64")]
    IndexKey,
}

/// What begins a value that a data key sealed. Earlier values begin with the version of the key that sealed them.
const SEALED: &str = "d:";

impl Vault {
    /// Reads the key-encryption keys ([`ConfiguredKeys`]) and the key of the blind indexes.
    pub fn new(key_encryption_keys: &SecretString, index_key: &SecretString) -> Result<Self, VaultError> {
        let mut keys = ConfiguredKeys::parse(key_encryption_keys).ok_or(VaultError::KeyEncryptionKeys)?;
        let index_key = decode_key(index_key.expose_secret()).ok_or(VaultError::IndexKey)?;
        Ok(Self {
            plain: std::mem::take(&mut keys.plain),
            key_encryption: Box::new(keys),
            standing: OnceLock::new(),
            index_key: hmac::Key::new(hmac::HMAC_SHA256, &index_key),
        })
    }

    /// A new data key, and how its owner keeps it.
    pub fn make_key(&self, owner: impl Into<Uuid>) -> Result<(DataKey, String)> {
        let key = random()?;
        let wrapped = self.key_encryption.wrap(owner.into(), &key)?;
        Ok((DataKey { own: Some(Arc::new(cipher(&key)?)), earlier: self.earlier() }, wrapped))
    }

    /// The data key of an owner, as the owner keeps it. One that is older than data keys has none, and opens what is as old.
    pub fn key(&self, owner: impl Into<Uuid>, wrapped: Option<&str>) -> Result<DataKey> {
        let unwrap = |wrapped| cipher(&self.key_encryption.unwrap(owner.into(), wrapped)?).map(Arc::new);
        Ok(DataKey { own: wrapped.map(unwrap).transpose()?, earlier: self.earlier() })
    }

    /// The data key for what belongs to no case.
    pub fn system(&self) -> Result<&DataKey> {
        let standing = self.standing.get();
        Ok(&standing.ok_or_else(|| Failure::internal("the system's data key was not read"))?.system)
    }

    pub fn key_encryption(&self) -> &dyn KeyEncryption {
        self.key_encryption.as_ref()
    }

    /// The data key wrapped under the active key; none when it is so already.
    fn rewrapped(&self, owner: Uuid, wrapped: &str) -> Result<Option<String>> {
        let under = wrapped.split_once(':').map(|(id, _)| id);
        if under == Some(self.key_encryption.active()) {
            return Ok(None);
        }
        let key = self.key_encryption.unwrap(owner, wrapped)?;
        self.key_encryption.wrap(owner, &key).map(Some)
    }

    fn earlier(&self) -> Arc<BTreeMap<u32, RandomizedNonceKey>> {
        self.standing.get().map(|standing| Arc::clone(&standing.earlier)).unwrap_or_default()
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

impl DataKey {
    /// Seals a value for one field of one row; opened anywhere else it is refused.
    pub fn seal(&self, field: &'static str, row: impl Into<Uuid>, plain: &str) -> Result<String> {
        let key = self.own.as_deref().ok_or_else(|| Failure::internal("sealing without a data key"))?;
        Ok(format!("{SEALED}{}", key_encryption::seal(key, bound_to(field, row.into()), plain.as_bytes())?))
    }

    /// Opens what [`DataKey::seal`] sealed for the same field of the same row.
    pub fn open(&self, field: &'static str, row: impl Into<Uuid>, sealed: &str) -> Result<String> {
        let opened = match sealed.strip_prefix(SEALED) {
            Some(text) => self.own.as_deref().map(|key| (key, text)),
            None => sealed.split_once(':').and_then(|(version, text)| {
                let version: u32 = version.parse().ok()?;
                Some((self.earlier.get(&version)?, text))
            }),
        };
        let plain = opened.and_then(|(key, text)| key_encryption::open(key, bound_to(field, row.into()), text));
        plain
            .and_then(|plain| String::from_utf8(plain).ok())
            .ok_or_else(|| Failure::internal(format!("a sealed {field} cannot be opened")))
    }
}

fn bound_to(field: &'static str, row: Uuid) -> Vec<u8> {
    [field.as_bytes(), row.as_bytes()].concat()
}

fn random() -> Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    aws_lc_rs::rand::fill(&mut key).map_err(|_| Failure::internal("no randomness"))?;
    Ok(key)
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
        let (key, _) = vault.make_key(row).unwrap();
        let sealed = key.seal("cases.phone", row, "13812345678").unwrap();
        assert!(!sealed.contains("138"));
        assert_eq!(key.open("cases.phone", row, &sealed).unwrap(), "13812345678");
        assert!(key.open("cases.phone", other, &sealed).is_err());
        assert!(key.open("cases.name", row, &sealed).is_err());
        assert!(vault.make_key(row).unwrap().0.open("cases.phone", row, &sealed).is_err());
        assert_ne!(sealed, key.seal("cases.phone", row, "13812345678").unwrap());
    }

    /// A wrapped key that was copied to another row unwraps for nobody.
    #[test]
    fn a_data_key_is_bound_to_its_owner() {
        let vault = vault(&format!("1:{ONE}"));
        let (_, wrapped) = vault.make_key(Uuid::from_u128(1)).unwrap();
        assert!(vault.key(Uuid::from_u128(1), Some(&wrapped)).is_ok());
        assert!(vault.key(Uuid::from_u128(2), Some(&wrapped)).is_err());
    }

    #[test]
    fn a_rotation_wraps_the_data_key_and_leaves_the_value() {
        let row = Uuid::from_u128(7);
        let (key, wrapped) = vault(&format!("1:{ONE}")).make_key(row).unwrap();
        let sealed = key.seal("cases.name", row, "李秀英").unwrap();
        // The new key is made known first, and wraps when it stands first.
        let prepared = vault(&format!("1:{ONE}\n2:{TWO}"));
        assert_eq!(prepared.rewrapped(row, &wrapped).unwrap(), None);
        let rotated = vault(&format!("2:{TWO}\n1:{ONE}"));
        let rewrapped = rotated.rewrapped(row, &wrapped).unwrap().unwrap();
        assert!(rewrapped.starts_with("2:"));
        let only_new = vault(&format!("2:{TWO}"));
        assert!(only_new.key(row, Some(&wrapped)).is_err());
        let key = only_new.key(row, Some(&rewrapped)).unwrap();
        assert_eq!(key.open("cases.name", row, &sealed).unwrap(), "李秀英");
    }

    #[test]
    fn what_was_tampered_with_does_not_open() {
        let row = Uuid::from_u128(7);
        let (key, _) = vault(&format!("1:{ONE}")).make_key(row).unwrap();
        let sealed = key.seal("cases.name", row, "李秀英").unwrap();
        for broken in ["", "d:", "d:AAAA", "1:AAAA", "9:AAAA", &sealed[..sealed.len() - 2]] {
            assert!(key.open("cases.name", row, broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn keys_that_are_no_keys_are_refused() {
        for keys in ["", "1", "x:AAAA", "1:short", &format!("1:{ONE} 1:{TWO}")] {
            assert!(Vault::new(&keys.to_owned().into(), &ONE.to_owned().into()).is_err(), "{keys}");
        }
    }
}
