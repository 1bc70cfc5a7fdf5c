//! The ways out of the server: mail and webhooks, as the configuration names them.

use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Which ways out there are: what a transaction needs to know to write down what is to go out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlets {
    pub email: bool,
    /// Names of webhooks.
    pub webhooks: Arc<[String]>,
}

/// What goes out, and how often it is tried.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationsConfig {
    /// Where the portal shows a case; `{case}` stands for its id.
    pub case_url: String,
    pub language: MailLanguage,
    pub attempts: NonZeroU32,
    pub retry_seconds: NonZeroU32,
    pub timeout_seconds: NonZeroU32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailLanguage {
    Zh,
    En,
}

/// The mail server that takes e-mail from us.
#[derive(Clone, Debug)]
pub struct EmailConfig {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub from: String,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    /// A certificate (PEM) that is trusted beside those of the system.
    pub ca_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// STARTTLS, or nothing is sent.
    Starttls,
    /// TLS from the first byte.
    Implicit,
    /// For a relay on the same machine.
    None,
}

/// A program that is told of notifications.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    pub url: String,
    /// What its messages are signed with.
    pub secret: SecretString,
}

pub type Webhooks = BTreeMap<String, WebhookConfig>;

/// What went wrong, in a word that names nobody: `SMTP 550`, `HTTP 500`, `TIMED_OUT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub String);

impl Problem {
    pub fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

/// What messages are sent with. A redirect could lead anywhere, also to what only this server can reach.
pub fn http_client(timeout: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(timeout)
        .user_agent(concat!("redress/", env!("CARGO_PKG_VERSION")))
        .build()
}
