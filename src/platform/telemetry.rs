//! Structured logs. They hold no personal data and no tokens.

use crate::platform::config::{LogConfig, LogFormat};
use tracing_subscriber::EnvFilter;

/// Sends logs to standard error from here on.
pub fn init(config: &LogConfig) {
    let filter = EnvFilter::try_new(&config.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let outcome = match config.format {
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).try_init(),
        LogFormat::Text => builder.try_init(),
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "logs already go somewhere");
    }
    // A panic is an event like any other. Its text is left out: it may hold what somebody sent.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
}
