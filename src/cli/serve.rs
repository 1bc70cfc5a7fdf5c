//! `redress serve`

use super::{Complaint, app, complaint, wait};
use redress::app::App;
use redress::platform::config::Config;
use redress::platform::db::migrate;
use redress::platform::jobs::Running;
use redress::platform::telemetry;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::signal;

pub fn run(config: Config) -> Result<(), Complaint> {
    telemetry::init(&config.log);
    let app = Arc::new(app(&config)?);
    wait(async { migrate::up(&config.database).await.map_err(complaint) })?;
    let listener = TcpListener::bind(config.server.bind).map_err(|error| format!("{}: {error}", config.server.bind))?;
    until_told_to_stop(app, config, listener, |address| {
        tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
    })?;
    tracing::info!("stopped");
    Ok(())
}

/// Serves until the process is told to end; requests under way are answered first.
pub fn until_told_to_stop(
    app: Arc<App>,
    config: Config,
    listener: TcpListener,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), Complaint> {
    actix_web::rt::System::new().block_on(async move {
        // From here on a signal is heard; only then does anybody learn of the server.
        let told_to_stop = told_to_stop().map_err(|error| error.to_string())?;
        let jobs = app.start_jobs(&config).map_err(|error| error.to_string())?;
        let (address, server) = Arc::clone(&app).serve(config, listener).map_err(|error| error.to_string())?;
        let handle = server.handle();
        announce(address);
        let connected = Arc::clone(&app);
        let stop_jobs = jobs.as_ref().map(Running::stopper);
        actix_web::rt::spawn(async move {
            told_to_stop.await;
            if let Some(stop) = stop_jobs {
                stop.send_replace(true);
            }
            connected.let_go();
            handle.stop(true).await;
        });
        let ended = server.await.map_err(|error| error.to_string());
        if let Some(jobs) = jobs {
            jobs.wait();
        }
        ended
    })
}

#[cfg(unix)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    let mut interrupt = signal::unix::signal(signal::unix::SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(signal::ctrl_c().await) })
}
