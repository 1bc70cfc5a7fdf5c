//! Argon2id, off the async threads and only so many at a time.

use crate::platform::error::{Failure, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

const SHORTEST: usize = 12;
const LONGEST_BYTES: usize = 1024;

/// Hashes and checks passwords: Argon2id, 19 MiB, 2 passes (the crate's default, OWASP's minimum).
#[derive(Clone)]
pub struct Passwords {
    at_a_time: Arc<Semaphore>,
}

impl Passwords {
    /// `at_a_time` hashes run at once; 0 means one per processor.
    pub fn new(at_a_time: usize) -> Self {
        let at_a_time = match at_a_time {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            some => some,
        };
        Self { at_a_time: Arc::new(Semaphore::new(at_a_time)) }
    }

    /// Whether the password is the one that was hashed. Without a hash it takes as long and says no.
    pub async fn is_right(&self, password: &SecretString, hash: Option<String>) -> Result<bool> {
        let password = normalised(password);
        if password.expose_secret().len() > LONGEST_BYTES {
            return Ok(false);
        }
        let _turn = self.at_a_time.acquire().await.map_err(|_| Failure::internal("passwords are closed"))?;
        tokio::task::spawn_blocking(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| decoy().to_owned());
            let right = PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
            });
            known && right
        })
        .await
        .map_err(|_| Failure::internal("checking a password failed"))
    }
}

/// The hash of a new password, which must be long enough and not too long.
pub fn hash(password: &SecretString) -> Result<String> {
    let password = normalised(password);
    let text = password.expose_secret();
    if text.chars().count() < SHORTEST || text.len() > LONGEST_BYTES {
        let message = format!("A password has at least {SHORTEST} characters and at most {LONGEST_BYTES} bytes.");
        return Err(Failure::bad_input("password", message));
    }
    let hash = Argon2::default().hash_password(text.as_bytes());
    Ok(hash.map_err(|_| Failure::internal("hashing a password failed"))?.to_string())
}

/// A password typed on another keyboard is the same password.
fn normalised(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}

/// A hash that no password fits, made once with the same parameters.
fn decoy() -> &'static str {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| hash(&"nobody has this one".to_owned().into()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_argon2id_with_19_mib_and_2_passes() {
        let hash = hash(&"correct horse battery".to_owned().into()).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        for password in ["", "elevenchars", &"x".repeat(LONGEST_BYTES + 1)] {
            assert!(hash(&password.to_owned().into()).is_err());
        }
        assert!(hash(&"十二个汉字也可以作为密码的".to_owned().into()).is_ok());
    }

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let passwords = Passwords::new(1);
        let hashed = hash(&"p\u{e9}ter's password".to_owned().into()).unwrap();
        assert!(passwords.is_right(&"pe\u{301}ter's password".to_owned().into(), Some(hashed.clone())).await.unwrap());
        assert!(!passwords.is_right(&"peter's password".to_owned().into(), Some(hashed)).await.unwrap());
        assert!(!passwords.is_right(&"nobody has this one".to_owned().into(), None).await.unwrap());
    }
}
