//! Structured logs. They hold no personal data and no tokens.

use crate::platform::config::{LogConfig, LogFormat};
use tracing_subscriber::EnvFilter;

/// Sends logs to standard error from here on.
pub fn init(config: &LogConfig) {
    let filter = EnvFilter::try_new(&config.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let outcome = match config.format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.try_init(),
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "logs already go somewhere");
    }
}
