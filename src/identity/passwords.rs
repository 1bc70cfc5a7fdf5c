//! Argon2id, off the async threads and only so many at a time; and which passwords may be chosen (NIST SP 800-63B).

use crate::platform::error::{Failure, Result};
use crate::platform::random::random as random_bytes;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use passwords::analyzer::is_common_password;
use secrecy::{ExposeSecret, SecretString};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;

pub const SHORTEST: usize = 12;
pub const LONGEST_BYTES: usize = 1024;
/// In place of a hash, for people who have no password: they sign in at an issuer.
pub const NONE: &str = "";

/// Hashes and checks passwords: Argon2id, 19 MiB, 2 passes (the crate's default, OWASP's minimum).
#[derive(Clone)]
pub struct Passwords {
    at_a_time: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

/// The right to one computation; whoever holds it has waited.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Passwords {
    /// `at_a_time` computations run at once, 0 meaning half of the processors; `most_waiting` more may wait.
    pub fn new(at_a_time: usize, most_waiting: usize) -> Self {
        let at_a_time = match at_a_time {
            0 => std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2),
            some => some,
        };
        Self { at_a_time: Arc::new(Semaphore::new(at_a_time)), waiting: Arc::default(), most_waiting }
    }

    /// How many wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Waits for a turn; refuses when too many wait already, so that neither memory nor waiting grows.
    pub async fn turn(&self) -> Result<Turn> {
        struct Waiting<'a>(&'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        if waiting >= self.most_waiting + self.at_a_time.available_permits() {
            return Err(Failure::TryAgain {
                after_seconds: 1,
                message: "Many people are signing in; try again shortly.",
            });
        }
        let permit = Arc::clone(&self.at_a_time).acquire_owned().await;
        Ok(Turn { _permit: permit.map_err(|_| Failure::internal("passwords are closed"))? })
    }

    /// Whether the password is the one that was hashed. Without a hash it takes as long and says no.
    pub async fn is_right(&self, turn: Turn, password: &SecretString, hash: Option<String>) -> Result<bool> {
        let password = normalised(password);
        let too_long = password.expose_secret().len() > LONGEST_BYTES;
        computed(turn, move || {
            let hash = hash.filter(|hash| hash != NONE);
            let known = hash.is_some() && !too_long;
            let hash = hash.unwrap_or_else(|| decoy().to_owned());
            let tried = if too_long { &[] } else { password.expose_secret().as_bytes() };
            let right =
                PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(tried, &hash).is_ok());
            known && right
        })
        .await
    }

    /// The hash of a password that was checked with [`weakness`].
    pub async fn hash(&self, turn: Turn, password: SecretString) -> Result<String> {
        computed(turn, move || hash(&password)).await?
    }
}

/// Computes off the async threads; the turn ends with it, also when nobody waits for the result any more.
async fn computed<T: Send + 'static>(turn: Turn, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let work = move || {
        let result = work();
        drop(turn);
        result
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Failure::internal("computing a password hash failed"))
}

/// Why a password may not be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    TooShort,
    TooLong,
    /// Many people use it, or it is one of those with something added at the end.
    Common,
    /// The login stands in it.
    HoldsTheLogin,
}

/// What speaks against a new password of this person; there are no rules about its composition. The list of common
/// passwords is the crate's, with some hundred thousand entries.
pub fn weakness(login: &str, password: &SecretString) -> Option<Weakness> {
    let password = normalised(password);
    let text = password.expose_secret();
    if text.len() > LONGEST_BYTES {
        return Some(Weakness::TooLong);
    }
    if text.chars().count() < SHORTEST {
        return Some(Weakness::TooShort);
    }
    let lower = text.to_lowercase();
    let stem = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let repeated = lower.len() % 2 == 0 && lower.is_char_boundary(lower.len() / 2) && {
        let (one, other) = lower.split_at(lower.len() / 2);
        one == other && is_common_password(one)
    };
    let one_character = lower.chars().all(|c| lower.starts_with(c));
    if is_common_password(text) || is_common_password(&lower) || is_common_password(stem) || repeated || one_character {
        return Some(Weakness::Common);
    }
    (login.len() >= 4 && lower.contains(&login.to_lowercase())).then_some(Weakness::HoldsTheLogin)
}

/// The hash of a password. It takes a while: on a server, wait for a [`Turn`].
pub fn hash(password: &SecretString) -> Result<String> {
    let hash = Argon2::default().hash_password(normalised(password).expose_secret().as_bytes());
    Ok(hash.map_err(|_| Failure::internal("hashing a password failed"))?.to_string())
}

/// A password that nobody guesses, to be told once.
pub fn random() -> Result<SecretString> {
    // Without letters that are mistaken for others; 32 of them, so that every byte fits evenly.
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    Ok(random_bytes::<20>()?.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect::<String>().into())
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

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[test]
    fn hashes_are_argon2id_with_19_mib_and_2_passes() {
        let hash = hash(&secret("correct horse battery")).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[test]
    fn weak_passwords_are_known() {
        for (password, expected) in [
            ("", Some(Weakness::TooShort)),
            ("elevenchars", Some(Weakness::TooShort)),
            (&"x".repeat(LONGEST_BYTES + 1), Some(Weakness::TooLong)),
            ("123456789012", Some(Weakness::Common)),
            ("Qwertyuiop123", Some(Weakness::Common)),
            ("password2026!!", Some(Weakness::Common)),
            ("dragondragon", Some(Weakness::Common)),
            ("aaaaaaaaaaaaaa", Some(Weakness::Common)),
            ("my Zhang.Wei pass", Some(Weakness::HoldsTheLogin)),
            ("twelve chars", None),
            ("十二个汉字也可以作为密码的", None),
            ("correct horse battery staple", None),
        ] {
            assert_eq!(weakness("zhang.wei", &secret(password)), expected, "{password}");
        }
        assert_eq!(weakness("", &random().unwrap()), None);
    }

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let passwords = Passwords::new(1, 10);
        let hashed = hash(&secret("p\u{e9}ter's password")).unwrap();
        let right = async |password: &str, hash: Option<String>| {
            passwords.is_right(passwords.turn().await.unwrap(), &secret(password), hash).await.unwrap()
        };
        assert!(right("pe\u{301}ter's password", Some(hashed.clone())).await);
        assert!(!right("peter's password", Some(hashed.clone())).await);
        assert!(!right("nobody has this one", None).await);
        assert!(!right(&"x".repeat(5_000), Some(hashed)).await);
    }

    #[tokio::test]
    async fn only_so_many_wait() {
        let passwords = Passwords::new(1, 2);
        let working = passwords.turn().await.unwrap();
        let one = tokio::spawn({
            let passwords = passwords.clone();
            async move { passwords.turn().await.is_ok() }
        });
        let two = tokio::spawn({
            let passwords = passwords.clone();
            async move { passwords.turn().await.is_ok() }
        });
        while passwords.waiting() < 2 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(passwords.turn().await, Err(Failure::TryAgain { .. })));
        drop(working);
        assert!(one.await.unwrap() && two.await.unwrap());
        assert_eq!(passwords.waiting(), 0);
    }
}
