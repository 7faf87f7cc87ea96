//! Listening, following the store, and stopping in order.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tracing::{info, warn};

use super::app::App;
use super::router;

/// How often we look whether another program has written to the store.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);

/// The least pause between two looks, however much the store tells us of.
const FOLLOW_PAUSE: Duration = Duration::from_millis(100);

/// How long requests may go on after the server was told to stop.
const STOP_WAIT: Duration = Duration::from_secs(10);

/// Longest time that a client may take to send the headers of a request.
const HEADER_TIME_MAX: Duration = Duration::from_secs(20);

/// The pause after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

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
    let room = Arc::new(Semaphore::new(app.limits.connections.max(1)));
    let routes = router(app.clone());
    let graceful = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new());
    // A client that sends its headers byte by byte holds a connection no longer than this.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIME_MAX);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEADER_TIME_MAX)).enable_connect_protocol();
    let mut stop = std::pin::pin!(stop);
    loop {
        // The semaphore is never closed.
        let accept = async { (room.clone().acquire_owned().await, listener.accept().await) };
        let (place, accepted) = tokio::select! {
            accepted = accept => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, for one: others have to be closed first.
                warn!(error = %error, "Cannot accept a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let routes = routes.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            routes.clone().oneshot(request)
        });
        let connection = graceful.watch(builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned());
        tokio::spawn(async move {
            // A connection that breaks is the client's affair.
            let _ = connection.await;
            drop(place);
        });
    }
    info!("Stopping: waiting for requests under way");
    app.closing.send_replace(true);
    drop(listener);
    if tokio::time::timeout(STOP_WAIT, graceful.shutdown()).await.is_err() {
        warn!("Some requests did not end in {} s and were cut off", STOP_WAIT.as_secs());
    }
    follower.abort();
    Ok(())
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
