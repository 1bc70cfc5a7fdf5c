//! Configuration: embedded defaults, then a file, then `REDRESS_…` variables. An unknown key is an error; a secret has no
//! default and may come from a file.

use crate::platform::access::DocumentLimits;
use crate::platform::db::DatabaseConfig;
use crate::platform::files::{BucketConfig, FilesConfig, Place};
use crate::platform::http::RateConfig;
use crate::platform::jobs::JobsConfig;
use crate::platform::openid::{self, ExplorerClient, GroupRule, IssuerConfig, People};
use crate::platform::outlets::{EmailConfig, MailSecurity, NotificationsConfig, Outlets, WebhookConfig, Webhooks};
use config::{Environment, File, FileFormat};
use entity::staff_role::Role;
use jsonwebtoken::Algorithm;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The defaults, with a comment for every key.
pub const DEFAULT: &str = include_str!("../../config/default.toml");

#[derive(Clone, Debug)]
pub struct Config {
    pub server: ServerConfig,
    pub limits: DocumentLimits,
    pub operations: OperationsConfig,
    pub rates: RateConfig,
    pub database: DatabaseConfig,
    pub files: FilesConfig,
    pub identity: IdentityConfig,
    /// Whose access tokens are taken beside our own.
    pub issuers: BTreeMap<String, IssuerConfig>,
    pub secrets: Secrets,
    pub log: LogConfig,
    pub jobs: JobsConfig,
    pub notifications: NotificationsConfig,
    /// None: nobody is told by e-mail.
    pub email: Option<EmailConfig>,
    pub webhooks: Webhooks,
    pub audit: AuditConfig,
}

/// How the audit trail is sealed, and who keeps its heads.
#[derive(Clone, Debug)]
pub struct AuditConfig {
    pub seal_every_seconds: NonZeroU32,
    pub anchor_every_seconds: NonZeroU32,
    pub anchors: BTreeMap<String, AnchorConfig>,
}

/// A place outside that keeps heads.
#[derive(Clone, Debug)]
pub enum AnchorConfig {
    /// A folder or a bucket.
    Store(Place),
    Webhook(WebhookConfig),
    /// Another database.
    Database(SecretString),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    pub bind: SocketAddr,
    pub proxies: Vec<IpAddr>,
    pub workers: usize,
    pub explorer: bool,
    pub introspection: bool,
    pub cors_origins: Vec<String>,
    pub metrics_from: Vec<IpAddr>,
    pub body_limit: usize,
    pub body_seconds: u64,
    pub operation_seconds: u64,
    pub in_flight: usize,
    pub shutdown_seconds: u64,
}

/// Which documents are run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationsConfig {
    pub mode: OperationsMode,
    /// Files of portals, each an object of ids and documents.
    pub manifests: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationsMode {
    /// Any document, and those of the manifests by their id.
    Open,
    /// The same; what `trusted` would refuse is logged.
    Development,
    /// The documents of the manifests, by their id.
    Trusted,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    pub issuer: String,
    pub audience: String,
    pub token_minutes: u32,
    pub refresh_minutes: u32,
    pub session_hours: u32,
    pub temporary_password_hours: u32,
    pub password_hashes: usize,
    pub waiting_logins: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    pub format: LogFormat,
    pub level: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Json,
    Text,
}

/// Every secret that the server needs.
#[derive(Clone, Debug)]
pub struct Secrets {
    pub signing_key: SecretString,
    pub key_encryption_keys: SecretString,
    pub index_key: SecretString,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("configuration: {0}")]
    Invalid(#[from] config::ConfigError),
    #[error("configuration: {key} cannot be read from {path}: {error}")]
    SecretFile { key: String, path: PathBuf, error: std::io::Error },
    #[error("configuration: {0} and {0}_file are both set; set one")]
    Twice(String),
    #[error("configuration: {key} {problem}")]
    Unusable { key: String, problem: &'static str },
    #[error("configuration: missing {}. Set each in the configuration file, in REDRESS_<SECTION>__<KEY>, or as <key>_file.", .0.join(", "))]
    Missing(Vec<String>),
}

/// The file as it is written: secrets may be there or be named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    server: ServerConfig,
    limits: DocumentLimits,
    operations: OperationsConfig,
    rates: RateConfig,
    database: WrittenDatabase,
    files: WrittenFiles,
    identity: IdentityConfig,
    #[serde(default)]
    issuers: BTreeMap<String, WrittenIssuer>,
    #[serde(default)]
    secrets: WrittenSecrets,
    log: LogConfig,
    jobs: JobsConfig,
    notifications: NotificationsConfig,
    email: WrittenEmail,
    #[serde(default)]
    webhooks: BTreeMap<String, WrittenWebhook>,
    audit: WrittenAudit,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIssuer {
    url: String,
    audience: String,
    algorithms: Option<Vec<Algorithm>>,
    #[serde(default)]
    plain_jwt: bool,
    #[serde(default)]
    people: People,
    login_claim: String,
    name_claim: Option<String>,
    groups_claim: Option<String>,
    #[serde(default)]
    groups: Vec<GroupRule>,
    department: Option<String>,
    #[serde(default)]
    roles: Vec<Role>,
    #[serde(default)]
    second_factor: Vec<String>,
    explorer_client_id: Option<String>,
    explorer_client_secret: Option<SecretString>,
    explorer_client_secret_file: Option<PathBuf>,
    explorer_url: Option<String>,
    explorer_scope: Option<String>,
    #[serde(default)]
    explorer_parameters: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAudit {
    seal_every_seconds: NonZeroU32,
    anchor_every_seconds: NonZeroU32,
    #[serde(default)]
    anchors: BTreeMap<String, WrittenAnchor>,
}

/// One of the four: a folder, a bucket, a webhook, a database.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAnchor {
    folder: Option<PathBuf>,
    webhook: Option<String>,
    secret: Option<SecretString>,
    secret_file: Option<PathBuf>,
    database_url: Option<SecretString>,
    database_url_file: Option<PathBuf>,
    s3_bucket: Option<String>,
    s3_region: Option<String>,
    s3_endpoint: Option<String>,
    #[serde(default)]
    s3_allow_http: bool,
    #[serde(default)]
    s3_virtual_hosted: bool,
    s3_access_key_id: Option<String>,
    s3_secret_access_key: Option<SecretString>,
    s3_secret_access_key_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEmail {
    host: String,
    port: u16,
    security: MailSecurity,
    from: String,
    username: Option<String>,
    password: Option<SecretString>,
    password_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWebhook {
    url: String,
    secret: Option<SecretString>,
    secret_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDatabase {
    url: Option<SecretString>,
    url_file: Option<PathBuf>,
    owner_url: Option<SecretString>,
    owner_url_file: Option<PathBuf>,
    read_connections: u32,
    write_connections: u32,
    acquire_timeout_seconds: u64,
    statement_timeout_seconds: u64,
    lock_timeout_seconds: u64,
    idle_in_transaction_timeout_seconds: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFiles {
    folder: PathBuf,
    max_bytes: u64,
    kinds: Vec<String>,
    idle_seconds: u64,
    transfers: usize,
    clamd: Option<String>,
    s3_bucket: Option<String>,
    s3_region: String,
    s3_endpoint: Option<String>,
    s3_allow_http: bool,
    s3_virtual_hosted: bool,
    s3_access_key_id: Option<String>,
    s3_secret_access_key: Option<SecretString>,
    s3_secret_access_key_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSecrets {
    signing_key: Option<SecretString>,
    signing_key_file: Option<PathBuf>,
    key_encryption_keys: Option<SecretString>,
    key_encryption_keys_file: Option<PathBuf>,
    index_key: Option<SecretString>,
    index_key_file: Option<PathBuf>,
}

impl Config {
    /// Everything that the server needs; fails with all that is missing.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::from_sources(file, environment())
    }

    /// The same with given variables.
    pub fn from_sources(file: Option<&Path>, variables: HashMap<String, String>) -> Result<Self, ConfigError> {
        Written::read(file, variables)?.complete()
    }

    /// How large a document may be, for those who check some without being a server: secrets need not be there.
    pub fn document_limits(file: Option<&Path>) -> Result<DocumentLimits, ConfigError> {
        Ok(Written::read(file, environment())?.limits)
    }
}

impl Written {
    fn read(file: Option<&Path>, variables: HashMap<String, String>) -> Result<Self, ConfigError> {
        let mut sources = config::Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml));
        if let Some(path) = file {
            sources = sources.add_source(File::from(path).format(FileFormat::Toml));
        }
        let environment =
            Environment::with_prefix("REDRESS").prefix_separator("_").separator("__").source(Some(variables));
        Ok(sources.add_source(environment).build()?.try_deserialize()?)
    }
}

impl Config {
    /// The ways out that are configured.
    pub fn outlets(&self) -> Outlets {
        Outlets { email: self.email.is_some(), webhooks: self.webhooks.keys().cloned().collect() }
    }
}

impl Written {
    fn complete(self) -> Result<Config, ConfigError> {
        let mut missing = Vec::new();
        let mut secret = |key: &str, value: Option<SecretString>, file: Option<PathBuf>| {
            let found = read_secret(key, value, file)?;
            if found.is_none() {
                missing.push(key.to_owned());
            }
            Ok::<_, ConfigError>(found.unwrap_or_default())
        };
        let url = secret("database.url", self.database.url, self.database.url_file)?;
        let owner_url = read_secret("database.owner_url", self.database.owner_url, self.database.owner_url_file)?;
        let secrets = Secrets {
            signing_key: secret("secrets.signing_key", self.secrets.signing_key, self.secrets.signing_key_file)?,
            key_encryption_keys: secret(
                "secrets.key_encryption_keys",
                self.secrets.key_encryption_keys,
                self.secrets.key_encryption_keys_file,
            )?,
            index_key: secret("secrets.index_key", self.secrets.index_key, self.secrets.index_key_file)?,
        };
        let mut webhooks = Webhooks::new();
        for (name, webhook) in self.webhooks {
            let secret = secret(&format!("webhooks.{name}.secret"), webhook.secret, webhook.secret_file)?;
            webhooks.insert(name, WebhookConfig { url: webhook.url, secret });
        }
        if !missing.is_empty() {
            return Err(ConfigError::Missing(missing));
        }
        let files = self.files.complete()?;
        let email = self.email.complete()?;
        let case_url = &self.notifications.case_url;
        let usable = is_http(case_url) && case_url.contains("{case}");
        if !usable && !case_url.is_empty() {
            let problem = "is not an address that begins with http:// or https:// and holds {case}";
            return Err(ConfigError::Unusable { key: "notifications.case_url".to_owned(), problem });
        }
        if let Some((name, _)) = webhooks.iter().find(|(_, webhook)| !is_http(&webhook.url)) {
            let problem = "is not an address that begins with http:// or https://";
            return Err(ConfigError::Unusable { key: format!("webhooks.{name}.url"), problem });
        }
        let database = DatabaseConfig {
            url,
            owner_url,
            read_connections: self.database.read_connections,
            write_connections: self.database.write_connections,
            acquire_timeout_seconds: self.database.acquire_timeout_seconds,
            statement_timeout_seconds: self.database.statement_timeout_seconds,
            lock_timeout_seconds: self.database.lock_timeout_seconds,
            idle_in_transaction_timeout_seconds: self.database.idle_in_transaction_timeout_seconds,
        };
        let audit = self.audit.complete()?;
        let issuers = complete_issuers(self.issuers, &self.identity.issuer)?;
        let Self { server, limits, operations, rates, identity, log, jobs, notifications, .. } = self;
        Ok(Config {
            server,
            limits,
            operations,
            rates,
            database,
            files,
            identity,
            issuers,
            secrets,
            log,
            jobs,
            notifications,
            email,
            webhooks,
            audit,
        })
    }
}

/// The issuers, none of them twice: a token could be taken as one of the other.
fn complete_issuers(
    written: BTreeMap<String, WrittenIssuer>,
    ours: &str,
) -> Result<BTreeMap<String, IssuerConfig>, ConfigError> {
    let mut issuers = BTreeMap::<String, IssuerConfig>::new();
    for (name, issuer) in written {
        let key = format!("issuers.{name}");
        let issuer = issuer.complete(&key)?;
        if let Some((part, problem)) = openid::fault(&name, &issuer) {
            let key = if part.is_empty() { key } else { format!("{key}.{part}") };
            return Err(ConfigError::Unusable { key, problem });
        }
        if issuer.url == ours || issuers.values().any(|other| other.url == issuer.url) {
            let problem = "is the url of another issuer too, or identity.issuer";
            return Err(ConfigError::Unusable { key: format!("{key}.url"), problem });
        }
        issuers.insert(name, issuer);
    }
    Ok(issuers)
}

impl WrittenIssuer {
    fn complete(self, key: &str) -> Result<IssuerConfig, ConfigError> {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let secret_key = format!("{key}.explorer_client_secret");
        let secret = read_secret(&secret_key, self.explorer_client_secret, self.explorer_client_secret_file)?;
        let explorer = match (given(self.explorer_client_id), given(self.explorer_url)) {
            (Some(id), Some(url)) => Some(ExplorerClient {
                id,
                secret,
                url,
                scope: self.explorer_scope.unwrap_or_else(|| "openid".to_owned()),
                parameters: self.explorer_parameters,
            }),
            (None, None) if secret.is_none() => None,
            _ => {
                let problem = "and explorer_url belong together: set both or none";
                return Err(ConfigError::Unusable { key: format!("{key}.explorer_client_id"), problem });
            }
        };
        let safe = || vec![Algorithm::ES256, Algorithm::EdDSA, Algorithm::PS256, Algorithm::RS256];
        Ok(IssuerConfig {
            url: self.url,
            audience: self.audience,
            algorithms: self.algorithms.unwrap_or_else(safe),
            plain_jwt: self.plain_jwt,
            people: self.people,
            login_claim: self.login_claim,
            name_claim: given(self.name_claim).unwrap_or_else(|| "name".to_owned()),
            groups_claim: self.groups_claim.unwrap_or_else(|| "groups".to_owned()),
            groups: self.groups,
            department: given(self.department),
            roles: self.roles,
            second_factor: self.second_factor,
            explorer,
        })
    }
}

impl WrittenAudit {
    fn complete(self) -> Result<AuditConfig, ConfigError> {
        let Self { seal_every_seconds, anchor_every_seconds, anchors } = self;
        let anchors = anchors.into_iter().map(|(name, anchor)| {
            let anchor = anchor.complete(&format!("audit.anchors.{name}"))?;
            Ok::<_, ConfigError>((name, anchor))
        });
        Ok(AuditConfig { seal_every_seconds, anchor_every_seconds, anchors: anchors.collect::<Result<_, _>>()? })
    }
}

impl WrittenAnchor {
    fn complete(self, key: &str) -> Result<AnchorConfig, ConfigError> {
        let unusable = |problem| ConfigError::Unusable { key: key.to_owned(), problem };
        let url = read_secret(&format!("{key}.database_url"), self.database_url, self.database_url_file)?;
        let secret = read_secret(&format!("{key}.secret"), self.secret, self.secret_file)?;
        let secret_access_key = read_secret(
            &format!("{key}.s3_secret_access_key"),
            self.s3_secret_access_key,
            self.s3_secret_access_key_file,
        )?;
        match (self.folder, self.s3_bucket, self.webhook, url) {
            (Some(folder), None, None, None) => Ok(AnchorConfig::Store(Place::Folder(folder))),
            (None, Some(name), None, None) => Ok(AnchorConfig::Store(Place::Bucket(BucketConfig {
                name,
                region: self.s3_region.unwrap_or_else(|| "us-east-1".to_owned()),
                endpoint: self.s3_endpoint,
                allow_http: self.s3_allow_http,
                virtual_hosted: self.s3_virtual_hosted,
                access_key_id: self.s3_access_key_id,
                secret_access_key,
            }))),
            (None, None, Some(url), None) if is_http(&url) => {
                let secret =
                    secret.ok_or_else(|| unusable("lacks the secret that a webhook's messages are signed with"))?;
                Ok(AnchorConfig::Webhook(WebhookConfig { url, secret }))
            }
            (None, None, None, Some(url)) => Ok(AnchorConfig::Database(url)),
            _ => Err(unusable("must have one of folder, s3_bucket, webhook (an http address) and database_url")),
        }
    }
}

impl WrittenFiles {
    fn complete(self) -> Result<FilesConfig, ConfigError> {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let secret_access_key =
            read_secret("files.s3_secret_access_key", self.s3_secret_access_key, self.s3_secret_access_key_file)?;
        let place = match given(self.s3_bucket) {
            None => Place::Folder(self.folder),
            Some(name) => Place::Bucket(BucketConfig {
                name,
                region: self.s3_region,
                endpoint: given(self.s3_endpoint),
                allow_http: self.s3_allow_http,
                virtual_hosted: self.s3_virtual_hosted,
                access_key_id: given(self.s3_access_key_id),
                secret_access_key,
            }),
        };
        Ok(FilesConfig {
            place,
            max_bytes: self.max_bytes,
            kinds: self.kinds,
            idle: Duration::from_secs(self.idle_seconds),
            transfers: self.transfers,
            clamd: given(self.clamd),
        })
    }
}

impl WrittenEmail {
    /// The mail server, if one is named.
    fn complete(self) -> Result<Option<EmailConfig>, ConfigError> {
        if self.host.trim().is_empty() {
            return Ok(None);
        }
        let unusable = |key: &str, problem| ConfigError::Unusable { key: format!("email.{key}"), problem };
        let password = read_secret("email.password", self.password, self.password_file)?;
        let username = self.username.filter(|name| !name.trim().is_empty());
        if username.is_some() != password.is_some() {
            return Err(unusable("username", "and email.password belong together: set both or none"));
        }
        if password.is_some() && self.security == MailSecurity::None {
            return Err(unusable("security", "must not be none where a password is sent"));
        }
        if self.from.parse::<Mailbox>().is_err() {
            return Err(unusable("from", "is not an address such as redress@company.example"));
        }
        let Self { host, port, security, from, ca_file, .. } = self;
        Ok(Some(EmailConfig { host, port, security, from, username, password, ca_file }))
    }
}

fn is_http(url: &str) -> bool {
    let known = url.starts_with("http://") || url.starts_with("https://");
    known && reqwest::Url::parse(url).is_ok_and(|url| url.has_host())
}

fn read_secret(
    key: &str,
    value: Option<SecretString>,
    file: Option<PathBuf>,
) -> Result<Option<SecretString>, ConfigError> {
    let value = value.filter(|value| !value.expose_secret().trim().is_empty());
    match (value, file) {
        (Some(_), Some(_)) => Err(ConfigError::Twice(key.to_owned())),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim().to_owned().into())),
            Err(error) => Err(ConfigError::SecretFile { key: key.to_owned(), path, error }),
        },
        (None, None) => Ok(None),
    }
}

/// Our variables, without those that are not settings.
fn environment() -> HashMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("REDRESS_"))
        // Not settings: the file's place, a switch of the build, and what tests use.
        .filter(|(name, _)| !matches!(name.as_str(), "REDRESS_CONFIG" | "REDRESS_EXPLORER"))
        .filter(|(name, _)| !name.starts_with("REDRESS_TEST_"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_sources(None, variables)
    }

    const COMPLETE: [(&str, &str); 4] = [
        ("REDRESS_DATABASE__URL", "sqlite:///tmp/x.db"),
        ("REDRESS_SECRETS__SIGNING_KEY", "pem"),
        ("REDRESS_SECRETS__KEY_ENCRYPTION_KEYS", "1:x"),
        ("REDRESS_SECRETS__INDEX_KEY", "x"),
    ];

    #[test]
    fn the_defaults_and_the_secrets_are_enough() {
        let config = load(&COMPLETE).unwrap();
        assert_eq!(config.server.bind.port(), 8080);
        assert!(!config.server.explorer && !config.server.introspection);
    }

    #[test]
    fn every_missing_secret_is_named() {
        let message = load(&COMPLETE[..1]).unwrap_err().to_string();
        for key in ["secrets.signing_key", "secrets.key_encryption_keys", "secrets.index_key"] {
            assert!(message.contains(key), "{message}");
        }
        assert!(!message.contains("database.url,"), "{message}");
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        for name in ["REDRESS_SERVER__BINDD", "REDRESS_NONSENSE", "REDRESS_SECRETS__PASSWORD"] {
            let mut variables = COMPLETE.to_vec();
            variables.push((name, "1"));
            assert!(load(&variables).is_err(), "{name}");
        }
    }

    #[test]
    fn a_variable_overrides_a_default() {
        let mut variables = COMPLETE.to_vec();
        variables.extend([
            ("REDRESS_SERVER__BIND", "0.0.0.0:9"),
            ("REDRESS_LIMITS__DEPTH", "7"),
            ("REDRESS_SERVER__EXPLORER", "true"),
        ]);
        let config = load(&variables).unwrap();
        assert_eq!((config.server.bind.port(), config.limits.depth, config.server.explorer), (9, 7, true));
    }

    fn with(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
        load(&[&COMPLETE[..], more].concat())
    }

    #[test]
    fn nothing_leaves_the_server_unless_it_is_configured() {
        let config = load(&COMPLETE).unwrap();
        assert_eq!(config.outlets(), Outlets::default());
        assert!(config.jobs.enabled);
    }

    #[test]
    fn ways_out_are_checked_at_the_start() {
        let email =
            [("REDRESS_EMAIL__HOST", "mail.example"), ("REDRESS_EMAIL__FROM", "投诉处理 <redress@company.example>")];
        assert!(with(&email).unwrap().outlets().email);
        for (more, complaint) in [
            (&[("REDRESS_EMAIL__HOST", "mail.example")][..], "email.from"),
            (&[email[0], email[1], ("REDRESS_EMAIL__USERNAME", "x")], "email.username"),
            (&[email[0], email[1], ("REDRESS_EMAIL__SECURITY", "sometimes")], "sometimes"),
            (
                &[
                    email[0],
                    email[1],
                    ("REDRESS_EMAIL__USERNAME", "x"),
                    ("REDRESS_EMAIL__PASSWORD", "y"),
                    ("REDRESS_EMAIL__SECURITY", "none"),
                ],
                "email.security",
            ),
            (&[("REDRESS_NOTIFICATIONS__CASE_URL", "https://portal.example/cases")], "notifications.case_url"),
            (&[("REDRESS_NOTIFICATIONS__ATTEMPTS", "0")], "attempts"),
            (&[("REDRESS_JOBS__DELIVER_EVERY_SECONDS", "0")], "deliver_every_seconds"),
            (&[("REDRESS_WEBHOOKS__DESK__URL", "https://desk.example/")], "webhooks.desk.secret"),
            (
                &[("REDRESS_WEBHOOKS__DESK__URL", "ftp://x"), ("REDRESS_WEBHOOKS__DESK__SECRET", "s")],
                "webhooks.desk.url",
            ),
        ] {
            let message = with(more).unwrap_err().to_string();
            assert!(message.contains(complaint), "{message}");
        }
        let desk =
            [("REDRESS_WEBHOOKS__DESK__URL", "https://desk.example/"), ("REDRESS_WEBHOOKS__DESK__SECRET", "s3cr3t")];
        let config = with(&desk).unwrap();
        assert_eq!(*config.outlets().webhooks, ["desk".to_owned()]);
        assert!(!format!("{config:?}").contains("s3cr3t"));
    }

    #[test]
    fn an_anchor_is_one_place() {
        let folder = ("REDRESS_AUDIT__ANCHORS__DISK__FOLDER", "/mnt/worm");
        let config =
            with(&[folder, ("REDRESS_AUDIT__ANCHORS__COPY__DATABASE_URL", "postgres://w:s3cr3t@x/y")]).unwrap();
        assert!(matches!(config.audit.anchors["disk"], AnchorConfig::Store(Place::Folder(_))));
        assert!(matches!(config.audit.anchors["copy"], AnchorConfig::Database(_)));
        assert!(!format!("{config:?}").contains("s3cr3t"));
        for more in [
            &[folder, ("REDRESS_AUDIT__ANCHORS__DISK__S3_BUCKET", "heads")][..],
            &[("REDRESS_AUDIT__ANCHORS__DISK__S3_REGION", "x")],
            &[("REDRESS_AUDIT__ANCHORS__DISK__WEBHOOK", "https://x.example/")],
            &[("REDRESS_AUDIT__ANCHORS__DISK__WEBHOOK", "ftp://x"), ("REDRESS_AUDIT__ANCHORS__DISK__SECRET", "s")],
        ] {
            let message = with(more).unwrap_err().to_string();
            assert!(message.contains("audit.anchors.disk"), "{message}");
        }
    }

    const ISSUER: [(&str, &str); 3] = [
        ("REDRESS_ISSUERS__COMPANY__URL", "https://login.company.example"),
        ("REDRESS_ISSUERS__COMPANY__AUDIENCE", "https://redress.company.example"),
        ("REDRESS_ISSUERS__COMPANY__LOGIN_CLAIM", "staff_login"),
    ];

    #[test]
    fn an_issuer_is_taken_as_it_is_written() {
        let config = with(&ISSUER).unwrap();
        let issuer = &config.issuers["company"];
        assert_eq!(issuer.algorithms, [Algorithm::ES256, Algorithm::EdDSA, Algorithm::PS256, Algorithm::RS256]);
        assert_eq!((issuer.people, issuer.plain_jwt, issuer.explorer.is_none()), (People::Known, false, true));
        let explorer = [
            ("REDRESS_ISSUERS__COMPANY__EXPLORER_CLIENT_ID", "explorer"),
            ("REDRESS_ISSUERS__COMPANY__EXPLORER_CLIENT_SECRET", "s3cr3t"),
            ("REDRESS_ISSUERS__COMPANY__EXPLORER_URL", "http://127.0.0.1:8080/"),
        ];
        let config = with(&[&ISSUER[..], &explorer].concat()).unwrap();
        assert!(config.issuers["company"].explorer.is_some() && !format!("{config:?}").contains("s3cr3t"));
    }

    #[test]
    fn issuers_that_make_no_sense_are_named() {
        let company = |key: &str| format!("REDRESS_ISSUERS__COMPANY__{key}");
        for (changes, complaint) in [
            (&[("URL", "http://login.company.example")][..], "issuers.company.url"),
            (&[("URL", "https://login.company.example?x=y")], "issuers.company.url"),
            (&[("URL", "login.company.example")], "issuers.company.url"),
            (&[("AUDIENCE", " ")], "issuers.company.audience"),
            (&[("LOGIN_CLAIM", "")], "issuers.company.login_claim"),
            (&[("PEOPLE", "everybody")], "everybody"),
            (&[("PEOPLE", "anybody")], "issuers.company.department"),
            (&[("PEOPLE", "anybody"), ("DEPARTMENT", "客服部")], "issuers.company.roles"),
            (&[("EXPLORER_CLIENT_ID", "explorer")], "issuers.company.explorer_client_id"),
            (&[("EXPLORER_URL", "https://redress.company.example/")], "issuers.company.explorer_client_id"),
            (&[("EXPLORER_CLIENT_SECRET", "x")], "issuers.company.explorer_client_id"),
            (
                &[
                    ("EXPLORER_CLIENT_ID", "https://redress.company.example"),
                    ("EXPLORER_URL", "https://redress.company.example/"),
                ],
                "ID tokens would look like access tokens",
            ),
            (
                &[("EXPLORER_CLIENT_ID", "explorer"), ("EXPLORER_URL", "https://redress.company.example")],
                "issuers.company.explorer_url",
            ),
            (
                &[
                    ("EXPLORER_CLIENT_ID", "explorer"),
                    ("EXPLORER_URL", "https://redress.company.example/"),
                    ("EXPLORER_PARAMETERS__STATE", "x"),
                ],
                "issuers.company.explorer_parameters",
            ),
            (&[("AUDIENZ", "x")], "audienz"),
        ] {
            let changes: Vec<_> = changes.iter().map(|(key, value)| (company(key), *value)).collect();
            let changes = changes.iter().map(|(key, value)| (key.as_str(), *value));
            let message = with(&ISSUER.into_iter().chain(changes).collect::<Vec<_>>()).unwrap_err().to_string();
            assert!(message.contains(complaint), "{message}");
        }
        let second = [
            ("REDRESS_ISSUERS__OTHER__URL", "https://login.company.example"),
            ("REDRESS_ISSUERS__OTHER__AUDIENCE", "https://redress.company.example"),
            ("REDRESS_ISSUERS__OTHER__LOGIN_CLAIM", "staff_login"),
        ];
        for more in [&second[..], &[("REDRESS_IDENTITY__ISSUER", "https://login.company.example")]] {
            let message = with(&[&ISSUER[..], more].concat()).unwrap_err().to_string();
            assert!(message.contains("is the url of another issuer"), "{message}");
        }
        let bare = [("REDRESS_ISSUERS__COMPANY__URL", "https://login.company.example")];
        assert!(with(&bare).unwrap_err().to_string().contains("audience"));
    }

    /// Lists are written in the file.
    #[test]
    fn algorithms_and_groups_of_an_issuer_are_checked() {
        let load = |lines: &str| {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("redress.toml");
            let issuer = "url = 'https://login.company.example'\naudience = 'redress'\nlogin_claim = 'login'";
            std::fs::write(&file, format!("[issuers.company]\n{issuer}\n{lines}\n")).unwrap();
            let variables = COMPLETE.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Config::from_sources(Some(&file), variables)
        };
        let groups = "groups = [{ group = '投诉处理', roles = ['HANDLER', 'REGISTRAR'], department = '客服部' }]";
        let config = load(&format!("algorithms = ['ES384', 'PS512']\n{groups}")).unwrap();
        let issuer = &config.issuers["company"];
        assert_eq!(issuer.algorithms, [Algorithm::ES384, Algorithm::PS512]);
        assert_eq!(
            (issuer.groups[0].group.as_str(), &issuer.groups[0].roles[..]),
            ("投诉处理", &[Role::Handler, Role::Registrar][..])
        );
        for (lines, complaint) in [
            ("algorithms = ['HS256']", "issuers.company.algorithms"),
            ("algorithms = ['ES256', 'HS512']", "issuers.company.algorithms"),
            ("algorithms = ['none']", "none"),
            ("algorithms = []", "issuers.company.algorithms"),
            ("groups = [{ group = 'x', roles = ['BOSS'] }]", "BOSS"),
            ("groups = [{ group = 'x', roles = [] }]", "issuers.company.groups"),
            ("groups = [{ group = ' ', roles = ['HANDLER'] }]", "issuers.company.groups"),
            ("groups = [{ group = 'x', role = 'HANDLER' }]", "role"),
            (&format!("groups_claim = ''\n{groups}"), "issuers.company.groups_claim"),
        ] {
            let message = load(lines).unwrap_err().to_string();
            assert!(message.contains(complaint), "{message}");
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        let mut variables = COMPLETE.to_vec();
        variables[1].1 = "very-secret";
        assert!(!format!("{:?}", load(&variables).unwrap()).contains("very-secret"));
    }
}
