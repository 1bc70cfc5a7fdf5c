//! `redress serve`

use super::{Complaint, app, complaint, wait};
use redress::platform::config::Config;
use redress::platform::db::migrate;
use redress::platform::telemetry;
use std::net::TcpListener;
use std::sync::Arc;

pub fn run(config: Config) -> Result<(), Complaint> {
    telemetry::init(&config.log);
    let app = Arc::new(app(&config)?);
    wait(async { migrate::up(&config.database).await.map_err(complaint) })?;
    let listener = TcpListener::bind(config.server.bind).map_err(|error| format!("{}: {error}", config.server.bind))?;
    actix_web::rt::System::new().block_on(async move {
        let (address, server) = app.serve(config, listener).map_err(|error| error.to_string())?;
        tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
        server.await.map_err(|error| error.to_string())?;
        tracing::info!("stopped");
        Ok(())
    })
}
