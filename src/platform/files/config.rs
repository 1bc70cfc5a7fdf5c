//! The files section of the configuration.

use secrecy::SecretString;
use std::path::PathBuf;
use std::time::Duration;

/// What a bucket takes: 10 000 parts of 8 MiB, less a little.
pub const MOST_BYTES: u64 = 64 << 30;

#[derive(Clone, Debug)]
pub struct FilesConfig {
    pub place: Place,
    pub max_bytes: u64,
    /// Names of the kinds that are taken.
    pub kinds: Vec<String>,
    /// A caller who sends nothing for so long has gone.
    pub idle: Duration,
    /// Uploads and downloads under way in one worker.
    pub transfers: usize,
    /// Where clamd listens: `host:port`, or the path of its socket.
    pub clamd: Option<String>,
}

/// Where the contents are kept.
#[derive(Clone, Debug)]
pub enum Place {
    Folder(PathBuf),
    Bucket(BucketConfig),
}

/// A bucket of a store that speaks S3.
#[derive(Clone, Debug)]
pub struct BucketConfig {
    pub name: String,
    pub region: String,
    pub endpoint: Option<String>,
    pub allow_http: bool,
    pub virtual_hosted: bool,
    pub access_key_id: Option<String>,
    pub secret_access_key: Option<SecretString>,
}

/// Why files cannot be kept as the configuration says.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("max_bytes must be from 1 to {MOST_BYTES}")]
    MaxBytes,
    #[error("kinds: there is no kind `{0}`; config/default.toml lists them")]
    Kind(String),
    #[error("folder: {0}")]
    Folder(std::io::Error),
    #[error("clamd: `{0}` is neither host:port nor the path of a socket")]
    Clamd(String),
    #[error(transparent)]
    Store(#[from] object_store::Error),
}
