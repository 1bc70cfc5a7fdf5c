//! E-mail, over the mail server of the organisation.

use super::CannotDeliver;
use crate::platform::outlets::{EmailConfig, MailSecurity, Problem};
use chrono::{DateTime, Utc};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use std::time::Duration;
use uuid::Uuid;

/// Where mail is handed over, checked when the server starts.
pub struct MailServer {
    builder: AsyncSmtpTransportBuilder,
    from: Mailbox,
}

/// Connections to the mail server, for as long as they are used.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// An e-mail to one person.
pub struct Letter {
    /// Sent again, it has the same.
    pub id: Uuid,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub written_at: DateTime<Utc>,
}

impl MailServer {
    pub fn new(config: &EmailConfig, timeout: Duration) -> Result<Self, CannotDeliver> {
        let unusable = |key: &str, why: &dyn std::fmt::Display| CannotDeliver::Email(format!("{key}: {why}"));
        let from: Mailbox = config.from.parse().map_err(|error| unusable("from", &error))?;
        let tls = || {
            let mut parameters = TlsParameters::builder(config.host.clone());
            if let Some(path) = &config.ca_file {
                let pem = std::fs::read(path).map_err(|error| unusable("ca_file", &error))?;
                let certificate = Certificate::from_pem(&pem).map_err(|error| unusable("ca_file", &error))?;
                parameters = parameters.add_root_certificate(certificate);
            }
            parameters.build().map_err(|error| unusable("security", &error))
        };
        let tls = match config.security {
            MailSecurity::Starttls => Tls::Required(tls()?),
            MailSecurity::Implicit => Tls::Wrapper(tls()?),
            MailSecurity::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(timeout));
        if let (Some(username), Some(password)) = (&config.username, &config.password) {
            builder = builder.credentials(Credentials::new(username.clone(), password.expose_secret().to_owned()));
        }
        Ok(Self { builder, from })
    }

    /// Must be called on the runtime that sends.
    pub fn open(&self) -> Mailer {
        Mailer { transport: self.builder.clone().build(), from: self.from.clone() }
    }
}

impl Mailer {
    pub async fn send(&self, letter: Letter) -> Result<(), Problem> {
        let Letter { id, to, subject, text, written_at } = letter;
        let to: Address = to.parse().map_err(|_| Problem::new("NO_ADDRESS"))?;
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", id.simple(), self.from.email.domain())))
            .date(written_at.into())
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .singlepart(SinglePart::plain(text))
            .map_err(|_| Problem::new("NOT_WRITTEN"))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            // What the server says may quote the address; its code does not.
            Err(error) => Err(match error.status() {
                Some(code) => Problem(format!("SMTP {code}")),
                None if error.is_timeout() => Problem::new("TIMED_OUT"),
                None if error.is_tls() => Problem::new("TLS"),
                None => Problem::new("UNREACHABLE"),
            }),
        }
    }
}
