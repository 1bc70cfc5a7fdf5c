//! Getting notifications out of the system: rows written with the notification, sent by a job.
//!
//! An attempt takes its row first, for as long as a batch may take. Whoever dies meanwhile leaves a row that is tried again
//! after that time; the receiver tells a second copy by its `Message-ID` or `webhook-id`.

mod email;
pub mod policy;
pub mod store;
mod webhook;

use crate::notifications::templates;
use crate::platform::access::Actor;
use crate::platform::config::Config;
use crate::platform::db::Database;
use crate::platform::error::Result;
use crate::platform::ids::{NodeKey, new_id};
use crate::platform::language::Language;
use crate::platform::outlets::{MailLanguage, NotificationsConfig, Problem, http_client};
use crate::platform::webhook::Endpoint;
use email::{Letter, MailServer, Mailer};
use entity::delivery::DeliveryChannel;
use futures_util::StreamExt;
use futures_util::stream;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use store::Claimed;
use uuid::Uuid;
use webhook::Event;

/// Sends what waits.
pub struct Courier {
    config: NotificationsConfig,
    email: Option<MailServer>,
    endpoints: BTreeMap<String, Endpoint>,
    http: reqwest::Client,
}

/// Why nothing could ever be delivered.
#[derive(Debug, thiserror::Error)]
pub enum CannotDeliver {
    #[error("email.{0}")]
    Email(String),
    #[error("webhooks.{0}.secret: this must be 24 to 64 bytes in base64, with or without whsec_ before it")]
    Secret(String),
    #[error("webhooks: {0}")]
    Http(#[from] reqwest::Error),
}

/// Rows that one statement takes.
const BATCH: u32 = 20;
/// Deliveries under way at the same time.
const AT_ONCE: u32 = 5;
/// A run ends after this, so that a server which is told to stop need not wait long.
const LONG_ENOUGH: Duration = Duration::from_secs(5);

impl Courier {
    pub fn new(config: &Config) -> Result<Self, CannotDeliver> {
        let timeout = Duration::from_secs(config.notifications.timeout_seconds.get().into());
        let email = config.email.as_ref().map(|email| MailServer::new(email, timeout)).transpose()?;
        let mut endpoints = BTreeMap::new();
        for (name, webhook) in &config.webhooks {
            let endpoint = Endpoint::new(webhook).ok_or_else(|| CannotDeliver::Secret(name.clone()))?;
            endpoints.insert(name.clone(), endpoint);
        }
        Ok(Self { config: config.notifications.clone(), email, endpoints, http: http_client(timeout)? })
    }

    /// Tries everything that waits for its turn; gives how many deliveries succeeded.
    pub async fn deliver(&self, db: &Database, actor: &Actor) -> Result<u64> {
        let (began, mut delivered) = (Instant::now(), 0);
        let mailer = self.email.as_ref().map(MailServer::open);
        loop {
            let batch: Uuid = new_id(db.now());
            if store::claim(db, batch, BATCH.into(), self.long_enough_for_a_batch()).await? == 0 {
                return Ok(delivered);
            }
            let claimed = store::claimed(db.read(actor), batch).await?;
            let attempts = claimed.into_iter().map(|row| self.attempt(db, batch, row, mailer.as_ref()));
            let mut attempts = stream::iter(attempts).buffer_unordered(AT_ONCE as usize);
            // What is under way is finished, also when the database fails one of them.
            let mut failure = None;
            while let Some(outcome) = attempts.next().await {
                match outcome {
                    Ok(succeeded) => delivered += u64::from(succeeded),
                    Err(error) => failure = Some(error),
                }
            }
            if let Some(failure) = failure {
                return Err(failure);
            }
            if began.elapsed() > LONG_ENOUGH {
                return Ok(delivered);
            }
        }
    }

    fn long_enough_for_a_batch(&self) -> Duration {
        let one = self.config.timeout_seconds.get();
        Duration::from_secs(u64::from(one) * u64::from(BATCH / AT_ONCE) + 60)
    }

    /// Sends one and writes down what came of it.
    async fn attempt(&self, db: &Database, batch: Uuid, row: Claimed, mailer: Option<&Mailer>) -> Result<bool> {
        let most = Duration::from_secs(self.config.timeout_seconds.get().into());
        let sent = tokio::time::timeout(most, self.send(db, &row, mailer)).await;
        let outcome = sent.unwrap_or_else(|_| Err(Problem::new("TIMED_OUT")));
        let (delivery, attempts, channel) = (row.id.0.simple(), row.attempts, row.channel);
        match &outcome {
            Ok(()) => store::succeeded(db, batch, row.id).await?,
            Err(Problem(problem)) => {
                let wait = policy::wait_after(row.attempts, &self.config);
                tracing::warn!(%delivery, %channel, attempts, problem, given_up = wait.is_none(), "not delivered");
                store::failed(db, batch, row.id, problem, wait).await?;
            }
        }
        Ok(outcome.is_ok())
    }

    async fn send(&self, db: &Database, row: &Claimed, mailer: Option<&Mailer>) -> Result<(), Problem> {
        let link = self.link(row);
        match row.channel {
            DeliveryChannel::Email => {
                let mailer = mailer.ok_or_else(|| Problem::new("NOT_CONFIGURED"))?;
                let to = row.address(db.vault())?;
                let language = match self.config.language {
                    MailLanguage::Zh => Language::Chinese,
                    MailLanguage::En => Language::English,
                };
                let title = templates::title(row.kind, row.case_number.as_deref().unwrap_or_default());
                let subject = title.r#in(language).to_owned();
                let text = templates::letter(&subject, link.as_deref(), language);
                mailer.send(Letter { id: row.id.0, to, subject, text, written_at: row.created_at }).await
            }
            DeliveryChannel::Webhook => {
                let endpoint = self.endpoints.get(&row.endpoint).ok_or_else(|| Problem::new("NOT_CONFIGURED"))?;
                endpoint.post(&self.http, row.id.0, db.now(), &Event::of(row, link)).await
            }
        }
    }

    fn link(&self, row: &Claimed) -> Option<String> {
        let template = &self.config.case_url;
        let case = row.case_id.filter(|_| !template.is_empty())?;
        Some(template.replace("{case}", &case.global()))
    }
}
