//! The codes themselves: of an authenticator application (TOTP, RFC 6238), and recovery codes. Pure but for random bytes.

use crate::platform::error::{Failure, Result};
use crate::platform::random::random;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Algorithm, Builder, Secret, TotpError};
use unicode_normalization::UnicodeNormalization;

/// So many recovery codes a person is given at a time.
const RECOVERY_CODES: usize = 10;
/// Longer than any code: of what somebody sends, no more is looked at.
const LONGEST: usize = 64;

/// A new secret as people type it, in base32: 160 bits, as RFC 4226 recommends.
pub fn new_secret() -> Result<SecretString> {
    Ok(Secret::from(random::<20>()?).to_base32().into())
}

/// What an application reads from a QR code.
pub fn uri(secret: &SecretString, organisation: &str, login: &str) -> Result<SecretString> {
    // A colon would end the name.
    let organisation = organisation.replace(':', "：");
    let named = application(secret)?.with_issuer(Some(organisation)).with_account_name(login);
    let uri = named.build().and_then(|totp| totp.to_url()).map_err(unusable)?;
    Ok(uri.into())
}

/// The step whose code this is, if it is the step of now or a neighbour: clocks differ, and people are slow.
pub fn step(secret: &SecretString, code: &SecretString, now: DateTime<Utc>) -> Result<Option<i64>> {
    let totp = application(secret)?.build().map_err(unusable)?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Ok(totp.check(code.expose_secret(), seconds).and_then(|step| i64::try_from(step).ok()))
}

/// New recovery codes: 120 bits each, so that a fast hash keeps them (ASVS 6.5.2 asks for 112).
pub fn new_recovery_codes() -> Result<Vec<SecretString>> {
    (0..RECOVERY_CODES).map(|_| Ok(in_groups(&Secret::from(random::<15>()?).to_base32()).into())).collect()
}

/// A code as it is compared: without spaces and dashes, in capitals, full-width digits folded.
pub fn comparable(code: &SecretString) -> SecretString {
    let letters = code.expose_secret().nfkc().filter(|character| character.is_alphanumeric()).take(LONGEST);
    letters.flat_map(char::to_uppercase).collect::<String>().into()
}

/// What every application can do.
fn application(secret: &SecretString) -> Result<Builder> {
    let secret = Secret::try_from_base32(secret.expose_secret())
        .map_err(|_| Failure::internal("the secret of a second factor is not in base32"))?;
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30).with_skew(1);
    Ok(builder.with_secret(secret))
}

/// Says nothing of the secret.
fn unusable(_: TotpError) -> Failure {
    Failure::internal("a second factor cannot be computed")
}

fn in_groups(code: &str) -> String {
    let characters: Vec<_> = code.chars().collect();
    characters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// RFC 6238, appendix B: this secret, SHA-1, the last six of the eight digits given there.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret: SecretString = Secret::from(*b"12345678901234567890").to_base32().into();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let (now, code) = (DateTime::from_timestamp(seconds, 0).unwrap(), SecretString::from(code));
            assert_eq!(step(&secret, &code, now).unwrap(), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_neighbours() {
        let secret = new_secret().unwrap();
        let begin = 1_709_514_000;
        let totp = application(&secret).unwrap().build().unwrap();
        let code = SecretString::from(totp.generate(begin).to_string());
        for (seconds, good) in [(-31, false), (-30, true), (0, true), (59, true), (60, false)] {
            let now = DateTime::from_timestamp(i64::try_from(begin).unwrap() + seconds, 0).unwrap();
            let expected = good.then_some(i64::try_from(begin / 30).unwrap());
            assert_eq!(step(&secret, &code, now).unwrap(), expected, "{seconds}");
        }
    }

    #[test]
    fn a_uri_names_the_organisation_and_holds_the_secret() {
        let secret = new_secret().unwrap();
        assert_eq!(secret.expose_secret().len(), 32);
        let uri = uri(&secret, "恒康: 天安", "zhang.wei@example.org").unwrap();
        let read = totp_rs::Totp::from_url(uri.expose_secret()).unwrap();
        assert_eq!((read.issuer(), read.account_name()), (Some("恒康： 天安"), "zhang.wei@example.org"));
        assert_eq!(read.secret().to_base32(), secret.expose_secret());
        assert_eq!((read.digits(), read.step(), read.algorithm()), (6, 30, Algorithm::SHA1));
        assert!(super::uri(&secret, "", "x").is_ok());
    }

    #[test]
    fn codes_are_compared_however_they_were_typed() {
        for typed in ["123456", " 123 456 ", "123-456", "１２３４５６", "１２３－４５６\u{3000}"] {
            assert_eq!(comparable(&typed.into()).expose_secret(), "123456", "{typed}");
        }
        assert_eq!(comparable(&"abcd-efgh ijkl—2345".into()).expose_secret(), "ABCDEFGHIJKL2345");
        assert_eq!(comparable(&"- \u{3000}".into()).expose_secret(), "");
        assert_eq!(comparable(&"x".repeat(1_000_000).into()).expose_secret().len(), LONGEST);
    }

    #[test]
    fn nonsense_is_no_code_of_any_step() {
        let secret = new_secret().unwrap();
        let now = DateTime::from_timestamp(1_709_514_000, 0).unwrap();
        for nonsense in ["", "12345", "1234567", "+12345", "12345x", "验证码", "ABCDEFGHIJKLMNOPQRSTUVWX"] {
            assert_eq!(step(&secret, &nonsense.into(), now).unwrap(), None, "{nonsense}");
        }
        assert!(step(&"not base32!".into(), &"123456".into(), now).is_err());
    }

    #[test]
    fn recovery_codes_are_long_and_different() {
        let codes: HashSet<String> =
            (0..100).flat_map(|_| new_recovery_codes().unwrap()).map(|code| code.expose_secret().to_owned()).collect();
        assert_eq!(codes.len(), 1_000);
        for code in codes {
            assert_eq!((code.len(), code.split('-').count()), (29, 6), "{code}");
            assert_eq!(comparable(&code.as_str().into()).expose_secret().len(), 24, "{code}");
        }
    }
}
