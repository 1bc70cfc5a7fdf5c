//! Webhooks after <https://www.standardwebhooks.com>: signed with HMAC-SHA256 over id, time and body, so that the receiver
//! knows who sent it, that nothing was changed, that it is not old, and whether it came before.

use crate::platform::outlets::{Problem, WebhookConfig};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use serde::Serialize;
use uuid::Uuid;

/// A program that is told of something.
pub struct Endpoint {
    url: String,
    key: hmac::Key,
}

impl Endpoint {
    /// None when the secret is none.
    pub fn new(config: &WebhookConfig) -> Option<Self> {
        let secret = config.secret.expose_secret().trim();
        let bytes = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).ok()?;
        if !(24..=64).contains(&bytes.len()) {
            return None;
        }
        Some(Self { url: config.url.clone(), key: hmac::Key::new(hmac::HMAC_SHA256, &bytes) })
    }

    pub async fn post(
        &self,
        http: &reqwest::Client,
        id: Uuid,
        now: DateTime<Utc>,
        event: &impl Serialize,
    ) -> Result<(), Problem> {
        let body = serde_json::to_string(event).map_err(|_| Problem::new("NOT_WRITTEN"))?;
        let (id, time) = (id.simple().to_string(), now.timestamp().to_string());
        let signature = hmac::sign(&self.key, format!("{id}.{time}.{body}").as_bytes());
        let request = http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("idempotency-key", &id)
            .header("webhook-id", &id)
            .header("webhook-timestamp", time)
            .header("webhook-signature", format!("v1,{}", STANDARD.encode(signature.as_ref())))
            .body(body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(Problem(format!("HTTP {}", answer.status().as_u16()))),
            Err(error) if error.is_timeout() => Err(Problem::new("TIMED_OUT")),
            Err(_) => Err(Problem::new("UNREACHABLE")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_24_to_64_bytes_in_base64() {
        let endpoint = |secret: &str| {
            Endpoint::new(&WebhookConfig { url: "https://x.example".to_owned(), secret: secret.to_owned().into() })
        };
        assert!(endpoint(&format!("whsec_{}", STANDARD.encode([7; 24]))).is_some());
        assert!(endpoint(&format!(" {}\n", STANDARD.encode([7; 64]))).is_some());
        for secret in ["", "whsec_", "投诉", &STANDARD.encode([7; 23]), &STANDARD.encode([7; 65])] {
            assert!(endpoint(secret).is_none(), "{secret}");
        }
    }
}
