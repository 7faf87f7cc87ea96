//! Listening, following the store, and stopping in order.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tracing::{info, warn};

use super::app::App;
use super::router;

/// How often we look whether another program has written to the store.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);

/// The least pause between two looks, however much the store tells us of.
const FOLLOW_PAUSE: Duration = Duration::from_millis(100);

/// How long requests may go on after the server was told to stop.
const STOP_WAIT: Duration = Duration::from_secs(10);

/// Why the server could not start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The port is taken.
    #[error("cannot listen on {address}: another program uses this port; stop it, or choose a port with --listen {}:0", address.ip())]
    InUse {
        /// The address.
        address: SocketAddr,
    },
    /// The address is not to be had.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server broke down.
    #[error("the server stopped: {0}")]
    Stopped(#[from] std::io::Error),
}

/// Takes the address.
///
/// # Errors
/// [`ServeError::InUse`] and [`ServeError::Listen`].
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::InUse { address },
        _ => ServeError::Listen { address, source },
    })
}

/// Serves until `stop`, then lets the requests under way finish.
///
/// # Errors
/// [`ServeError::Stopped`] when the system takes the listener away.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
    let follower = tokio::spawn(follow(app.clone()));
    let (told, mut hear) = tokio::sync::watch::channel(false);
    let closing = app.clone();
    let graceful = async move {
        stop.await;
        closing.closing.send_replace(true);
        info!("Stopping: waiting for requests under way");
        told.send_replace(true);
    };
    let server = axum::serve(listener, router(app)).with_graceful_shutdown(graceful);
    let deadline = async move {
        let _ = hear.wait_for(|told| *told).await;
        tokio::time::sleep(STOP_WAIT).await;
    };
    let outcome = tokio::select! {
        outcome = server.into_future() => outcome,
        () = deadline => {
            warn!("Some requests did not end in {} s and were cut off", STOP_WAIT.as_secs());
            Ok(())
        }
    };
    follower.abort();
    Ok(outcome?)
}

/// Takes over what other programs write to the store: `oqiga ingest` in another window, QGIS, or
/// another server. A database tells of it at once; a file is looked at.
async fn follow(app: App) {
    let mut news = app.store.subscribe();
    let mut failing = false;
    loop {
        tokio::time::sleep(FOLLOW_PAUSE).await;
        // Whether something was told or only the time has passed is all the same.
        let _ = tokio::time::timeout(FOLLOW_EVERY - FOLLOW_PAUSE, news.changed()).await;
        let follower = app.clone();
        match tokio::task::spawn_blocking(move || follower.refresh()).await {
            Ok(Ok(_)) => failing = false,
            Ok(Err(error)) if !failing => {
                failing = true;
                warn!(error = %error, "Cannot follow the store: {error}");
            }
            _ => {}
        }
    }
}
